extension TIFFLayout {
  /// Reads from a file's metadata what its pages mean.
  ///
  /// - Parameters:
  ///   - file: the open file
  ///   - pages: its pages, at least one
  ///   - channelsPerFrame: successive pages that are channels of one frame, where the metadata
  ///     name no more than one channel
  init(
    of file: TIFFFile, pages: [TIFFPage], channelsPerFrame: Int?
  ) throws(ImagingError) {
    let text = file.description ?? ""
    if let imagej = ImageJDescription(text) {
      self = try Self.imagej(imagej, file, pages, channelsPerFrame)
    } else if let ome = OMEDescription(text) {
      self = try Self.ome(ome, file, pages, channelsPerFrame)
    } else if let shaped = ShapedDescription(text) {
      self = try Self.shaped(shaped, file, pages, channelsPerFrame)
    } else {
      self = try Self.plain(file, pages, channelsPerFrame)
    }
  }

  private static func plain(
    _ file: TIFFFile, _ pages: [TIFFPage], _ channelsPerFrame: Int?
  ) throws(ImagingError) -> TIFFLayout {
    let dimensions = try split(
      [Dimension(letter: "N", size: pages.count)], by: channelsPerFrame, file, pages[0])
    return TIFFLayout(
      dimensions, of: pages[0], pixelSize: plainPixelSize(pages[0]))
  }

  private static func imagej(
    _ imagej: ImageJDescription, _ file: TIFFFile, _ pages: [TIFFPage], _ channelsPerFrame: Int?
  ) throws(ImagingError) -> TIFFLayout {
    var dimensions = [
      Dimension(letter: "T", size: imagej.timePoints), Dimension(letter: "Z", size: imagej.slices),
      Dimension(letter: "C", size: imagej.channels),
    ]
    let counts =
      "\(imagej.channels) channels × \(imagej.slices) slices × \(imagej.timePoints) frames"
    let planes = product(dimensions.map(\.size))
    // Files that only say how many images there are hold a plain stack.
    if planes == 1, imagej.images > 1 {
      dimensions = [Dimension(letter: "N", size: imagej.images)]
    } else if planes == 1, pages.count > 1 {
      dimensions = [Dimension(letter: "N", size: pages.count)]
    } else if imagej.images > 1, planes != imagej.images {
      throw ImagingError(
        .ambiguous,
        "\(file.path): ImageJ's metadata say \(counts), but also \(imagej.images) images; save it "
          + "again with Fiji")
    }
    dimensions = try split(dimensions, by: channelsPerFrame, file, pages[0])
    let isContiguous = try checkPlanes(dimensions, file, pages, "ImageJ's metadata say \(counts)")
    var size: PixelSize?
    if let unit = imagej.unit {
      let (x, y) = (Double(pages[0].fields.x_resolution), Double(pages[0].fields.y_resolution))
      size =
        unit == "centimeter"
        ? LengthUnit.plainPixelSize(perCentimeter: x, y)
        : LengthUnit.pixelSize(x: x, y: y, unit: unit)
    }
    var layout = TIFFLayout(
      dimensions, of: pages[0], isContiguous: isContiguous, pixelSize: size)
    layout.name(byLabels: file.imagej?.labels ?? [])
    return layout
  }

  private static func shaped(
    _ shaped: ShapedDescription, _ file: TIFFFile, _ pages: [TIFFPage], _ channelsPerFrame: Int?
  ) throws(ImagingError) -> TIFFLayout {
    let page = pages[0]
    let plane = [page.height, page.width]
    let endings: [[Int]] =
      page.samples == 1
      ? [plane, plane + [1]] : page.isPlanar ? [[page.samples] + plane] : [plane + [page.samples]]
    let ending = endings.first { Array(shaped.shape.suffix($0.count)) == $0 }
    guard let ending else { return try plain(file, pages, channelsPerFrame) }
    let sizes = Array(shaped.shape.dropLast(ending.count))
    guard let planes = product(sizes) else { return try plain(file, pages, channelsPerFrame) }
    var dimensions = [Dimension(letter: "N", size: planes)]
    var note: String?
    if let axes = shaped.axes, axes.filter({ $0 == "C" }).count < 2 {
      dimensions = zip(axes, sizes).map { Dimension(letter: $0, size: $1) }
    } else if sizes.count(where: { $0 > 1 }) > 1 {
      note = sizes.map { "\($0)" }.joined(separator: " × ") + " pages"
    }
    dimensions = try split(dimensions, by: channelsPerFrame, file, page)
    let isContiguous = try checkPlanes(
      dimensions, file, pages, "its description gives the shape \(shaped.shape)")
    var layout = TIFFLayout(
      dimensions, of: page, isContiguous: isContiguous, note: note,
      pixelSize: shaped.pixelSize ?? plainPixelSize(page))
    layout.name(shaped.channelNames ?? [])
    return layout
  }

  /// Splits a sequence of pages that is all frames into frames and channels, where asked to.
  static func split(
    _ dimensions: [Dimension], by channels: Int?, _ file: TIFFFile, _ page: TIFFPage
  ) throws(ImagingError) -> [Dimension] {
    guard let channels else { return dimensions }
    let known = (dimensions.first { $0.letter == "C" }?.size ?? 1) * page.samples
    if known == channels { return dimensions }
    guard known == 1 else {
      throw ImagingError(
        .mismatch, "\(file.path) has \(known) channels, \(channels) per frame were asked for")
    }
    let count = product(dimensions.map(\.size)) ?? 0
    guard channels > 0, count > 0, count.isMultiple(of: channels) else {
      throw ImagingError(
        .mismatch, "\(file.path): its \(count) pages do not make frames of \(channels) channels")
    }
    return [
      Dimension(letter: "N", size: count / channels), Dimension(letter: "C", size: channels),
    ]
  }

  /// Whether many planes lie behind one directory; an error when their number is neither that of
  /// the pages nor of what the file can hold.
  private static func checkPlanes(
    _ dimensions: [Dimension], _ file: TIFFFile, _ pages: [TIFFPage], _ source: String
  ) throws(ImagingError) -> Bool {
    let planes = product(dimensions.map(\.size))
    if planes == pages.count { return false }
    guard let planes else {
      throw ImagingError(.ambiguous, "\(file.path): \(source), which is no number of planes")
    }
    let page = pages[0]
    if pages.count == 1, page.isPlain, page.fields.is_tiled == 0, page.fields.data_offset > 0 {
      let (bytes, overflow) = planes.multipliedReportingOverflow(by: page.byteCount)
      let start = Int(clamping: page.fields.data_offset)
      if !overflow, start < file.size, bytes <= file.size - start { return true }
    }
    throw ImagingError(
      pages.count < planes ? .truncated : .ambiguous,
      "\(file.path): \(source), that is \(planes) planes, but it holds \(pages.count)"
        + (pages.count < planes ? "; it is cut off" : "; save it again with Fiji"))
  }

  private static func plainPixelSize(_ page: TIFFPage) -> PixelSize? {
    guard page.fields.resolution_unit == 3 else { return nil }
    return LengthUnit.plainPixelSize(
      perCentimeter: Double(page.fields.x_resolution), Double(page.fields.y_resolution))
  }

  /// The product of counts from a file; nil where one is not positive or it is too large.
  static func product(_ counts: [Int]) -> Int? {
    var result = 1
    for count in counts {
      let (next, overflow) = result.multipliedReportingOverflow(by: count)
      if overflow || count < 1 { return nil }
      result = next
    }
    return result
  }
}
