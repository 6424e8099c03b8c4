extension OMEFiles {
  /// The place of a plane: a file and a directory in it.
  private typealias Place = (file: TIFFFile, directory: Int)

  /// The images that the metadata tell of.
  ///
  /// - Parameter axes: what the planes mean, in place of the metadata
  func series(axes: AxesReading?) throws(ImagingError) -> [TIFFSeries] {
    if ome.images.isEmpty {
      throw ImagingError(.notAnImage, "\(path): its OME metadata tell of no image")
    }
    var series: [TIFFSeries] = []
    var used: Set<Int> = []
    for (number, image) in ome.images.enumerated() {
      let name =
        ome.images.count == 1
        ? "\(path): its OME metadata" : "\(path): the OME metadata of its image \(number + 1)"
      if image.hasBinaryData {
        throw ImagingError(
          .unsupported, "\(name) hold the pixels themselves, which is not read; save it as OME-TIFF"
        )
      }
      let (places, named) = try places(of: image, name)
      for place in places where place.file === own { used.insert(place.directory) }
      series.append(try self.series(image, places, named, axes, name))
    }
    var all = remarks
    if let own {
      let left = own.directories.indices.filter {
        !own.directories[$0].isReduced && !used.contains($0)
      }
      if !left.isEmpty, !used.isEmpty {
        all.append(
          "\(path): \(left.count) of its \(own.directories.count) pages are in no image of its OME "
            + "metadata and are left out.")
      }
    }
    let files = paths
    for index in series.indices {
      series[index].remarks += all
      if files.count > 1 { series[index].fileSet = files }
    }
    return series
  }

  private func series(
    _ image: OMEDescription.Image, _ places: [Place], _ named: [TIFFAxes.Named],
    _ reading: AxesReading?, _ name: String
  ) throws(ImagingError) -> TIFFSeries {
    let planes = try TIFFPlanes(places, pyramid: .declared)
    let page = planes.page
    for (what, wanted, found) in [
      ("SizeX", image.width, page.width), ("SizeY", image.height, page.height),
    ] where wanted.map({ $0 != found }) ?? false {
      throw ImagingError(
        .mismatch, "\(name) give \(what) as \(wanted ?? 0), but its pages have \(found)")
    }
    if let type = image.type, !Self.names(of: page.element).contains(type.lowercased()) {
      throw ImagingError(
        .mismatch, "\(name) give the pixels the type \(type), but its pages are \(page.element)")
    }
    let axes = try TIFFSeries.axes(
      named + TIFFSeries.samples(of: page), reading, page, places[0].file)
    var series = TIFFSeries(
      axes, planes, namesSamples: reading != nil, path: path, format: .omeTIFF)
    series.pixelSize = image.pixelSize
    series.timeStep = image.timeStep
    series.name = image.name.flatMap { $0.isEmpty ? nil : $0 }
    series.provenance = ome.provenance(of: image)
    series.remarks += image.remarks
    try nameChannels(&series, image, name)
    return series
  }

  private func nameChannels(
    _ series: inout TIFFSeries, _ image: OMEDescription.Image, _ name: String
  ) throws(ImagingError) {
    let samples = series.page.samples
    if let wrong = image.channelEntries.compactMap(\.samples).first(where: { $0 != samples }) {
      throw ImagingError(
        .mismatch,
        "\(name) give a channel \(wrong) samples per pixel, but its pages have \(samples)")
    }
    if image.channelEntries.isEmpty { return }
    guard image.channelEntries.count * samples == image.channels else {
      series.remarks.append(
        "\(image.channelEntries.count) entries for \(image.channels) channels leave open "
          + "which is which; names and colours are left out.")
      return
    }
    // The name and colour of an entry of several samples are those of none of them.
    if samples > 1 { return }
    series.name(image.channelEntries.map(\.name))
    series.color(image.channelEntries.map(\.color))
  }

  /// Where the planes of an image are, in the order of its dimensions, and those.
  private func places(
    of image: OMEDescription.Image, _ name: String
  ) throws(ImagingError) -> ([Place], [TIFFAxes.Named]) {
    let blocks = image.blocks.isEmpty ? [OMEDescription.PlaneBlock()] : image.blocks
    guard let start = blocks.first(where: { $0.planes != 0 }) else {
      throw ImagingError(.mismatch, "\(name) place no planes")
    }
    let firstFile = try file(of: start)
    let firstDirectory = try directories(of: start, in: firstFile, name).first ?? 0
    let samples = try firstFile.page(firstDirectory).samples
    let counts =
      "\(image.channels) channels × \(image.slices) slices × \(image.timePoints) time points"
    let pages = "\(firstFile.directories.count) pages of \(samples) samples per pixel"
    guard image.channels.isMultiple(of: samples),
      let planes = TIFFSeries.product([image.channels / samples, image.slices, image.timePoints]),
      planes < 1 << 40
    else {
      throw ImagingError(.mismatch, "\(name) say \(counts), but it holds \(pages)")
    }
    let sizes: [Character: Int] = [
      "C": image.channels / samples, "Z": image.slices, "T": image.timePoints,
    ]
    // Some count channels by samples, as they should, others by pages.
    let countsSamples = blocks.contains { $0.channel >= image.channels / samples }
    var found: [Int: Place] = [:]
    var steps = 0
    for block in blocks where block.planes != 0 {
      let first: [Character: Int] = [
        "C": countsSamples ? block.channel / samples : block.channel, "Z": block.slice,
        "T": block.timePoint,
      ]
      var plane = 0
      var stride = 1
      for letter in image.order {
        let (place, size) = (first[letter] ?? 0, sizes[letter] ?? 1)
        guard place < size else {
          throw ImagingError(.mismatch, "\(name) place a page outside of the image")
        }
        plane += place * stride
        stride *= size
      }
      let file = try file(of: block)
      for directory in try directories(of: block, in: file, name).prefix(planes - plane) {
        if let old = found[plane], old.file !== file || old.directory != directory {
          throw ImagingError(
            .mismatch,
            "\(name) place plane \(plane + 1) of \(planes) on page \(old.directory + 1) of "
              + "\(old.file.path) and on page \(directory + 1) of \(file.path)")
        }
        found[plane] = (file, directory)
        plane += 1
        steps += 1
      }
      if steps > 16 * (planes + 1000) {
        throw ImagingError(.mismatch, "\(name) place the same planes again and again")
      }
    }
    guard found.count == planes else {
      throw ImagingError(
        .mismatch,
        "\(name) say \(counts), that is \(planes) planes, but only where \(found.count) of them are; "
          + "it holds \(pages)")
    }
    let places = (0..<planes).compactMap { found[$0] }
    return (
      places,
      image.order.reversed().map { TIFFAxes.Named(letter: $0, size: sizes[$0] ?? 1) }
    )
  }

  /// The directories that a block names, in order.
  private func directories(
    of block: OMEDescription.PlaneBlock, in file: TIFFFile, _ name: String
  ) throws(ImagingError) -> [Int] {
    guard let first = block.directory else {
      let all = file.directories.indices.filter { !file.directories[$0].isReduced }
      return Array(all.prefix(block.planes ?? all.count))
    }
    let count = block.planes ?? 1
    guard first < file.directories.count, count <= file.directories.count - first else {
      throw ImagingError(
        .mismatch,
        "\(name) name \(count) pages from IFD \(first) on of \(file.path), which has "
          + "\(file.directories.count)")
    }
    return Array(first..<first + count)
  }

  /// What OME-XML calls an element type.
  private static func names(of type: PixelType) -> [String] {
    switch type {
    case .float16: ["float16", "half"]
    case .float32: ["float", "float32"]
    case .float64: ["double", "float64"]
    default: [type.rawValue]
    }
  }
}
