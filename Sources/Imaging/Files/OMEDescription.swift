import Foundation

/// OME-XML in a TIFF file's description: sizes, order of planes, names and pixel size of the one
/// image that a file holds.
struct OMEDescription {
  /// Which planes a directory, and those after it, hold.
  struct PlaneBlock {
    var directory: Int?
    var channel = 0
    var slice = 0
    var timePoint = 0
    var planes: Int?
  }

  /// Images in the file.
  private(set) var images = 0
  /// SizeC: channels.
  private(set) var channels = 0
  /// SizeZ: slices.
  private(set) var slices = 0
  /// SizeT: time points.
  private(set) var timePoints = 0
  /// DimensionOrder without X and Y: the fastest of C, Z and T first.
  private(set) var order: [Character] = []
  /// Names of channels, one per `Channel`.
  private(set) var channelNames: [String?] = []
  /// Samples per pixel of every channel.
  private(set) var samplesPerPixel = 1
  /// Size of a pixel; nil when not given.
  private(set) var pixelSize: PixelSize?
  /// Where planes are; empty when in order.
  private(set) var blocks: [PlaneBlock] = []
  /// Names of the files that the image is spread over.
  private(set) var fileNames: Set<String> = []
  /// Whether the metadata are in another file.
  private(set) var isElsewhere = false

  /// The parsed description; nil when it is not OME-XML.
  init?(_ text: String) {
    guard text.prefix(4096).contains("OME"), text.hasPrefix("<") else { return nil }
    var isOME = false
    scan: for element in MarkupScanner(text) {
      switch element.name {
      case "OME": isOME = true
      case "BinaryOnly": isElsewhere = true
      case "Image": images += 1
      case "StructuredAnnotations" where images > 0: break scan  // any XML may follow
      default: if images == 1 { read(element) }
      }
    }
    if !isOME { return nil }
  }

  private mutating func read(_ element: MarkupScanner.Element) {
    let attributes = element.attributes
    func number(_ key: String) -> Int? { attributes[key].flatMap { Int($0) } }
    switch element.name {
    case "Pixels":
      channels = number("SizeC") ?? 0
      slices = number("SizeZ") ?? 0
      timePoints = number("SizeT") ?? 0
      order = (attributes["DimensionOrder"] ?? "XYZCT").filter { "CZT".contains($0) }
      let unit = LengthUnit.canonical(attributes["PhysicalSizeXUnit"] ?? "µm")
      let unitOfY = LengthUnit.canonical(attributes["PhysicalSizeYUnit"] ?? "µm")
      if let width = attributes["PhysicalSizeX"].flatMap({ Double($0) }),
        let height = attributes["PhysicalSizeY"].flatMap({ Double($0) }),
        let unit, unit == unitOfY
      {
        pixelSize = LengthUnit.pixelSize(width: width, height: height, unit: unit)
      }
    case "Channel":
      channelNames.append(attributes["Name"])
      samplesPerPixel = number("SamplesPerPixel") ?? 1
    case "TiffData":
      blocks.append(
        PlaneBlock(
          directory: number("IFD"), channel: number("FirstC") ?? 0,
          slice: number("FirstZ") ?? 0, timePoint: number("FirstT") ?? 0,
          planes: number("PlaneCount")))
    case "UUID":
      if let name = attributes["FileName"] { fileNames.insert(name) }
    default: break
    }
  }
}
