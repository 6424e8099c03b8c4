import Foundation
import Report
import TestSupport
import Testing

/// The Markdown of some blocks, without the title.
private func markdown(_ blocks: [Block]) throws -> String {
  let folder = try TemporaryFolder()
  let file = try MarkdownWriter(Document(title: "T", blocks: blocks))
    .write(to: folder.url, name: "report")
  let text = try String(contentsOf: file, encoding: .utf8)
  #expect(text.hasPrefix("# T\n\n"))
  return String(text.dropFirst(5).dropLast())
}

@Suite("Reports as Markdown")
struct MarkdownWriterTests {
  @Test(
    "characters with a meaning lose it",
    arguments: [
      ("<script>", "&lt;script&gt;"), ("a|b", #"a\|b"#), ("*a* `b`", #"\*a\* \`b\`"#),
      ("a_b _c_", #"a_b \_c\_"#), ("[a](b)", #"\[a\](b)"#), ("# a", "\\# a"), ("- a", #"\- a"#),
      ("1. a", #"1\. a"#), ("1.5 dB", "1.5 dB"), ("R&D", "R&amp;D"), ("a\nb\r\nc", "a<br>b<br>c"),
      (#"a\"#, #"a\\"#), ("$x$", #"\$x\$"#), ("a\u{0}\u{8}b", "ab"), ("    a", "a"),
    ])
  func escapes(text: String, expected: String) throws {
    #expect(try markdown([.paragraph(RichText(plain: text))]) == expected)
  }

  @Test("emphasis is stars around words and elements around all else")
  func emphasis() throws {
    let text: RichText = "**a b**, *c:* **(d)**, \(.bold("e"))\(.italic("f")), `g`, ``, **h ** i"
    #expect(
      try markdown([.paragraph(text)])
        == "**a b**, *c:* <strong>(d)</strong>, <strong>e</strong><em>f</em>, `g`, "
        + #"\`\`, \*\*h \*\* i"#)
  }

  @Test("what could end a link is encoded")
  func link() throws {
    #expect(
      try markdown([.paragraph(.link("a", to: "b (c)/ü.png"))]) == "[a](b%20%28c%29/%C3%BC.png)")
  }

  @Test("blanks stay outside of emphasis")
  func blanks() throws {
    let text = RichText(runs: [.init("a"), .init(" b ", style: .bold), .init("c")])
    #expect(try markdown([.paragraph(text)]) == "a **b** c")
  }

  @Test("code keeps its characters")
  func code() throws {
    #expect(try markdown([.paragraph(.code("a``b*"))]) == "```a``b*```")
    #expect(try markdown([.paragraph(.code("`a"))]) == "`` `a ``")
    #expect(try markdown([.code("x\n```\ny")]) == "````\nx\n```\ny\n````")
  }

  @Test("every line of a table has as many cells, whatever is in them")
  func table() throws {
    let table = Table(
      caption: "C",
      columns: [
        .init("m", alignment: .leading), .init("PSNR", group: "A|B"),
        .init("x", alignment: .center),
      ],
      rows: [
        .section("S"),
        .init([
          .init(RichText(plain: nasty)), .init("1", emphasis: true, detail: "p | 2"), .missing(),
        ]),
        .init([.init(.code("a|b")), .pending(), .init("")]),
      ])
    let lines = try markdown([.table(table)]).split(separator: "\n")
    #expect(lines.count == 6)
    #expect(lines[0] == "C")
    for line in lines.dropFirst() {
      let bars = line.replacing(#"\|"#, with: "").count { $0 == "|" }
      #expect(bars == 4, "\(line)")
    }
    #expect(lines[1].contains(#"A\|B<br>PSNR"#))
    #expect(lines[2].contains("--: | :-"))
    #expect(lines[3].contains("**S**"))
    #expect(lines[4].contains(#"**1**<br><sub>p \| 2</sub>"#))
    #expect(lines[5].contains("<code>a&#124;b</code>") && lines[5].contains("<em>pending</em>"))
  }

  @Test("headings, notes and lists have their marks")
  func blocks() throws {
    let text = try markdown([
      .heading("a # b", level: 3), .note("n"), .list(["x", "- y"]),
      .columns(
        [["1"], ["2"]].map {
          $0.map { .paragraph(RichText(plain: $0)) }
        }),
    ])
    #expect(text == "### a # b\n\n> n\n\n- x\n- \\- y\n\n1\n\n2")
  }

  @Test("figures lie beside the file, and those of an earlier report go")
  func files() throws {
    let folder = try TemporaryFolder()
    let home = folder.url.appendingPathComponent("new folder")
    let figures = home.appendingPathComponent("my report-figures")
    try MarkdownWriter(document("cells")).write(to: home, name: "my report")
    let names = try FileManager.default.contentsOfDirectory(atPath: figures.path).sorted()
    #expect(names == ["01-cells.svg", "02-cells.png", "03-cells.svg"])
    let text = try String(
      contentsOf: home.appendingPathComponent("my report.md"), encoding: .utf8)
    for name in names { #expect(text.contains("](my%20report-figures/\(name))")) }
    let png = try Data(contentsOf: figures.appendingPathComponent("02-cells.png"))
    #expect(png == onePixel)
    let svg = try String(
      contentsOf: figures.appendingPathComponent("01-cells.svg"), encoding: .utf8)
    #expect(XMLReading(svg).isWellFormed)

    try Data("mine".utf8).write(to: figures.appendingPathComponent("04-notes.svg"))
    try MarkdownWriter(Document(title: "t")).write(to: home, name: "my report")
    #expect(try FileManager.default.contentsOfDirectory(atPath: figures.path) == ["04-notes.svg"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: home.path).count == 2)
  }

  @Test("a name that is no file's is refused", arguments: ["", "a/b", "..", ".hidden"])
  func wrongName(name: String) throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: ReportError.self) {
      try MarkdownWriter(Document(title: "t")).write(to: folder.url, name: name)
    }
    #expect(error?.kind == .wrongName)
  }

  @Test("a folder that cannot be is told")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("file")
    try Data().write(to: file)
    let error = #expect(throws: ReportError.self) {
      try MarkdownWriter(Document(title: "t")).write(to: file, name: "report")
    }
    #expect(error?.kind == .unwritable)
  }
}
