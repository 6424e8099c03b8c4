import Foundation
import TestSupport
import Testing
import Torch

/// Every fixture of a known kind is checked, whatever its file is called.
///
/// What it is and what it was made with stand in its metadata. The repository holds a few of them;
/// more are taken from the folder `USPLIT_FIXTURES`.
///
/// Not asserted: fixtures of kinds that are not in `checks`; they are named in the output.
@Suite("Numbers of the authors' program")
struct FixtureTests {
  typealias Check = @Sendable (Fixture) throws -> Void

  static let checks: [String: Check] = [
    "LadderVAE": checkLadder,
    "UNet": checkUNet,
    "BraveNet": checkBraveNet,
    "checkpoint": checkCheckpoint,
    "trajectory": checkTrajectory,
    "end_to_end": checkEndToEnd,
    "stable_exp": checkStableVariance,
    "stochastic_block": checkLatentBlock,
    "residual_block": checkResidualBlock,
    "adamax": checkAdamax,
    "plateau": checkPlateau,
    "crop_pad": checkCropAndPad,
    "convolutions": checkConvolutions,
    "resize": checkResize,
    "lc_pyramid": checkLCPyramid,
    "normalisation": checkNormalisation,
    "splits": checkSplits,
    "tiling": checkTiling,
    "grid_lefttop": checkGridLeftTop,
    "metrics": checkMetrics,
    "sinusoid_two_curve": checkSinusoid,
    "sinusoid_three_curve": checkSinusoid,
  ]

  static let fixtures: [Fixture] = {
    let folders = [Bundle.module.resourceURL?.appendingPathComponent("Goldens"), Fixture.folder]
    return Fixture.all(in: folders.compactMap(\.self))
  }()

  /// Kinds that networks are computed for, by loops of our own.
  private static let computed = [
    "LadderVAE", "UNet", "BraveNet", "trajectory", "end_to_end", "stochastic_block",
    "residual_block", "convolutions",
  ]

  @Test("a fixture agrees", arguments: fixtures.filter { checks[$0.kind] != nil })
  func agrees(_ fixture: Fixture) throws {
    let check = try #require(Self.checks[fixture.kind])
    try check(fixture)
  }

  @Test(
    "a fixture agrees, whatever instructions it is computed with",
    arguments: fixtures.filter { computed.contains($0.kind) },
    Kernels.allCases.filter { $0 < .best })
  func agrees(_ fixture: Fixture, _ kernels: Kernels) throws {
    let check = try #require(Self.checks[fixture.kind])
    try Kernels.limited(to: kernels) { try check(fixture) }
  }

  @Test("the fixtures that have no check are named")
  func namesWhatIsNotChecked() throws {
    var lines: [String] = []
    if let folder = Fixture.folder {
      let checked = Self.fixtures.filter { Self.checks[$0.kind] != nil }
      lines.append("fixtures: \(checked.count) checked, of \(folder.path) and the repository")
      let names = Set(
        checked.map(\.file.url.lastPathComponent)
          + checked.map { $0.metadata["ckpt"] ?? "\($0.name).ckpt" })
      for url in try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil
      ).sorted(by: { $0.lastPathComponent < $1.lastPathComponent })
      where !names.contains(url.lastPathComponent) {
        let kind = Self.fixtures.first { $0.file.url.lastPathComponent == url.lastPathComponent }?
          .kind
        lines.append(
          "fixture not checked: \(url.lastPathComponent)" + (kind.map { " (kind \($0))" } ?? ""))
      }
    } else {
      lines.append(
        "fixtures: only the \(Self.fixtures.count) of the repository were checked; "
          + "name a folder with more in USPLIT_FIXTURES")
    }
    FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    #expect(!Self.fixtures.isEmpty, "the repository's own fixtures are missing")
  }
}

/// How near is near enough, relative to the largest number compared.
enum Tolerance {
  /// Outputs, latents, divergences and losses.
  static let value = 1e-5
  /// Gradients.
  static let gradient = 5e-5
  /// Gradients that LibTorch sums over the pixels in another order than for the fixture, in single
  /// precision; biases' are sums that nearly cancel.
  static let reorderedGradient = 2e-4
}

/// Expects `found` to be `fixture`'s tensor within a share of its largest number.
func expectEqual(
  _ found: [Float], _ fixture: Fixture, _ name: String, within tolerance: Double = Tolerance.value,
  floor: Double = 1e-12, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let expected = try fixture.floats(name)
  guard found.count == expected.count else {
    Issue.record(
      "\(fixture.name), \(name): \(found.count) numbers instead of \(expected.count)",
      sourceLocation: sourceLocation)
    return
  }
  let error = relativeError(found, expected, floor: floor)
  #expect(
    error <= tolerance, "\(fixture.name), \(name): relative error \(error)",
    sourceLocation: sourceLocation)
}
