import Dashboard
import Testing

@Suite("Lines of programs")
struct ProgressLinesTests {
  @Test("remarks and warnings in JSON are taken for what they say")
  func remarks() {
    let lines = ProgressLines(
      """
      {"note":"a.tif read as TYX"}
      {"warning":"its \\"pixels\\" are small"}
      {"done":0.5,"remaining":null,"text":"half"}
      {"other":1}
      """)
    #expect(lines.words == ["a.tif read as TYX", "its \"pixels\" are small", "{\"other\":1}"])
    #expect(lines.done == 0.5)
  }

  @Test("progress is found among words, and broken lines are words")
  func mixed() {
    let lines = ProgressLines(
      "reading\r12 %\n{\"done\":0.25}\nhalf a line {\n{\"done\":0.43}\n{broken\n\n{\"done\":\"x\"}\n"
    )
    #expect(lines.done == 0.43)
    #expect(lines.words == ["reading", "12 %", "half a line {", "{broken", "{\"done\":\"x\"}"])
  }

  @Test("a reason is what the program calls an error, else its last words")
  func reason() {
    #expect(ProgressLines("a\nusplit: error: no file\nb").reason == "no file")
    #expect(ProgressLines("a\nb").reason == "a b")
    #expect(ProgressLines("").reason == "it ended without a word")
  }

  @Test("shares are between 0 and 1")
  func shares() {
    #expect(ProgressLines("{\"done\":7}").done == 1)
    #expect(ProgressLines("{\"done\":-1}").done == 0)
  }
}
