import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Parses OME-XML with the system's parser, without entities of its own or of others.
final class MarkupParser: NSObject, XMLParserDelegate {
  private let reader: OMEReader
  private let path: String
  /// Local names of the elements that are open, the root first.
  private var open: [String] = []
  private var texts: [String] = []
  private var isBegun = false
  private var failure: ImagingError?

  /// The most elements that lie in one another.
  private static let mostDepth = 100

  /// A parser that tells `reader` of elements.
  init(_ reader: OMEReader, path: String) {
    self.reader = reader
    self.path = path
  }

  /// Parses a text.
  ///
  /// - Throws: `ImagingError` where it is not well-formed, too deep, or the reader refuses it.
  func parse(_ text: String) throws(ImagingError) {
    let parser = XMLParser(data: Data(text.utf8))
    parser.shouldResolveExternalEntities = false
    parser.delegate = self
    let isParsed = parser.parse()
    if let failure { throw failure }
    if !isParsed || !isBegun || !open.isEmpty { throw malformed(line: parser.lineNumber) }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    isBegun = true
    open.append(Self.local(name))
    texts.append("")
    if open.count > Self.mostDepth {
      stop(
        parser,
        ImagingError(
          .unsupported,
          "\(path): line \(parser.lineNumber) of its OME-XML lies in more than \(Self.mostDepth) "
            + "elements"))
      return
    }
    let local = Dictionary(attributes.map { (Self.local($0.key), $0.value) }) { first, _ in first }
    if let wrong = reader.begin(open, local) {
      stop(
        parser,
        ImagingError(
          .mismatch, "\(path): line \(parser.lineNumber) of its OME-XML: \(wrong)"))
    }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    guard !texts.isEmpty, reader.wantsText(open) else { return }
    texts[texts.count - 1] += text
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    guard let text = texts.popLast() else { return }
    reader.end(open, text: text.trimmingCharacters(in: .whitespacesAndNewlines))
    open.removeLast()
  }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
    // What libxml2 says of languages (98), namespaces (99, 100, 200 to 209) and white space (102)
    // is no matter of form; OME-XML as it is found breaks those rules without harm.
    let code = (error as NSError).code
    let isHarmless = (98...100).contains(code) || code == 102 || (200...209).contains(code)
    if failure == nil, !isHarmless {
      failure = malformed(line: parser.lineNumber)
    }
  }

  private func stop(_ parser: XMLParser, _ error: ImagingError) {
    if failure == nil { failure = error }
    parser.abortParsing()
  }

  private func malformed(line: Int) -> ImagingError {
    ImagingError(
      .notAnImage,
      "\(path): its OME-XML is not well-formed at line \(line); save the file again with the program "
        + "that wrote it")
  }

  private static func local(_ name: String) -> String {
    name.split(separator: ":").last.map(String.init) ?? name
  }
}
