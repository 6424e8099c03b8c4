/// A setting with named values; decoding any other text lists them.
public protocol Choice: RawRepresentable, CaseIterable, Codable, Sendable
where RawValue == String {}

extension Choice {
  /// Decodes one of the names.
  ///
  /// - Throws: `DecodingError` with the names that are allowed.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = Self(rawValue: text) else {
      let names = Self.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "is \"\(text)\", expected one of \(names)"))
    }
    self = value
  }
}
