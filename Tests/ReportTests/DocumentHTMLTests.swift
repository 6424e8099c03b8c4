import Foundation
import Report
import TestSupport
import Testing

/// A document with every kind of block, all text in it the given one.
func document(_ text: String, png: Data = onePixel) throws -> Document {
  let rich = RichText(plain: text)
  let table = Table(
    caption: rich,
    columns: [.init(text, alignment: .leading), .init(text, group: text), .init("B", group: text)],
    rows: [
      .section(rich), .init([.init(rich), .init(rich, emphasis: true, detail: text), .missing()]),
      .init([.init("a"), .pending(detail: text), .init("b")]),
    ])
  let plot = Plot(
    title: text, xAxis: .init(text, scale: .categories([text, "b"])), yAxis: .init(text),
    series: [
      .init(text, points: [.init(x: 0, y: 1, error: 0.2), .init(x: 1, y: .nan)], style: .bars),
      .init(text, points: [.init(x: 0, y: 2)], style: .dashed),
    ], note: rich)
  return Document(
    title: text, summary: rich,
    blocks: [
      .heading(text, level: 2), .heading(text, level: 2), .paragraph(rich), .note(rich),
      .list([rich, rich]), .table(table), .plot(plot), .code(text),
      .picture(try Picture(png: png, caption: rich, alternative: text)),
      .columns([[.plot(plot)], [.paragraph(rich), .table(table)]]),
    ], footer: rich)
}

/// A PNG file of one pixel.
let onePixel =
  Data(
    base64Encoded:
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
      + "AABJRU5ErkJggg==") ?? Data()

@Suite("Reports as HTML")
struct DocumentHTMLTests {
  @Test("a page of every block is well formed and runs nothing", arguments: ["plain", nasty, ""])
  func wellFormed(text: String) throws {
    let html = try document(text).html()
    let page = XMLReading(html)
    #expect(page.isWellFormed)
    #expect(page.count("script") == 0)
    #expect(!html.contains("<script"))
    #expect(page.count("table") == 4)
    #expect(page.count("figure") == 3)
  }

  @Test("a page needs no other file")
  func selfContained() throws {
    let html = try document("text").html()
    let page = XMLReading(html)
    #expect(page.values("src").allSatisfy { $0.hasPrefix("data:image/png;base64,") })
    #expect(page.values("href").isEmpty)
    #expect(page.count("link") == 0)
    #expect(!html.contains("@import") && !html.contains("url("))
    #expect(html.contains("default-src 'none'"))
  }

  @Test("places in a page have names of their own")
  func places() throws {
    let page = XMLReading(try document("Ünder the *hood*").html())
    #expect(page.values("id") == ["under-the-hood", "under-the-hood-2"])
  }

  @Test("a page of four chapters begins with a list of them")
  func contents() {
    let blocks = ["A", "B", "C", "D & E"].map { Block.heading($0, level: 2) }
    let page = XMLReading(Document(title: "t", blocks: blocks).html())
    #expect(page.values("href") == ["#a", "#b", "#c", "#d-e"])
    #expect(XMLReading(Document(title: "t", blocks: [blocks[0]]).html()).count("nav") == 0)
  }

  @Test("headers of a table say what they head, groups and sections how far they reach")
  func tableHeaders() throws {
    let table = Table(
      columns: [.init("m"), .init("PSNR", group: "A"), .init("SSIM", group: "A"), .init("x")],
      rows: [.section("s"), .init([.init("r"), .init("1"), .init("2"), .missing()])])
    let html = Document(title: "t", blocks: [.table(table)]).html()
    let page = XMLReading(html)
    #expect(
      page.values("scope") == [
        "colgroup", "col", "col", "col", "col", "rowgroup", "row",
      ])
    #expect(page.values("colspan") == ["2", "4"])
    #expect(html.contains("no value"))
  }

  @Test("a table without rows says so")
  func emptyTable() {
    let html = Document(title: "t", blocks: [.table(Table(columns: [.init("a")]))]).html()
    #expect(html.contains("no data yet"))
  }

  @Test("a line break in a text is one in the page")
  func lineBreak() {
    let html = Document(title: "t", blocks: [.paragraph(RichText(plain: "a\nb"))]).html()
    #expect(html.contains("<p>a<br/>b</p>"))
  }

  @Test("pictures have a size and a text")
  func picture() throws {
    let picture = try Picture(png: onePixel, caption: "c", alternative: "a \"b\"")
    let page = XMLReading(Document(title: "t", blocks: [.picture(picture)]).html())
    #expect(page.values("alt") == ["a \"b\""])
    #expect(page.values("height") == ["1"])
  }

  @Test("a page is written as a whole, and a place that takes none is told")
  func writes() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("report.html")
    let document = Document(title: "t")
    try document.writeHTML(to: url)
    try document.writeHTML(to: url)
    #expect(try String(contentsOf: url, encoding: .utf8) == document.html())
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
    let missing = folder.url.appendingPathComponent("no/report.html")
    let error = #expect(throws: ReportError.self) { try document.writeHTML(to: missing) }
    #expect(error?.kind == .unwritable)
    #expect(error?.description.contains(missing.path) == true)
  }
}
