import Foundation

/// The Python package tifffile's metadata in a TIFF file's description: a JSON object with the
/// array's `shape`, and often its `axes`.
///
/// Names and sizes may be under the keys that tifffile uses for OME: `Channel.Name`, `PhysicalSizeX`
/// and `PhysicalSizeXUnit`.
struct ShapedDescription {
  /// The array's shape.
  let shape: [Int]
  /// One letter per dimension, in capitals; nil when not given.
  let axes: [Character]?
  /// Names of channels; nil when not given.
  let channelNames: [String?]?
  /// Size of a pixel; nil when not given.
  let pixelSize: PixelSize?
  /// Seconds from one time point to the next; nil when not given.
  let timeStep: Double?
  /// What the program that wrote it noted down, sorted by key.
  let notes: [ImageDescription.ProvenanceEntry]

  private struct Content: Decodable {
    struct Channel: Decodable {
      var name: [String?]?
      enum CodingKeys: String, CodingKey { case name = "Name" }
    }
    var shape: [Int]
    var axes: String?
    var channel: Channel?
    var sizeX: Double?
    var sizeY: Double?
    var sizeZ: Double?
    var unit: String?
    var timeIncrement: Double?
    var timeUnit: String?
    var notes: [String: String]?
    enum CodingKeys: String, CodingKey {
      case shape, axes, notes
      case channel = "Channel"
      case sizeX = "PhysicalSizeX"
      case sizeY = "PhysicalSizeY"
      case sizeZ = "PhysicalSizeZ"
      case unit = "PhysicalSizeXUnit"
      case timeIncrement = "TimeIncrement"
      case timeUnit = "TimeIncrementUnit"
    }
  }

  /// The parsed description; nil when it is not tifffile's.
  init?(_ text: String) {
    guard text.hasPrefix("{"), text.contains("\"shape\"") else { return nil }
    let decoder = JSONDecoder()
    struct Shape: Decodable { var shape: [Int] }
    // Keys of other types than expected are some other program's; the shape alone then counts.
    if let content = try? decoder.decode(Content.self, from: Data(text.utf8)) {
      shape = content.shape
      let letters = content.axes.map { Array($0.uppercased()) }
      axes = letters?.count == content.shape.count ? letters : nil
      channelNames = content.channel?.name
      if let x = content.sizeX, let y = content.sizeY,
        let unit = content.unit.flatMap(LengthUnit.canonical)
      {
        pixelSize = LengthUnit.pixelSize(
          width: x, height: y, depth: content.sizeZ, unit: unit)
      } else {
        pixelSize = nil
      }
      timeStep = content.timeIncrement.flatMap {
        TimeUnit.seconds($0, unit: content.timeUnit ?? "s")
      }
      notes = (content.notes ?? [:]).sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }
    } else if let content = try? decoder.decode(Shape.self, from: Data(text.utf8)) {
      shape = content.shape
      axes = nil
      channelNames = nil
      pixelSize = nil
      timeStep = nil
      notes = []
    } else {
      return nil
    }
  }
}
