/// Text with emphasis, code and links.
///
/// A literal is read with a small syntax: `*italic*`, `**bold**`, `` `code` ``,
/// `[text](destination)`, and a backslash before a character that is meant as it is. What is
/// interpolated stays as it is, whatever characters it has:
/// ```swift
/// let text: RichText = "**Best:** `\(name)` with \(psnr) dB"
/// ```
/// A line break in the text is one in the report.
public struct RichText: Equatable, Sendable {
  /// How a run of characters looks.
  public struct Style: OptionSet, Equatable, Sendable {
    /// The bits, one per property.
    public let rawValue: Int

    /// Makes a style from its bits.
    public init(rawValue: Int) {
      self.rawValue = rawValue
    }

    /// Heavy letters.
    public static let bold = Style(rawValue: 1)
    /// Slanted letters.
    public static let italic = Style(rawValue: 2)
    /// Letters of equal width.
    public static let code = Style(rawValue: 4)
  }

  /// Characters of one look.
  public struct Run: Equatable, Sendable {
    /// The characters, as they are to be read.
    public var text: String
    /// How they look.
    public var style: Style
    /// Where they lead.
    public var link: String?

    /// Makes a run.
    ///
    /// - Parameters:
    ///   - text: the characters, as they are to be read
    ///   - style: how they look
    ///   - link: where they lead: an address of the web or of mail, or a path
    public init(_ text: String, style: Style = [], link: String? = nil) {
      precondition(
        link.map(RichText.isSafe) ?? true,
        "a link to \(link ?? ""); it must be http, https, mailto or a path")
      self.text = text
      self.style = style
      self.link = link
    }
  }

  /// The runs, one after the other.
  public var runs: [Run]

  /// Text of the given runs.
  public init(runs: [Run]) {
    self.runs = runs
  }

  /// Text without any emphasis; no character has a meaning.
  public init(plain text: String) {
    runs = text.isEmpty ? [] : [Run(text)]
  }

  /// The characters without their look.
  public var plain: String { runs.map(\.text).joined() }

  /// Whether there is nothing to read.
  public var isEmpty: Bool { runs.allSatisfy(\.text.isEmpty) }

  /// Heavy letters.
  public static func bold(_ text: String) -> RichText { RichText(runs: [Run(text, style: .bold)]) }

  /// Slanted letters.
  public static func italic(_ text: String) -> RichText {
    RichText(runs: [Run(text, style: .italic)])
  }

  /// Letters of equal width.
  public static func code(_ text: String) -> RichText { RichText(runs: [Run(text, style: .code)]) }

  /// Text that leads somewhere: to an address of the web or of mail, or a path.
  public static func link(_ text: String, to destination: String) -> RichText {
    RichText(runs: [Run(text, link: destination)])
  }

  /// One text after the other.
  public static func + (first: RichText, second: RichText) -> RichText {
    RichText(runs: first.runs + second.runs)
  }

  /// Whether a link's destination is of the web, of mail or a path, and not a program.
  static func isSafe(_ destination: String) -> Bool {
    guard let colon = destination.firstIndex(of: ":") else { return true }
    let scheme = destination[..<colon]
    if scheme.contains(where: { "/?#".contains($0) }) { return true }
    return ["http", "https", "mailto"].contains(scheme.lowercased())
  }
}

extension RichText: ExpressibleByStringInterpolation {
  /// What a literal with interpolations is gathered in.
  public struct StringInterpolation: StringInterpolationProtocol {
    var tokens: [InlineParser.Token] = []

    /// Makes an empty gathering.
    public init(literalCapacity: Int, interpolationCount: Int) {
      tokens.reserveCapacity(literalCapacity)
    }

    /// Takes a part of the literal, which is read with the small syntax.
    public mutating func appendLiteral(_ literal: String) {
      tokens += literal.map(InlineParser.Token.markup)
    }

    /// Takes a value as it is.
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      tokens += value.description.map(InlineParser.Token.text)
    }

    /// Takes a text with its look.
    public mutating func appendInterpolation(_ text: RichText) {
      tokens.append(.runs(text.runs))
    }
  }

  /// Reads a literal with the small syntax.
  public init(stringLiteral literal: String) {
    runs = InlineParser(literal.map(InlineParser.Token.markup)).runs()
  }

  /// Reads a literal with the small syntax, the interpolated values as they are.
  public init(stringInterpolation: StringInterpolation) {
    runs = InlineParser(stringInterpolation.tokens).runs()
  }
}
