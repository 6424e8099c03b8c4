import Foundation
import Imaging
import TestSupport
import Testing

/// The part of a fixture's `extra` metadata that sets the connecting curve.
private struct ConnectionSettings: Decodable {
  let connectingLength: Double?
  let initialPhase: Double?

  enum CodingKeys: String, CodingKey {
    case connectingLength = "connecting_w_len"
    case initialPhase = "curve_initial_phase"
  }
}

/// The given uniform numbers give the curves and the two images of kinds `sinusoid_two_curve` and
/// `sinusoid_three_curve`, bit for bit.
func checkSinusoid(_ fixture: Fixture) throws {
  let critters = try critters(of: fixture)
  try critters.validate()
  let seeds = fixture.file.entries.map(\.name).filter { $0.hasSuffix(".uniform_draws") }
    .map { String($0.dropLast(".uniform_draws".count)) }
  #expect(!seeds.isEmpty)
  for seed in seeds {
    var draws = try fixture.doubles("\(seed).uniform_draws")[...]
    var missing = 0
    let frame = critters.frame {
      if let draw = draws.popFirst() { return draw }
      missing += 1
      return 0.5
    }
    #expect(missing == 0, "\(missing) more uniform numbers of \(seed) were needed")
    #expect(draws.isEmpty, "\(draws.count) uniform numbers of \(seed) were not used")
    try check(frame, fixture, seed, critters)
  }
}

private func check(
  _ frame: SinusoidalCritters.Frame, _ fixture: Fixture, _ seed: String,
  _ critters: SinusoidalCritters
) throws {
  let parameters = frame.curves.joined().flatMap { curve -> [Double] in
    curve.frequencies + [
      curve.verticalShift, curve.horizontalShift, curve.isFlipped ? 1 : 0, curve.rotation,
      critters.amplitude,
    ]
  }
  let expected = try fixture.doubles("\(seed).curve_params")
  try #require(parameters.count == expected.count)
  #expect(relativeError(parameters, expected) <= 1e-12)
  for (channel, plane) in frame.planes.enumerated() {
    let image = try fixture.floats("\(seed).ch\(channel + 1)")
    try #require(plane.values.count == image.count)
    let differing = zip(plane.values, image).count { $0 != $1 }
    #expect(differing == 0, "\(seed), channel \(channel + 1): \(differing) pixels differ")
  }
}

/// The critters that a fixture's metadata asks for.
private func critters(of fixture: Fixture) throws -> SinusoidalCritters {
  var critters = SinusoidalCritters()
  critters.frameSize = try #require(Int(fixture.metadata["frame"] ?? ""))
  critters.curveCount = try #require(Int(fixture.metadata["num_curves"] ?? ""))
  critters.thickness = try #require(Int(fixture.metadata["thickness"] ?? ""))
  guard fixture.kind == "sinusoid_three_curve" else { return critters }
  let extra = Data((fixture.metadata["extra"] ?? "{}").utf8)
  let settings = try JSONDecoder().decode(ConnectionSettings.self, from: extra)
  critters.connection = .init(
    length: settings.connectingLength, initialPhase: settings.initialPhase)
  return critters
}
