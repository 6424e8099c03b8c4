import Report
import Testing

@Suite("Text with emphasis")
struct RichTextTests {
  @Test("the small syntax gives runs")
  func syntax() {
    let text: RichText = "a *b* **c** `d*` [e](https://f.org/g)"
    #expect(text.plain == "a b c d* e")
    #expect(
      text.runs.filter { !$0.style.isEmpty || $0.link != nil } == [
        .init("b", style: .italic), .init("c", style: .bold), .init("d*", style: .code),
        .init("e", link: "https://f.org/g"),
      ])
  }

  @Test("emphasis nests")
  func nests() {
    let text: RichText = "***a*** **b *c***"
    #expect(
      text.runs == [
        .init("a", style: [.bold, .italic]), .init(" "), .init("b ", style: .bold),
        .init("c", style: [.bold, .italic]),
      ])
  }

  @Test(
    "marks without a partner are characters",
    arguments: ["2 * 3 * 4", "a*", "**", "`x", "[a](b", "[a] (b)", "*", "***", "[]()", "a ** b **"])
  func lonely(source: String) {
    #expect(RichText(stringLiteral: source).plain == source)
    #expect(RichText(stringLiteral: source).runs.allSatisfy { $0.style.isEmpty && $0.link == nil })
  }

  @Test("a backslash takes a mark's meaning")
  func backslash() {
    let text: RichText = #"\*a\* \`b\` c\d"#
    #expect(text == RichText(plain: #"*a* `b` c\d"#))
  }

  @Test("what is interpolated has no marks, but takes the look of its place")
  func interpolates() {
    let name = "*x* [y](z)"
    let text: RichText = "**\(name)** \(RichText.code("w")) \(3)"
    #expect(
      text.runs == [
        .init(name, style: .bold), .init(" "), .init("w", style: .code), .init(" 3"),
      ])
  }

  @Test("a link to a program stays text")
  func refusesPrograms() {
    let text: RichText = "[a](javascript:alert) [b](../c:d)"
    #expect(text.runs.compactMap(\.link) == ["../c:d"])
    #expect(text.plain == "[a](javascript:alert) b")
  }
}
