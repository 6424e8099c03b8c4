/// One of the five axes an image can have, by its letter.
public enum Axis: Character, Sendable, CaseIterable, Codable {
  /// Time points.
  case time = "T"
  /// Channels: what was labelled or detected separately.
  case channel = "C"
  /// Slices through the specimen's depth.
  case slice = "Z"
  /// Rows.
  case row = "Y"
  /// Columns.
  case column = "X"

  /// One step along the axis in words, such as `time point`.
  public var noun: String {
    switch self {
    case .time: "time point"
    case .channel: "channel"
    case .slice: "slice"
    case .row: "row"
    case .column: "column"
    }
  }

  /// The axis in words, in the plural.
  public var name: String { noun + "s" }

  /// Reads the axis of one letter, in capitals or not.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let letter = try container.decode(String.self)
    guard letter.count == 1, let character = letter.uppercased().first,
      let axis = Axis(rawValue: character)
    else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(letter)\" is none of the axes T, C, Z, Y and X")
    }
    self = axis
  }

  /// Writes the letter.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(String(rawValue))
  }
}
