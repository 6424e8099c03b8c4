import Foundation

/// Writes images as ImageJ hyperstacks: one page per plane, time points the slowest, then slices,
/// then channels.
///
/// Fiji, ImageJ and tifffile open such files with the right axes, names, colours and sizes. ImageJ
/// knows `uint8`, `uint16` and `float32` only; images of other types are refused. Of a pyramid, the
/// full size is written. Pixels that are not packed follow one another without gaps, also beyond 4
/// GiB, where ImageJ finds them by their number. Names, colours and times that are not known are
/// left out, and ImageJ shows channels without colours in its own; a pixel size is left out where
/// it is counted in pixels or too extreme for TIFF's fractions.
public struct ImageJTIFFSink: ImageSink {
  /// How pixels are packed; ImageJ does not read Zstandard.
  public var compression: TIFF.Compression
  /// The program's name and version, for the file.
  public var software: String

  /// A sink.
  ///
  /// - Parameters:
  ///   - compression: how to pack pixels
  ///   - software: the program's name and version, for the file
  public init(compression: TIFF.Compression = .none, software: String) {
    self.compression = compression
    self.software = software
  }

  /// Writes an image; `progress` is called after every band of rows.
  ///
  /// - Throws: as `ImageSink` has it; `unsupported` also where ImageJ cannot read the type, the
  ///   size or the compression
  public func write(
    _ image: any ImageSource, to url: URL, overwrite: Bool,
    progress: (Double) throws(ImagingError) -> Void
  ) throws(ImagingError) {
    let description = image.description
    try check(description, place: image.place)
    try compression.requireCodec()
    let total = Double(description.planes) * Double(description.height * description.width)
    var done = 0.0
    try FileReplacement.write(to: url, overwrite: overwrite) { path throws(ImagingError) in
      let ranges = try DisplayRange.ranges(of: image)
      let text = ImageJDescription.text(for: description, display: ranges[0])
      let metadata = ImageJMetadata(for: description, ranges: ranges)
      let advance = { (pixels: Int) throws(ImagingError) in
        done += Double(pixels)
        try progress(done / total)
      }
      if compression == .none {
        let file = try FileAppender(path: path, name: url)
        try writePlain(image, to: file, text: text, metadata: metadata, progress: advance)
      } else {
        let file = try TIFFPageWriter(path: path, isBig: false, name: url)
        try writePacked(image, to: file, text: text, metadata: metadata, progress: advance)
        try file.close()
      }
    }
  }

  /// Why ImageJ could not read an image, with advice; nil where it could.
  public func obstacle(to image: ImageDescription) -> WritingObstacle? {
    let type = image.type
    guard [.uint8, .uint16, .float32].contains(type) else {
      return WritingObstacle(
        "ImageJ has no \(type.rawValue) images, only uint8, uint16 and float32")
    }
    guard compression != .zstd else {
      return WritingObstacle(
        "ImageJ does not read Zstandard", advice: "choose another compression, or write OME-TIFF")
    }
    let (area, overflow) = image.height.multipliedReportingOverflow(by: image.width)
    guard !overflow, area <= Int(Int32.max), image.planes <= Int(Int32.max) else {
      return WritingObstacle(
        "\(image.planes) planes of \(image.height) × \(image.width) pixels are more than ImageJ "
          + "can count")
    }
    let bytes = Double(image.planes) * Double(area * type.byteCount)
    if compression == .none {
      guard layout(of: image, text: "", metadata: nil) != nil else {
        return WritingObstacle(
          "a plane of \(area * type.byteCount) bytes is larger than ImageJ's files can hold")
      }
    } else if bytes * compression.worstGrowth > Double(TIFF.mostClassicBytes) {
      return WritingObstacle(
        "ImageJ's files hold no more than 4 GiB of packed pixels",
        advice: "write it without compression, or write it as OME-TIFF")
    }
    return nil
  }

  /// What ImageJ's files have no place for: the image's name, reduced levels, a pixel size in
  /// units that are none of length.
  public func losses(of image: ImageDescription) -> [String] {
    var losses: [String] = []
    if let name = image.name { losses.append("the image's name \"\(name)\" is left out") }
    if image.levels.count > 1 {
      losses.append("the smaller levels (\(image.levels.count - 1)) are left out")
    }
    if let size = image.pixelSize,
      TIFFResolution(inUnitOf: size) == nil || LengthUnit.imagejSpelling(size.unit) == nil
    {
      losses.append("the pixel size in \(size.unit) is left out")
    }
    let names = image.channels.compactMap(\.name)
    if Set(names).count < names.count {
      losses.append("names that several channels share are lost when it is read again")
    }
    let isColored = image.channels.map { $0.color != nil }
    if isColored.contains(true), isColored.contains(false) {
      losses.append("channels without a colour become white, since others have one")
    }
    return losses
  }

  // MARK: - Pixels as they are

  private func writePlain(
    _ image: any ImageSource, to file: FileAppender, text: String, metadata: ImageJMetadata?,
    progress: (Int) throws(ImagingError) -> Void
  ) throws(ImagingError) {
    let description = image.description
    guard let layout = layout(of: description, text: text, metadata: metadata) else {
      throw ImagingError(
        .unsupported,
        "\(image.place): what is to be told of it is larger than ImageJ's files can hold; write it "
          + "as OME-TIFF")
    }
    try layout.writeDirectories(to: file)
    let type = description.type
    let level = description.levels[0]
    let strips = TIFFSegments(strips: level, of: type, bytes: 16 << 20)
    for index in 0..<description.planes {
      let reader = BandReader(
        image, plane: PlaneOrder.imagej.plane(index, of: description), level: 0, type: type,
        mostPixels: strips.height * strips.width)
      for top in stride(from: 0, to: level.height, by: strips.height) {
        let region = PlaneRegion(
          row: top, column: 0, height: min(strips.height, level.height - top), width: level.width)
        try file.append(try reader.read(region), count: region.count * type.byteCount)
        try progress(region.count)
      }
    }
  }

  private func layout(
    of image: ImageDescription, text: String, metadata: ImageJMetadata?
  ) -> ContiguousTIFF? {
    var others = TIFFDirectory()
    others.add(256, longs: [UInt32(image.width)])
    others.add(257, longs: [UInt32(image.height)])
    others.add(258, shorts: [UInt16(image.type.byteCount * 8)])
    others.add(259, shorts: [compression.tag])
    others.add(262, shorts: [1])  // black is 0
    others.add(277, shorts: [1])  // sample per pixel
    others.add(278, longs: [UInt32(image.height)])  // rows per strip
    others.add(339, shorts: [image.type.sampleFormat])
    if let resolution = image.pixelSize.flatMap(TIFFResolution.init(inUnitOf:)) {
      others.add(282, rational: resolution.x)
      others.add(283, rational: resolution.y)
      others.add(296, shorts: [resolution.unit.rawValue])
    }
    var first = others
    first.add(270, text: text)
    first.add(305, text: software)
    if let (counts, bytes) = metadata?.encoded() {
      first.add(50838, longs: counts)
      first.add(50839, bytes: bytes)
    }
    return ContiguousTIFF(
      first: first, others: others, planes: image.planes,
      planeBytes: image.height * image.width * image.type.byteCount)
  }

  // MARK: - Packed pixels

  private func writePacked(
    _ image: any ImageSource, to file: TIFFPageWriter, text: String, metadata: ImageJMetadata?,
    progress: (Int) throws(ImagingError) -> Void
  ) throws(ImagingError) {
    let description = image.description
    let type = description.type
    for index in 0..<description.planes {
      // ImageJ undoes differences of integers alone.
      var page = TIFFPageWriter.Page(
        segments: TIFFSegments(strips: description.levels[0], of: type, bytes: 1 << 18),
        type: type, compression: compression,
        predictor: type.isFloatingPoint ? 1 : compression.predictor(for: type))
      page.resolution = description.pixelSize.flatMap(TIFFResolution.init(inUnitOf:))
      if index == 0 {
        page.head = .init(description: text, software: software, metadata: metadata)
      }
      try file.write(
        page, image, PlaneOrder.imagej.plane(index, of: description), level: 0, progress: progress)
    }
  }
}
