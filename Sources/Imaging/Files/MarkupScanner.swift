/// Walks through the elements of an XML text: enough for metadata, in time linear in its length.
///
/// Text between elements, comments, declarations and instructions are skipped; prefixes of names
/// are dropped; of entities, only the five of XML itself and numbered ones are replaced.
struct MarkupScanner: Sequence, IteratorProtocol {
  /// The start of an element.
  struct Element {
    let name: String
    let attributes: [String: String]
  }

  private static let nameEnds = Set(" \t\r\n=/><\"'".utf8)
  private let bytes: [UInt8]
  private var position = 0

  /// A scanner at the start of the text.
  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The next element's start; nil at the end or where the text is no longer XML.
  mutating func next() -> Element? {
    while let start = bytes[position...].firstIndex(of: UInt8(ascii: "<")) {
      position = start + 1
      guard position < bytes.count else { return nil }
      switch bytes[position] {
      case UInt8(ascii: "!") where starts(with: "!--"): skip(past: "-->")
      case UInt8(ascii: "!") where starts(with: "![CDATA["): skip(past: "]]>")
      case UInt8(ascii: "?"): skip(past: "?>")
      case UInt8(ascii: "!"), UInt8(ascii: "/"): skip(past: ">")
      default: return element()
      }
    }
    position = bytes.count
    return nil
  }

  private mutating func element() -> Element? {
    let name = localName()
    var attributes: [String: String] = [:]
    while true {
      skipSpace()
      guard position < bytes.count else { return nil }
      if bytes[position] == UInt8(ascii: ">") || bytes[position] == UInt8(ascii: "/") { break }
      let key = localName()
      skipSpace()
      guard !key.isEmpty, take(UInt8(ascii: "=")) else { return nil }
      skipSpace()
      guard position < bytes.count else { return nil }
      let quote = bytes[position]
      guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
        let end = bytes[(position + 1)...].firstIndex(of: quote)
      else { return nil }
      attributes[key] = Self.text(bytes[(position + 1)..<end])
      position = end + 1
    }
    return Element(name: name, attributes: attributes)
  }

  private mutating func localName() -> String {
    let start = position
    while position < bytes.count, !Self.nameEnds.contains(bytes[position]) { position += 1 }
    let name = bytes[start..<position]
    return String(decoding: name.split(separator: UInt8(ascii: ":")).last ?? name, as: UTF8.self)
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] <= 32 { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private func starts(with text: String) -> Bool {
    bytes[position...].starts(with: text.utf8)
  }

  private mutating func skip(past text: String) {
    while position < bytes.count, !starts(with: text) { position += 1 }
    position = Swift.min(position + text.utf8.count, bytes.count)
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    let raw = String(decoding: bytes, as: UTF8.self)
    guard raw.contains("&") else { return raw }
    let named = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]
    var parts = raw.split(separator: "&", omittingEmptySubsequences: false)[...]
    var result = String(parts.popFirst() ?? "")
    for part in parts {
      let end = part.firstIndex(of: ";")
      let entity = end.map { String(part[..<$0]) } ?? ""
      var replacement = named[entity]
      if entity.hasPrefix("#") {
        let code =
          entity.hasPrefix("#x")
          ? UInt32(entity.dropFirst(2), radix: 16) : UInt32(entity.dropFirst())
        replacement = code.flatMap(Unicode.Scalar.init).map { String($0) }
      }
      if let end, let replacement {
        result += replacement + part[part.index(after: end)...]
      } else {
        result += "&" + part
      }
    }
    return result
  }
}
