import CImageIO
import Foundation

extension TIFFSeries {
  /// The images of a file, or of the set of files that it belongs to, also those in colour.
  ///
  /// - Parameters:
  ///   - url: a TIFF file, or a file of OME-XML that names TIFF files
  ///   - axes: what the planes mean, in place of the file's metadata
  static func all(in url: URL, axes: AxesReading?) throws(ImagingError) -> [TIFFSeries] {
    let handles = TIFFHandles()
    let (start, _) = try FileStart.read(url, count: 4)
    if !TIFFFile.hasSignature(start), let companion = try OMEFiles(companion: url, handles) {
      return try companion.series(axes: axes)
    }
    let file = try TIFFFile(url, handles: handles)
    let text = file.description ?? ""
    if let imagej = ImageJDescription(text) {
      return [try TIFFSeries(imagej, file, reading: axes)]
    }
    if let ome = try OMEDescription(text, path: file.path) {
      return try OMEFiles(ome, in: file, at: url, handles).series(axes: axes)
    }
    let pages = file.directories.indices.filter { !file.directories[$0].isReduced }
    guard let first = pages.first else {
      throw ImagingError(
        .notAnImage, "\(file.path) holds only reduced copies of a page, not the page")
    }
    guard file.directories[first].shape != nil else {
      return [try TIFFSeries(plain: pages, file, reading: axes)]
    }
    // Each array begins with the page that has its description.
    var series: [TIFFSeries] = []
    var rest = pages[...]
    while let start = rest.popFirst(), let shape = file.directories[start].shape {
      let others = rest.prefix { file.directories[$0].shape == nil }
      rest = rest.dropFirst(others.count)
      series.append(try TIFFSeries(shape, [start] + others, file, reading: axes))
    }
    return series
  }

  private init(
    plain pages: [Int], _ file: TIFFFile, reading: AxesReading?
  ) throws(ImagingError) {
    let planes = try TIFFPlanes(pages.map { (file, $0) }, pyramid: .possible)
    let named =
      [TIFFAxes.Named(letter: "N", size: pages.count)] + Self.samples(of: planes.page)
    let axes = try Self.axes(named, reading, planes.page, file)
    self.init(axes, planes, namesSamples: reading != nil, path: file.path, format: .tiff)
    pixelSize = Self.plainPixelSize(file, pages[0])
  }

  private init(
    _ imagej: ImageJDescription, _ file: TIFFFile, reading: AxesReading?
  ) throws(ImagingError) {
    let pages = file.directories.indices.filter { !file.directories[$0].isReduced }
    guard let first = pages.first else {
      throw ImagingError(
        .notAnImage, "\(file.path) holds only reduced copies of a page, not the page")
    }
    // ImageJ stores grey values that are shown in a colour of their own with a palette.
    let planes = try TIFFPlanes(
      pages.map { (file, $0) }, pyramid: .possible, allowsPalette: true)
    var named = [
      TIFFAxes.Named(letter: "T", size: imagej.timePoints),
      TIFFAxes.Named(letter: "Z", size: imagej.slices),
      TIFFAxes.Named(letter: "C", size: imagej.channels),
    ]
    let counts =
      "\(imagej.channels) channels × \(imagej.slices) slices × \(imagej.timePoints) frames"
    let count = Self.product(named.map(\.size))
    // Files that only say how many images there are hold a plain stack.
    if count == 1, imagej.images > 1 || pages.count > 1 {
      named = [TIFFAxes.Named(letter: "N", size: max(imagej.images, 1))]
      if imagej.images <= 1 { named = [TIFFAxes.Named(letter: "N", size: pages.count)] }
    } else if imagej.images > 1, count != imagej.images {
      throw ImagingError(
        .ambiguous,
        "\(file.path): ImageJ's metadata say \(counts), but also \(imagej.images) images; save it "
          + "again with Fiji")
    }
    let isContiguous = try Self.isContiguous(
      named, file, planes, "ImageJ's metadata say \(counts)")
    named += Self.samples(of: planes.page)
    let axes = try Self.axes(named, reading, planes.page, file)
    self.init(axes, planes, isContiguous: isContiguous, path: file.path, format: .imageJTIFF)
    let fields = file.directories[first].fields
    pixelSize = imagej.pixelSize(
      resolution: Double(fields.x_resolution), Double(fields.y_resolution))
    timeStep = imagej.timeStep
    if let unit = imagej.unknownTimeUnit {
      remarks.append("Its unit of time \"\(unit)\" is not known; it is left out.")
    }
    provenance = imagej.provenance(info: file.imagej?.info)
    if let guess = provenance.firstIndex(where: { $0.key == ImageJDescription.assumedKey }) {
      provenance.remove(at: guess)
      if reading == nil, !axesAreAssumed, axes.size(.time) > 1 {
        axesAreAssumed = true
        let others = axes.stored.map { $0 == .time ? "Z" : String($0.rawValue) }.joined()
        remarks.append(
          "That its \(axes.size(.time)) frames are time points was assumed of the image it was made "
            + "of; if they are not, pass --axes \(others).")
      }
    }
    name(byLabels: file.imagej?.labels ?? [])
    color(file.imagej?.tables ?? [])
    if channels.count == 1, let color = file.mapColor { channels[0].color = color }
  }

  private init(
    _ shaped: ShapedDescription, _ pages: [Int], _ file: TIFFFile, reading: AxesReading?
  ) throws(ImagingError) {
    let planes = try TIFFPlanes(pages.map { (file, $0) }, pyramid: .possible)
    let page = planes.page
    let plane = [page.height, page.width]
    let endings: [[Int]] =
      page.samples == 1
      ? [plane, plane + [1]] : page.isPlanar ? [[page.samples] + plane] : [plane + [page.samples]]
    let ending = endings.first { Array(shaped.shape.suffix($0.count)) == $0 }
    guard let ending, Self.product(shaped.shape) != nil else {
      try self.init(plain: pages, file, reading: reading)
      remarks.append(
        "Its description gives the shape \(shaped.shape), which its pages of "
          + "\(page.height) × \(page.width) pixels do not have; it is not used.")
      return
    }
    let sizes = Array(shaped.shape.dropLast(ending.count))
    let letters = shaped.axes ?? [Character](repeating: "N", count: shaped.shape.count)
    var named = zip(letters, sizes).map { TIFFAxes.Named(letter: $0, size: $1) }
    if shaped.axes == nil { named = named.filter { $0.size > 1 } }
    let inner = letters.dropFirst(sizes.count + (page.isPlanar ? 1 : 0)).prefix(2)
    if reading == nil, shaped.axes != nil, inner != ["Y", "X"] {
      throw ImagingError(
        .ambiguous,
        "\(file.path): its description names the axes \(String(letters)), whose last are not rows Y "
          + "and columns X, so its planes are not rows × columns; save it again with Y and X as the "
          + "last axes")
    }
    let isContiguous = try Self.isContiguous(
      named, file, planes, "its description gives the shape \(shaped.shape)")
    var sample: Character = "S"
    if shaped.axes != nil { sample = letters[page.isPlanar ? sizes.count : letters.count - 1] }
    named += Self.samples(of: page, sample)
    let axes = try Self.axes(named, keepsOnes: true, reading, page, file)
    self.init(
      axes, planes, isContiguous: isContiguous, namesSamples: reading != nil || sample != "S",
      path: file.path, format: .tiff)
    pixelSize = shaped.pixelSize ?? Self.plainPixelSize(file, pages[0])
    timeStep = shaped.timeStep
    provenance = shaped.notes
    name(shaped.channelNames ?? [])
  }

  /// The dimension of the samples of a pixel; none where there is one.
  static func samples(of page: TIFFPage, _ letter: Character = "S") -> [TIFFAxes.Named] {
    page.samples > 1 ? [TIFFAxes.Named(letter: letter, size: page.samples)] : []
  }

  /// The user's axes, or else those that the file names.
  static func axes(
    _ named: [TIFFAxes.Named], keepsOnes: Bool = false, _ reading: AxesReading?,
    _ page: TIFFPage, _ file: TIFFFile
  ) throws(ImagingError) -> TIFFAxes {
    guard let reading else {
      return try TIFFAxes(named, keepsOnes: keepsOnes, page: page, path: file.path)
    }
    return try TIFFAxes(
      reading, named: named, planes: product(named.map(\.size)) ?? 0, page: page, path: file.path)
  }

  /// Whether many planes lie behind one directory; an error when their number is neither that of
  /// the pages nor of what the file can hold.
  private static func isContiguous(
    _ named: [TIFFAxes.Named], _ file: TIFFFile, _ pages: TIFFPlanes, _ source: String
  ) throws(ImagingError) -> Bool {
    let planes = product(named.map(\.size))
    if planes == pages.planes.count { return false }
    guard let planes else {
      throw ImagingError(.ambiguous, "\(file.path): \(source), which is no number of planes")
    }
    let page = pages.page
    if pages.planes.count == 1, page.isPlain, !page.isTiled, page.dataOffset > 0,
      try file.hasSuccessiveStrips(page)
    {
      let (bytes, overflow) = planes.multipliedReportingOverflow(by: page.byteCount)
      let start = Int(clamping: page.dataOffset)
      if !overflow, start < file.size, bytes <= file.size - start { return true }
    }
    throw ImagingError(
      pages.planes.count < planes ? .truncated : .ambiguous,
      "\(file.path): \(source), that is \(planes) planes, but it holds \(pages.planes.count)"
        + (pages.planes.count < planes ? "; it is cut off" : "; save it again with Fiji"))
  }

  private static func plainPixelSize(_ file: TIFFFile, _ directory: Int) -> PixelSize? {
    let fields = file.directories[directory].fields
    guard fields.resolution_unit == 3 else { return nil }
    return LengthUnit.plainPixelSize(
      perCentimeter: Double(fields.x_resolution), Double(fields.y_resolution))
  }
}

extension TIFFFile {
  /// Whether the strips of a plain page follow one another without gaps.
  fileprivate func hasSuccessiveStrips(_ page: TIFFPage) throws(ImagingError) -> Bool {
    if page.segments == 1 { return true }
    return try use(at: page) { handle throws(ImagingError) in
      try handle.go(to: page.offset, name: "page \(page.number)")
      var end = page.dataOffset
      let perPlane = page.across * page.down
      let rowBytes = page.width * page.step * page.element.byteCount
      for index in 0..<page.segments {
        var offset: UInt64 = 0
        var stored: UInt64 = 0
        cimageio_tiff_segment(handle.pointer, UInt32(index), &offset, &stored)
        if offset != end { return false }
        let top = index % perPlane * page.segmentHeight
        end &+= UInt64(min(page.segmentHeight, page.height - top) * rowBytes)
      }
      return true
    }
  }
}
