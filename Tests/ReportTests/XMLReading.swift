import Foundation
import Report

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What an XML parser finds in a text.
final class XMLReading: NSObject, XMLParserDelegate {
  /// The elements' names in the order of their beginnings.
  private(set) var elements: [String] = []
  /// The attributes of all elements.
  private(set) var attributes: [(name: String, value: String)] = []
  /// All characters outside of elements' marks.
  private(set) var text = ""
  /// Whether the text is well formed.
  private(set) var isWellFormed = false

  init(_ source: String) {
    super.init()
    let parser = XMLParser(data: Data(source.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append(name)
    self.attributes += attributes.map { ($0.key, $0.value) }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  /// How many elements have a name.
  func count(_ name: String) -> Int { elements.count { $0 == name } }

  /// All values of an attribute.
  func values(_ name: String) -> [String] {
    attributes.filter { $0.name == name }.map(\.value)
  }
}

/// Text with all that markup could stumble over.
let nasty = "<script>alert(\"1\")</script> & 'a|b' `c` *d* _e_ [f](g) \u{0}\u{8}\u{FFFE} 🦠\r\nend"
