/// Reads the small syntax of ``RichText``.
///
/// A mark without its partner is the character that it is.
struct InlineParser {
  /// A character or a finished piece.
  enum Token {
    /// A character that may be a mark.
    case markup(Character)
    /// A character that is none.
    case text(Character)
    /// A finished piece.
    case runs([RichText.Run])
  }

  private let tokens: [Token]

  init(_ tokens: [Token]) {
    self.tokens = tokens
  }

  /// The whole text.
  func runs() -> [RichText.Run] { runs(0..<tokens.count, style: [], link: nil) }

  private func runs(
    _ range: Range<Int>, style: RichText.Style, link: String?
  ) -> [RichText.Run] {
    var result: [RichText.Run] = []
    func add(_ text: String, _ style: RichText.Style, _ link: String?) {
      if let last = result.last, last.style == style, last.link == link {
        result[result.count - 1].text += text
      } else if !text.isEmpty {
        result.append(RichText.Run(text, style: style, link: link))
      }
    }
    var place = range.lowerBound
    while place < range.upperBound {
      if let span = span(at: place, in: range, style: style) {
        let inner = span.isCode ? [] : runs(span.inside, style: span.style, link: span.link ?? link)
        for run in inner { add(run.text, run.style, run.link) }
        if span.isCode { add(plain(span.inside), span.style, link) }
        place = span.end
        continue
      }
      switch tokens[place] {
      case .markup("\\") where place + 1 < range.upperBound && isMark(place + 1):
        place += 1
        add(plain(place..<place + 1), style, link)
      case .markup(let character), .text(let character):
        add(String(character), style, link)
      case .runs(let runs):
        for run in runs { add(run.text, run.style.union(style), run.link ?? link) }
      }
      place += 1
    }
    return result
  }

  /// What lies between two marks.
  private struct Span {
    let inside: Range<Int>
    let end: Int
    let style: RichText.Style
    var link: String?
    var isCode = false
  }

  private func span(at place: Int, in range: Range<Int>, style: RichText.Style) -> Span? {
    if has("`", at: place) {
      guard let close = firstPlace(of: "`", in: place + 1..<range.upperBound), close > place + 1
      else { return nil }
      return Span(
        inside: place + 1..<close, end: close + 1, style: style.union(.code), isCode: true)
    }
    if has("[", at: place) {
      let end = range.upperBound
      guard let close = firstPlace(of: "]", in: place + 1..<end), has("(", at: close + 1),
        let last = firstPlace(of: ")", in: min(close + 2, end)..<end)
      else { return nil }
      let destination = plain(close + 2..<last)
      guard !destination.isEmpty, RichText.isSafe(destination) else { return nil }
      return Span(inside: place + 1..<close, end: last + 1, style: style, link: destination)
    }
    for (count, added) in [(2, RichText.Style.bold), (1, .italic)] where !style.contains(added) {
      if let close = close(of: count, at: place, in: range) {
        return Span(
          inside: place + count..<close, end: close + count, style: style.union(added))
      }
    }
    return nil
  }

  /// Where the stars end that begin at a place: they hug what they enclose.
  private func close(of count: Int, at place: Int, in range: Range<Int>) -> Int? {
    func stars(_ place: Int) -> Int {
      var end = place
      while end < range.upperBound, has("*", at: end) { end += 1 }
      return end - place
    }
    guard stars(place) >= count, place + count < range.upperBound, !isBlank(place + count) else {
      return nil
    }
    var end = place + count
    while end < range.upperBound {
      if has("\\", at: end) {
        end += 2
        continue
      }
      let found = stars(end)
      if end > place + count, !isBlank(end - 1), found == count || found == 3 {
        return end + found - count
      }
      end += max(1, found)
    }
    return nil
  }

  private func firstPlace(of mark: Character, in range: Range<Int>) -> Int? {
    range.first { has(mark, at: $0) }
  }

  private func has(_ mark: Character, at place: Int) -> Bool {
    guard place < tokens.count, case .markup(mark) = tokens[place] else { return false }
    return true
  }

  private func isMark(_ place: Int) -> Bool {
    "\\`*[]()".contains { has($0, at: place) }
  }

  private func isBlank(_ place: Int) -> Bool { plain(place..<place + 1).allSatisfy(\.isWhitespace) }

  private func plain(_ range: Range<Int>) -> String {
    tokens[range].map { token in
      switch token {
      case .markup(let character), .text(let character): String(character)
      case .runs(let runs): runs.map(\.text).joined()
      }
    }.joined()
  }
}
