extension RichText {
  /// The text as HTML.
  var html: String {
    runs.map { run in
      var result = run.text.lines.map(Markup.escaped).joined(separator: "<br/>")
      if run.style.contains(.code) { result = Markup.element("code", [:], result) }
      if run.style.contains(.italic) { result = Markup.element("em", [:], result) }
      if run.style.contains(.bold) { result = Markup.element("strong", [:], result) }
      return run.link.map { Markup.element("a", ["href": $0], result) } ?? result
    }.joined()
  }
}
