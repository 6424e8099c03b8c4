/// What OME-Zarr's metadata say of one image: its axes, its levels and where they lie.
struct OMEZarrMultiscale {
  /// Scale and translation, one number per axis; nil where there is none.
  struct Transformation {
    /// Extent of a pixel along each axis.
    var scale: [Double]?
    /// Where the first pixel lies along each axis.
    var translation: [Double]?
    /// Whether there is one that cannot be read as scale and translation.
    var isOther = false
  }

  /// One level of the pyramid.
  struct Dataset {
    /// The path of its array.
    let path: OMEZarrNode
    /// Where it lies.
    let transformation: Transformation
  }

  /// The image's name; nil where it has none.
  let name: String?
  /// The axes; nil where none are named, as before version 0.3.
  let axes: [OMEZarrAxes.Entry]?
  /// The levels, the full size first.
  let datasets: [Dataset]
  /// What holds for all levels after their own.
  let transformation: Transformation
  /// How the levels were made; nil where that is not said.
  let downsampling: String?
  /// What made the image, as this program notes it.
  let provenance: [ImageDescription.ProvenanceEntry]

  private static let mostLevels = 64

  /// Reads an element of `multiscales`.
  ///
  /// - Throws: `ImagingError` that names the file and the key where one is malformed or missing.
  init(_ node: OMEZarrNode) throws(ImagingError) {
    // ome-zarr-py names an image without a name after its place in the store.
    let name = try node.member("name")?.text()
    self.name = name.flatMap { $0.isEmpty || $0 == "/" ? nil : $0 }
    let axes = try node.member("axes")
    let entries: [OMEZarrAxes.Entry]? = if let axes { try Self.axes(axes) } else { nil }
    self.axes = entries
    let list = try node.required("datasets")
    let levels = try list.elements()
    guard (1...Self.mostLevels).contains(levels.count) else {
      throw list.malformed(expected: "a list of 1 to \(Self.mostLevels) levels")
    }
    var datasets: [Dataset] = []
    for level in levels {
      datasets.append(
        Dataset(
          path: try level.required("path"),
          transformation: try Self.transformation(level, axes: entries?.count)))
    }
    self.datasets = datasets
    transformation = try Self.transformation(node, axes: entries?.count)
    // Only a note for people, so that whatever is no text is none.
    downsampling = try node.member("type")?.value.text
    provenance = try Self.provenance(node)
  }

  private static func axes(_ node: OMEZarrNode) throws(ImagingError) -> [OMEZarrAxes.Entry] {
    var entries: [OMEZarrAxes.Entry] = []
    for axis in try node.elements() {
      if let name = axis.value.text {  // as in version 0.3
        entries.append(OMEZarrAxes.Entry(name: name))
        continue
      }
      entries.append(
        OMEZarrAxes.Entry(
          name: try axis.required("name").text(), type: try axis.member("type")?.text(),
          unit: try axis.member("unit")?.text()))
    }
    return entries
  }

  private static func transformation(
    _ node: OMEZarrNode, axes: Int?
  ) throws(ImagingError) -> Transformation {
    var result = Transformation()
    guard let list = try node.member("coordinateTransformations") else { return result }
    func vector(_ node: OMEZarrNode) throws(ImagingError) -> [Double] {
      let numbers = try node.numbers()
      if let axes, numbers.count != axes {
        throw node.malformed(expected: "as many numbers as there are axes, \(axes)")
      }
      return numbers
    }
    for element in try list.elements() {
      switch try element.required("type").text() {
      case "identity": break
      case "scale":
        guard let numbers = try element.member("scale"), result.scale == nil else {
          result.isOther = true  // kept in an array of its own, or one too many
          continue
        }
        result.scale = try vector(numbers)
      case "translation":
        guard let numbers = try element.member("translation") else {
          result.isOther = true
          continue
        }
        result.translation = try vector(numbers)
      default: result.isOther = true
      }
    }
    return result
  }

  private static func provenance(
    _ node: OMEZarrNode
  ) throws(ImagingError) -> [ImageDescription.ProvenanceEntry] {
    guard let metadata = try node.member("metadata"), metadata.value.object != nil,
      let notes = try metadata.member("usplit")
    else { return [] }
    var entries: [ImageDescription.ProvenanceEntry] = []
    if let pairs = notes.value.object {
      for key in pairs.keys.sorted() {
        entries.append(.init(key, try notes.required(key).text()))
      }
      return entries
    }
    for pair in try notes.elements() {
      let texts = try pair.elements()
      guard texts.count == 2 else { throw pair.malformed(expected: "a key and a value") }
      entries.append(.init(try texts[0].text(), try texts[1].text()))
    }
    return entries
  }
}
