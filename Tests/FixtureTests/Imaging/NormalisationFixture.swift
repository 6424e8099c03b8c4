import Foundation
import Imaging
import TestSupport
import Testing

/// Options of one case, in the authors' words.
private struct NormalisationCase: Decodable {
  var clipPercentile: Double?
  var channelwiseQuantile: Bool?
  var backgroundQuantile: Double?
  var clipBackgroundNoiseToZero: Bool?
  var inputIsSum: Bool?
  var skipNormalizationUsingMean: Bool?

  var options: NormalisationOptions {
    NormalisationOptions(
      clipQuantile: clipPercentile ?? 0.995, clipPerChannel: channelwiseQuantile ?? false,
      backgroundQuantile: backgroundQuantile ?? 0,
      clipBackgroundToZero: clipBackgroundNoiseToZero ?? false,
      inputIsSum: inputIsSum ?? false, zeroMean: skipNormalizationUsingMean ?? false)
  }
}

/// Clip values, statistics and the first patches equal the authors' data loader.
func checkNormalisation(_ fixture: Fixture) throws {
  let frames = try fixture.frames("raw")
  let fractions = try fixture.splitFractions()
  let parts = FrameParts.authors(
    startingTest: false, frames: frames.count, validation: fractions.validation,
    test: fractions.test)
  let training = parts.train.map { frames[$0] }
  let cases = try fixture.cases(NormalisationCase.self)
  try #require(!cases.isEmpty, "\(fixture) has no cases")
  for (name, values) in cases {
    let normalisation = try Normalisation(training: training, options: values.options)
    let clip = try fixture.doubles("\(name).max_val")
    let ours = clip.count == 1 ? [normalisation.clip[0]] : normalisation.clip
    #expect(relativeError(ours, clip) <= 1e-5, "\(fixture): clip value of case \(name)")
    for (what, ours) in [
      ("mean", [Double](repeating: normalisation.inputMean, count: normalisation.channels)),
      ("std", [Double](repeating: normalisation.inputStd, count: normalisation.channels)),
      ("indiv_mean", normalisation.targetMean), ("indiv_std", normalisation.targetStd),
    ] {
      let expected = try fixture.doubles("\(name).\(what)")
      try #require(ours.count == expected.count)
      #expect(relativeError(ours, expected) <= 1e-5, "\(fixture): \(what) of case \(name)")
    }
    for (part, frame) in [("train", parts.train.first), ("val", parts.validation.first)] {
      guard let frame, fixture.has("\(name).\(part)_first_patch_input") else { continue }
      try checkFirstPatch(
        fixture, "\(name).\(part)_first_patch", normalisation, frame: frames[frame])
    }
  }
}

/// The patch in the top-left corner of a part's first frame.
private func checkFirstPatch(
  _ fixture: Fixture, _ name: String, _ normalisation: Normalisation, frame: [Plane]
) throws {
  let channels = frame.count
  let shape = try fixture.shape("\(name)_input")
  let patch = shape[shape.count - 1]
  let prepared = try normalisation.prepared(frame)
  let weights = [Double](repeating: 1 / Double(channels), count: channels)
  let input = ContextPyramid(mixed(prepared, weights: weights), contexts: shape[0] - 1).windows(
    row: 0, column: 0, patch: patch, padding: .reflect, offset: normalisation.inputOffset,
    factor: normalisation.inputFactor)
  let target = prepared.flatMap {
    $0.cropped(row: 0, column: 0, height: patch, width: patch).values
  }
  let expectedInput = try fixture.floats("\(name)_input")
  let expectedTarget = try fixture.floats("\(name)_target")
  try #require(input.count == expectedInput.count && target.count == expectedTarget.count)
  #expect(relativeError(input, expectedInput) <= 1e-5, "\(fixture): \(name), input")
  #expect(relativeError(target, expectedTarget) <= 1e-5, "\(fixture): \(name), target")
}

extension Fixture {
  /// The fractions of the metadata's `split`, such as `val 0.25 test 0.25 of 4 frames`.
  fileprivate func splitFractions() throws -> (validation: Double, test: Double) {
    let words = (metadata["split"] ?? "").split(separator: " ")
    func number(after word: Substring) -> Double? {
      words.firstIndex(of: word).flatMap { words[($0 + 1)...].first }.flatMap { Double($0) }
    }
    return (
      try #require(number(after: "val"), "\(self): validation fraction"),
      try #require(number(after: "test"), "\(self): test fraction")
    )
  }
}
