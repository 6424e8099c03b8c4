/// The path and the query of a request.
package struct RequestTarget: Equatable {
  /// The path's components, decoded.
  package let path: [String]
  /// The query, decoded; of a name that is there twice, the last.
  package let query: [String: String]

  /// Reads a target such as `/api/run?path=files/a`.
  ///
  /// - Throws: ``RequestError`` (400) for another form of target, and for paths that try to climb.
  init(_ text: some Collection<UInt8>) throws(RequestError) {
    guard text.first == UInt8(ascii: "/") else {
      throw RequestError(400, "The target of the request is no path; it has to begin with a slash.")
    }
    let parts = text.split(
      separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    path = try Self.path(parts[0])
    query = parts.count > 1 ? try Self.query(parts[1]) : [:]
  }

  private static func path(_ bytes: some Collection<UInt8>) throws(RequestError) -> [String] {
    var components: [String] = []
    let parts = bytes.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for (place, part) in parts.enumerated() {
      if part.isEmpty, place == parts.count - 1 { break }
      guard let name = PercentDecoding.text(part), !name.isEmpty, name != ".", name != "..",
        !name.contains("/"), !name.contains("\\")
      else {
        throw RequestError(
          400, "The path of the request holds a part that is no name; use the paths of the page.")
      }
      components.append(name)
    }
    return components
  }

  private static func query(
    _ bytes: some Collection<UInt8>
  ) throws(RequestError) -> [String: String] {
    var query: [String: String] = [:]
    for part in bytes.split(separator: UInt8(ascii: "&")) {
      let pair = part.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentDecoding.text(pair[0], plusIsSpace: true),
        let value = PercentDecoding.text(pair[1...].first ?? pair[0].suffix(0), plusIsSpace: true)
      else {
        throw RequestError(
          400, "The query of the request is not encoded as UTF-8 with percent signs.")
      }
      query[name] = value
    }
    return query
  }
}
