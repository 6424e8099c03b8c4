extension RichText {
  /// The text as Markdown on one line, which begins no other kind of block.
  var markdown: String { Self.guarded(markdown(inTable: false)) }

  /// The text as Markdown on one line for a cell of a table.
  var markdownCell: String {
    markdown(inTable: true).trimmingBlanks
  }

  private func markdown(inTable: Bool) -> String {
    let runs = runs.filter { !$0.text.isEmpty }
    return runs.indices.map { place in
      let before = place > 0 ? runs[place - 1] : nil
      let after = place + 1 < runs.count ? runs[place + 1] : nil
      return Self.markdown(runs[place], after: before, before: after, inTable: inTable)
    }.joined()
  }

  private static func markdown(
    _ run: Run, after previous: Run?, before next: Run?, inTable: Bool
  ) -> String {
    // Blanks at the ends stay outside of the marks, which must touch what they enclose.
    let core = run.text.trimmingBlanks
    guard let first = core.first, let last = core.last else { return run.text.onOneLine }
    let start = run.text.first?.isWhitespace == true ? " " : ""
    let end = run.text.last?.isWhitespace == true ? " " : ""
    // Stars are marks where they touch a word inside or a blank outside, and not other stars.
    let touches = [previous, next].contains { $0.map { !$0.style.isEmpty } ?? false }
    let opens = first.isWordLike || !start.isEmpty || previous?.text.last?.isWhitespace ?? true
    let closes = last.isWordLike || !end.isEmpty || next?.text.first?.isWhitespace ?? true
    let stars = opens && closes && !touches && !run.style.contains(.code)
    var result =
      run.style.contains(.code) ? code(core, inTable: inTable) : MarkdownText.escaped(core)
    if run.style.contains(.italic) { result = stars ? "*\(result)*" : "<em>\(result)</em>" }
    if run.style.contains(.bold) {
      result = stars ? "**\(result)**" : "<strong>\(result)</strong>"
    }
    if let link = run.link { result = "[\(result)](\(MarkdownText.destination(link)))" }
    return start + result + end
  }

  private static func code(_ text: String, inTable: Bool) -> String {
    let text = String(text.onOneLine.unicodeScalars.filter(Markup.isAllowed).map(Character.init))
    if inTable, text.contains("|") {
      // Readers disagree about bars in code in tables, but not about this.
      return "<code>\(MarkdownText.escaped(text, bar: "&#124;"))</code>"
    }
    let mark = String(repeating: "`", count: MarkdownText.longestRun(of: "`", in: text) + 1)
    let room = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
    return mark + room + text + room + mark
  }

  /// Text whose first characters cannot be taken for a heading, a list or a rule.
  private static func guarded(_ line: String) -> String {
    let line = line.trimmingBlanks
    if let first = line.first, "#+-=".contains(first) { return "\\" + line }
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    let rest = line.dropFirst(digits.count)
    if !digits.isEmpty, let mark = rest.first, mark == "." || mark == ")",
      rest.dropFirst().first?.isWhitespace ?? true
    {
      return digits + "\\" + rest
    }
    return line
  }
}

extension Character {
  /// Whether Markdown takes the character for part of a word.
  fileprivate var isWordLike: Bool { isLetter || isNumber }
}

extension String {
  /// The text without blanks and line breaks at its ends.
  fileprivate var trimmingBlanks: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
