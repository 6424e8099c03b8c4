import Imaging
import TestSupport
import Testing

private struct SplitCase: Decodable {
  var valFraction: Double
  var testFraction: Double
  var n: Int
  var startingTest: Bool
}

/// The authors' two split rules give the same frames in the same order.
func checkSplits(_ fixture: Fixture) throws {
  let cases = try fixture.cases(SplitCase.self)
  try #require(!cases.isEmpty, "\(fixture) has no cases")
  for (name, values) in cases {
    let parts = FrameParts.authors(
      startingTest: values.startingTest, frames: values.n, validation: values.valFraction,
      test: values.testFraction)
    for (what, ours) in [
      ("train", parts.train), ("val", parts.validation), ("test", parts.test),
    ] {
      let expected = try fixture.integers("\(name).\(what)")
      #expect(ours == expected, "\(fixture): \(what) of case \(name)")
    }
  }
}
