/// What stands beyond the border of an image.
public enum Padding: Sendable, Equatable {
  /// The image mirrored at its border pixels, which are not repeated (`c b | a b c d | c b`), as
  /// often as needed.
  case reflect
  /// One value, in the units of the pixels before normalisation.
  case constant(Float)

  /// The index within `0..<count` that index `index` shows under reflection, period
  /// `2 * (count - 1)`.
  public static func reflected(_ index: Int, count: Int) -> Int {
    precondition(count > 0, "reflection needs at least 1 pixel, got \(count)")
    if index >= 0 && index < count { return index }
    if count == 1 { return 0 }
    let period = 2 * (count - 1)
    let remainder = index % period
    let phase = remainder < 0 ? remainder + period : remainder
    return phase < count ? phase : period - phase
  }
}

/// Written as the word `"reflect"` or as `{"constant": value}`.
extension Padding: Codable {
  private enum Key: String, CodingKey { case constant }

  /// Reads `"reflect"` or `{"constant": value}`.
  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Key.self) {
      self = .constant(try container.decode(Float.self, forKey: .constant))
      return
    }
    let container = try decoder.singleValueContainer()
    let word = try container.decode(String.self)
    guard word == "reflect" else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "padding is \"\(word)\", expected \"reflect\" or {\"constant\": value}")
    }
    self = .reflect
  }

  /// Writes `"reflect"` or `{"constant": value}`.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .reflect:
      var container = encoder.singleValueContainer()
      try container.encode("reflect")
    case .constant(let value):
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(value, forKey: .constant)
    }
  }
}
