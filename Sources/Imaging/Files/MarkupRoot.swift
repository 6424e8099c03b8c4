/// The first element of an XML text, found without parsing the rest.
struct MarkupRoot {
  /// Its name without a prefix.
  let name: String
  /// The element's start as an element of its own, without content.
  let start: String
  /// The text without its declaration, whose encoding no longer holds.
  let text: String

  /// The most bytes of a text.
  static let mostBytes = 256 << 20

  /// Finds the first element; nil where the text is not XML.
  ///
  /// - Parameter path: the file, for messages
  /// - Throws: `ImagingError` where a text in OME-XML is too large, or defines entities
  init?(_ text: String, path: String) throws(ImagingError) {
    var bytes = Array(text.utf8)[...]
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
    var rest = bytes.drop { $0 <= 32 }
    guard rest.first == UInt8(ascii: "<") else { return nil }
    if rest.starts(with: Array("<?xml".utf8)) {
      guard let end = Self.end(of: "?>", in: rest) else { return nil }
      // Lines are counted as before.
      bytes = rest[end...]
      rest = bytes.drop { $0 <= 32 }
    }
    var hasDeclarations = false
    while rest.first == UInt8(ascii: "<"), let second = rest.dropFirst().first,
      second == UInt8(ascii: "!") || second == UInt8(ascii: "?")
    {
      let isComment = rest.starts(with: Array("<!--".utf8))
      if second == UInt8(ascii: "!"), !isComment { hasDeclarations = true }
      let closing = isComment ? "-->" : second == UInt8(ascii: "?") ? "?>" : ">"
      guard let end = Self.end(of: closing, in: rest) else { return nil }
      // A document type's own declarations lead to "]>"; what is left of them is no element.
      rest = rest[end...].drop { $0 <= 32 }
    }
    guard rest.first == UInt8(ascii: "<") else {
      if hasDeclarations, text.contains("<OME") { throw Self.declarations(path) }
      return nil
    }
    let name = rest.dropFirst().prefix { $0 > 32 && $0 != UInt8(ascii: ">") && $0 != 47 }
    let local = name.split(separator: UInt8(ascii: ":")).last ?? name
    self.name = String(decoding: local, as: UTF8.self)
    var quote: UInt8?
    let end = rest.firstIndex { byte in
      if let open = quote {
        if byte == open { quote = nil }
        return false
      }
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { quote = byte }
      return byte == UInt8(ascii: ">")
    }
    guard self.name == "OME" else {
      start = ""
      self.text = ""
      return
    }
    if hasDeclarations { throw Self.declarations(path) }
    if bytes.count > Self.mostBytes {
      throw ImagingError(
        .unsupported,
        "\(path): its OME-XML of \(bytes.count) bytes is larger than the \(Self.mostBytes >> 20) MiB "
          + "that are read")
    }
    guard let end else {
      throw ImagingError(.notAnImage, "\(path): its OME-XML is not well-formed: it ends too early")
    }
    let tag = rest[..<end]
    start = String(decoding: tag.last == 47 ? tag.dropLast() : tag, as: UTF8.self) + "/>"
    self.text = String(decoding: bytes, as: UTF8.self)
  }

  private static func declarations(_ path: String) -> ImagingError {
    ImagingError(
      .unsupported,
      "\(path): its OME-XML begins with a document type, which OME-XML never needs and is not read; "
        + "remove it")
  }

  private static func end(of text: String, in bytes: ArraySlice<UInt8>) -> Int? {
    let wanted = Array(text.utf8)
    var index = bytes.startIndex
    while let found = bytes[index...].firstIndex(of: wanted[0]) {
      if bytes[found...].starts(with: wanted) { return found + wanted.count }
      index = found + 1
    }
    return nil
  }
}
