import Foundation

/// OME-XML: the images of a file or a set of files, where their planes are, and what is known of
/// them.
struct OMEDescription: Sendable {
  /// Which planes a directory, and those after it, hold.
  struct PlaneBlock: Sendable {
    var directory: Int?
    var channel = 0
    var slice = 0
    var timePoint = 0
    var planes: Int?
    /// The file that the directory is in; nil where none is named.
    var fileName: String?
    /// The file's identity.
    var uuid = ""
  }

  /// One `Channel`.
  struct Channel: Sendable {
    var name: String?
    var color: RGBColor?
    var samples: Int?
  }

  /// One `Image` with its `Pixels`.
  struct Image: Sendable {
    var name: String?
    /// DimensionOrder without X and Y: the fastest of C, Z and T first.
    var order: [Character] = []
    var channels = 0
    var slices = 0
    var timePoints = 0
    var width: Int?
    var height: Int?
    /// The element type's name.
    var type: String?
    var pixelSize: PixelSize?
    var timeStep: Double?
    var channelEntries: [Channel] = []
    var blocks: [PlaneBlock] = []
    var annotations: [String] = []
    /// Whether the pixels are in the XML itself.
    var hasBinaryData = false
    var remarks: [String] = []
  }

  /// Where the metadata are, when they are in another file.
  struct Elsewhere: Sendable {
    let fileName: String?
    let uuid: String?
  }

  /// The file's identity.
  var uuid: String?
  /// The program that wrote the file.
  var creator: String?
  /// Images.
  var images: [Image] = []
  /// Where the metadata are, when they are in another file.
  var elsewhere: Elsewhere?
  /// Keys and values that this program noted down, by the annotation's identity.
  var notes: [String: [ImageDescription.ProvenanceEntry]] = [:]

  /// The parsed description; nil when it is not OME-XML.
  ///
  /// - Parameter path: the file, for messages
  /// - Throws: `ImagingError` where it is OME-XML but not well-formed, too large or too deep, or
  ///   holds what is no number where a number has to be
  init?(_ text: String, path: String) throws(ImagingError) {
    guard let body = try MarkupRoot(text, path: path), body.name == "OME" else { return nil }
    let reader = OMEReader()
    try MarkupParser(reader, path: path).parse(body.text)
    self = reader.result
  }

  /// What this program noted down on an image, and the program that wrote the file.
  func provenance(of image: Image) -> [ImageDescription.ProvenanceEntry] {
    var entries = image.annotations.flatMap { notes[$0] ?? [] }
    if let creator, !creator.isEmpty, !entries.contains(where: { $0.key == "Creator" }) {
      entries.append(.init("Creator", creator))
    }
    return entries
  }

  /// The identity in a file's OME-XML, without reading more than its first element; nil where it
  /// has none.
  static func uuid(in text: String, path: String) throws(ImagingError) -> String? {
    guard let root = try MarkupRoot(text, path: path), root.name == "OME" else { return nil }
    let reader = OMEReader()
    try MarkupParser(reader, path: path).parse(root.start)
    return reader.result.uuid
  }
}
