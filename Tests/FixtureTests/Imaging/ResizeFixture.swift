import Imaging
import TestSupport
import Testing

/// Halving equals the resize of the authors' data loader.
func checkResize(_ fixture: Fixture) throws {
  let names = fixture.file.entries.map(\.name).filter { $0.hasPrefix("in.") }
  try #require(!names.isEmpty, "\(fixture) has no inputs")
  for name in names {
    let number = name.dropFirst("in.".count)
    let output = try fixture.plane(name).halved()
    let expected = try fixture.plane("out.\(number)")
    #expect(output.relativeError(to: expected) <= 1e-5, "\(fixture): halving case \(number)")
  }
}
