/// The pages that hold one plane: the full size, then its reduced copies.
struct TIFFPlane: Sendable {
  let file: TIFFFile
  let levels: [TIFFPage]
}

/// The planes of one image of a TIFF file and what is known of them.
struct TIFFSeries: Sendable {
  /// What the sequence of planes means.
  let axes: TIFFAxes
  /// Planes in order; only the first one where all follow each other in the file.
  let planes: [TIFFPlane]
  /// Whether all planes follow each other in the file from the first one's pixels on.
  let isContiguous: Bool
  /// The file that was opened.
  let path: String
  /// The paths of all files of its set; empty where it is of one file.
  var fileSet: [String] = []
  let format: ImageFormat
  /// A page of full size; all are of its kind.
  let page: TIFFPage
  /// Whether the samples of a pixel are the parts of a colour.
  let isColor: Bool
  /// What is known of the channels; one for each.
  var channels: [ImageChannel]
  var pixelSize: PixelSize?
  var timeStep: Double?
  var name: String?
  var provenance: [ImageDescription.ProvenanceEntry] = []
  var remarks: [String]
  /// Whether the meaning of an axis is a guess.
  var axesAreAssumed: Bool

  /// An image of pages of one kind.
  ///
  /// - Parameters:
  ///   - axes: what the planes mean; its sizes make as many planes as there are
  ///   - planes: the pages, at least one
  ///   - namesSamples: whether metadata or the user say what the samples of a pixel are, of which
  ///     each has a plane of its own; some programs mark any three planes as red, green and blue
  init(
    _ axes: TIFFAxes, _ planes: TIFFPlanes, isContiguous: Bool = false, namesSamples: Bool = false,
    path: String, format: ImageFormat
  ) {
    self.axes = axes
    self.planes = planes.planes
    self.isContiguous = isContiguous
    self.path = path
    self.format = format
    page = planes.page
    isColor = page.isColor && !(page.isPlanar && namesSamples)
    channels = [ImageChannel](repeating: ImageChannel(), count: axes.size(.channel))
    remarks = axes.remarks + planes.remarks
    axesAreAssumed = axes.isAssumed
  }

  /// The page in the sequence of pages, and the sample in it, of a plane of the image.
  func source(_ plane: PlaneIndex) -> (page: Int, sample: Int) {
    let (page, sample) = axes.place(of: plane).quotientAndRemainder(dividingBy: page.samples)
    return (page, sample)
  }

  /// Names the channels, when there is one name for each.
  mutating func name(_ names: [String?]) {
    guard names.count == channels.count else { return }
    for (index, name) in names.enumerated() { channels[index].name = name }
  }

  /// Colours the channels, when there is one colour for each.
  mutating func color(_ colors: [RGBColor?]) {
    guard colors.count == channels.count else { return }
    for (index, color) in colors.enumerated() { channels[index].color = color }
  }

  /// The description of the image.
  var description: ImageDescription {
    var image = ImageDescription(
      times: axes.size(.time), channels: channels, slices: axes.size(.slice),
      height: page.height, width: page.width, type: page.element,
      axes: axes.stored, pixelSize: pixelSize,
      timeStep: timeStep, name: name, provenance: provenance,
      levels: planes[0].levels.map(\.level), format: format, remarks: remarks)
    image.axesAreAssumed = axesAreAssumed
    return image
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
