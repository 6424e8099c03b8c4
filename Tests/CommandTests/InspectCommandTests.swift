import Foundation
import TestSupport
import Testing

@Suite("usplit inspect")
struct InspectCommandTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  @Test("a model is told in words")
  func words() throws {
    let text = try accepted(["inspect", workshop.model], in: workshop.folder).output
    for words in [
      "splits an image into: spots, lines", "input: 0.5 × spots + 0.5 × lines", "are clipped",
      "pixel size: 0.1 × 0.1 micrometer", "patches of 16 × 16 pixels", "64 × 64 pixels",
      "split by the rule leading", "validate: frame 0", "trained: 2 steps", "written by: usplit ",
    ] { #expect(text.contains(words), "\(words)") }
  }

  @Test("what deviations are multiplied with is told")
  func calibration() throws {
    let text = try accepted(["inspect", workshop.model], in: workshop.folder).output
    for kind in ["predicted", "of draws"] {
      #expect(text.contains("deviations \(kind) times: spots "), "\(kind)")
    }
    #expect(text.contains("patches are predicted "))
  }

  @Test("a model is told as JSON")
  func json() throws {
    let text = try accepted(["inspect", "--json", workshop.model], in: workshop.folder).output
    let found = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(found["channels"] as? [String] == ["spots", "lines"])
    #expect(found["height"] as? Int == 32)
  }

  @Test("files that are no models of this program are refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let model = try Data(contentsOf: URL(fileURLWithPath: workshop.model))
    func replacing(_ old: String, _ new: String) throws -> Data {
      let range = try #require(model.range(of: Data(old.utf8)), "\(old)")
      return model[..<range.lowerBound] + Data(new.utf8) + model[range.upperBound...]
    }
    let broken: [(name: String, data: Data, words: [String])] = [
      ("empty", Data(), ["empty"]),
      ("text", Data("no model at all".utf8), ["text"]),
      ("cut", model.prefix(model.count - 100), ["cut"]),
      ("short", model.prefix(500), ["short"]),
      ("version", try replacing(#""version":"1""#, #""version":"9""#), ["version 9", "version 1"]),
      ("changed", try replacing("spots", "sp0ts"), ["changed"]),
      ("format", try replacing("usplit-model", "usplit-m0del"), ["no usplit model"]),
      (
        "renamed",
        try replacing("likelihood.parameter_net.weight", "likelihood.parameter_net.WEIGHT"),
        ["likelihood.parameter_net.weight"]
      ),
    ]
    for item in broken {
      let file = "\(item.name).safetensors"
      try item.data.write(to: folder.url.appendingPathComponent(file))
      try refused(
        ["split", "--model", file, workshop.input, "-o", "out"], saying: item.words,
        in: folder.url)
      guard item.name != "renamed" else { continue }
      try refused(["inspect", file], saying: item.words, in: folder.url)
    }
    try refused(["inspect", "missing.safetensors"], saying: ["missing"], in: folder.url)
  }
}
