import Foundation

extension Document {
  /// The document as one HTML page that needs no other file and runs no program.
  ///
  /// The page follows the reader's choice of a light or a dark scheme, fits narrow screens and
  /// can be printed. Pages with at least four headings of level 2 begin with a list of them.
  public func html() -> String {
    var writer = HTMLWriter()
    let body = blocks.map { writer.html($0) }.joined(separator: "\n")
    var page = Markup.element("h1", [:], Markup.escaped(title.onOneLine))
    if let summary { page += Markup.element("p", ["class": "summary"], summary.html) }
    page = Markup.element("header", [:], page) + "\n"
    let chapters = writer.headings.filter { $0.level == 2 }
    if chapters.count >= 4 {
      let items = chapters.map {
        Markup.element(
          "li", [:], Markup.element("a", ["href": "#" + $0.place], Markup.escaped($0.title)))
      }
      page +=
        Markup.element(
          "nav", ["aria-label": "Contents"], Markup.element("ul", [:], items.joined())) + "\n"
    }
    page += Markup.element("main", [:], "\n" + body + "\n") + "\n"
    if let footer { page += Markup.element("footer", [:], footer.html) + "\n" }
    // The policy forbids what the page does not do: to load anything or to run programs.
    return """
      <!DOCTYPE html>
      <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"/>
      <title>\(Markup.escaped(title.onOneLine))</title>
      <style>
      \(Stylesheet.text)
      </style>
      </head>
      <body>
      \(page)</body>
      </html>

      """
  }

  /// Writes the page of ``html()``, under a temporary name first.
  ///
  /// - Throws: ``ReportError`` when the file cannot be written.
  public func writeHTML(to url: URL) throws(ReportError) {
    try FileReplacement.write(Data(html().utf8), to: url)
  }
}

/// Writes blocks as HTML and keeps account of the headings.
struct HTMLWriter {
  /// The headings so far, each with the name of its place in the page.
  private(set) var headings: [(title: String, level: Int, place: String)] = []
  /// Whether the blocks share the page's width with others.
  private var isNarrow = false

  mutating func html(_ block: Block) -> String {
    switch block {
    case .heading(let title, let level):
      return heading(title, level: level)
    case .paragraph(let text):
      return Markup.element("p", [:], text.html)
    case .note(let text):
      return Markup.element("p", ["class": "note", "role": "note"], text.html)
    case .list(let items):
      return Markup.element("ul", [:], items.map { Markup.element("li", [:], $0.html) }.joined())
    case .table(let table):
      return table.html()
    case .plot(let plot):
      return html(plot)
    case .picture(let picture):
      return html(picture)
    case .code(let text):
      return Markup.element(
        "pre", ["tabindex": "0"], Markup.element("code", [:], Markup.escaped(text)))
    case .columns(let columns):
      let wasNarrow = isNarrow
      isNarrow = isNarrow || columns.count > 1
      defer { isNarrow = wasNarrow }
      let parts = columns.map { blocks in
        Markup.element("div", [:], blocks.map { html($0) }.joined())
      }
      return Markup.element("div", ["class": "columns"], parts.joined())
    }
  }

  private mutating func heading(_ title: String, level: Int) -> String {
    precondition(2...6 ~= level, "a heading of level \(level); levels are 2 to 6")
    let title = title.onOneLine
    let slug = title.slug.isEmpty ? "section" : title.slug
    var place = slug
    var number = 2
    while headings.contains(where: { $0.place == place }) {
      place = "\(slug)-\(number)"
      number += 1
    }
    headings.append((title, level, place))
    return Markup.element("h\(level)", ["id": place], Markup.escaped(title))
  }

  private func html(_ plot: Plot) -> String {
    var figure = Markup.element(
      "figcaption", [:], Markup.element("strong", [:], Markup.escaped(plot.title.onOneLine)))
    figure += Markup.element(
      "div",
      [
        "class": "scroll", "role": "region", "tabindex": "0",
        "aria-label": "Plot: " + plot.title.onOneLine,
      ], plot.inlineSVG(isNarrow: isNarrow))
    if let note = plot.note { figure += Markup.element("p", [:], note.html) }
    if let numbers = plot.numbers {
      figure += Markup.element(
        "details", [:], Markup.element("summary", [:], "Numbers of this plot") + numbers.html())
    }
    return Markup.element("figure", ["class": "plot"], figure)
  }

  private func html(_ picture: Picture) -> String {
    let image = Markup.element(
      "img",
      [
        "src": "data:image/png;base64," + picture.png.base64EncodedString(),
        "width": String(picture.width), "height": String(picture.height),
        "alt": picture.alternative.onOneLine,
      ])
    let caption =
      picture.caption.isEmpty ? "" : Markup.element("figcaption", [:], picture.caption.html)
    return Markup.element("figure", ["class": "picture"], image + caption)
  }
}
