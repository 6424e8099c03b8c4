/// A setting with named values; decoding any other text lists them.
public protocol Choice: RawRepresentable, CaseIterable, Codable, Sendable
where RawValue == String {}

extension Choice {
  /// Decodes one of the names.
  ///
  /// - Throws: `DecodingError` with the names that are allowed, and the nearest of them.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = Self(rawValue: text) else {
      let unknown = UnknownName(name: text, known: Self.allCases.map(\.rawValue))
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath, debugDescription: unknown.description,
          underlyingError: unknown))
    }
    self = value
  }
}

/// A name that is none of the known ones.
struct UnknownName: Error, CustomStringConvertible {
  let name: String
  let known: [String]

  var description: String {
    let names = known.map { "\"\($0)\"" }.joined(separator: ", ")
    let advice = known.nearest(to: name).map { "; did you mean \"\($0)\"?" } ?? ""
    return "is \"\(name)\", expected one of \(names)\(advice)"
  }
}
