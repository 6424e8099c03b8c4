extension TIFFAxes {
  /// The axes that the user gives.
  ///
  /// - Parameters:
  ///   - reading: the axes
  ///   - named: the file's own dimensions, whose sizes are taken where they fit
  ///   - planes: planes, each sample of a page being one
  ///   - page: a page
  ///   - path: the file, for messages
  init(
    _ reading: AxesReading, named: [Named], planes: Int, page: TIFFPage, path: String
  ) throws(ImagingError) {
    let text = reading.entries.map {
      String($0.axis.rawValue) + ($0.size.map(String.init) ?? "")
    }
    let holds =
      "\(path) holds \(planes) \(planes == 1 ? "plane" : "planes") of \(page.height) × "
      + "\(page.width) pixels"
      + (page.samples > 1 ? " in \(planes / page.samples) pages of \(page.samples) samples" : "")
    func wrong(_ what: String) -> ImagingError {
      ImagingError(
        .mismatch, "\(holds), which --axes \(text.joined()) does not fit: \(what)")
    }
    let axes = reading.axes
    guard let row = axes.firstIndex(of: .row), row + 1 < axes.count, axes[row + 1] == .column
    else { throw wrong("rows Y come just before columns X in TIFF files") }
    let behind = Array(axes[(row + 2)...])
    guard behind.isEmpty || behind == [.channel] else {
      throw wrong("only channels C can come behind X in TIFF files")
    }
    for entry in reading.entries {
      let size = entry.axis == .row ? page.height : entry.axis == .column ? page.width : nil
      if let size, entry.size.map({ $0 != size }) ?? false {
        throw wrong("it has \(size) \(entry.axis.name)")
      }
    }
    let areSamplesLast = page.samples > 1 && !page.isPlanar
    if !behind.isEmpty, !areSamplesLast {
      throw wrong("channels behind X are samples of a pixel side by side, of which it has none")
    }
    var entries = reading.entries.filter { $0.axis != .row && $0.axis != .column }
    if areSamplesLast {
      guard entries.last?.axis == .channel else {
        throw wrong(
          "the samples of a pixel are channels, so C has to be behind X or just before Y")
      }
      let open = entries.count { $0.size == nil }
      if !behind.isEmpty || entries.last?.size == nil && open > 1 {
        let size = entries[entries.count - 1].size ?? page.samples
        if size != page.samples { throw wrong("\(size) channels are not \(page.samples) samples") }
        entries[entries.count - 1] = AxesReading.Entry(axis: .channel, size: size)
      }
    }
    let sizes = try Self.sizes(entries.map(\.size), named: named, planes: planes, wrong)
    if areSamplesLast, let last = sizes.last, !last.isMultiple(of: page.samples) {
      throw wrong("\(last) channels are no multiple of \(page.samples) samples")
    }
    self.init(
      zip(entries, sizes).map { Dimension(axis: $0.axis, size: $1) }, stored: reading.axes)
  }

  private static func sizes(
    _ wanted: [Int?], named: [Named], planes: Int, _ wrong: (String) -> ImagingError
  ) throws(ImagingError) -> [Int] {
    for sizes in [named.map(\.size), named.map(\.size).filter { $0 > 1 }]
    where sizes.count == wanted.count && zip(sizes, wanted).allSatisfy({ $1 == nil || $0 == $1 }) {
      return sizes
    }
    let open = wanted.count { $0 == nil }
    if open > 1 {
      throw wrong("\(open) axes have no size; give all but one, as in TC2YX")
    }
    guard let product = TIFFSeries.product(wanted.compactMap { $0 }),
      open == 0 ? product == planes : planes.isMultiple(of: product)
    else {
      let given = wanted.compactMap { $0.map(String.init) }.joined(separator: " × ")
      throw wrong(
        open == 0
          ? "its sizes make \(given.isEmpty ? "1" : given) planes"
          : "\(planes) is no multiple of \(given)")
    }
    return wanted.map { $0 ?? planes / product }
  }
}
