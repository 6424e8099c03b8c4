import Foundation
import Imaging
import TestSupport
import Testing

/// Scales and windows of the context pyramid equal the authors' data loader.
func checkLCPyramid(_ fixture: Fixture) throws {
  let patch = try #require(fixture.metadata["patch"].flatMap { Int($0) })
  let scaleCount = try #require(fixture.metadata["num_scales"].flatMap { Int($0) })
  let padding = try fixture.padding()
  let limit = Float(try fixture.scalar("max_val"))
  let images = try fixture.pyramidImages()
  let frames = try images.frames("raw").map { frame in
    frame.map { plane in
      Plane(
        height: plane.height, width: plane.width, values: plane.values.map { min($0, limit) })
    }
  }
  if fixture.has("clipped") {
    for (frame, expected) in zip(frames, try fixture.frames("clipped")) {
      #expect(frame == expected, "\(fixture): clipped images")
    }
  }
  try checkScales(fixture, frames)

  let statistics = try fixture.floats("mean_std")
  let normalisation = try Normalisation(
    training: frames, options: NormalisationOptions(clipQuantile: 1))
  #expect(
    relativeError(
      [normalisation.inputMean, normalisation.inputStd], statistics.map(Double.init)) <= 1e-5,
    "\(fixture): mean and standard deviation")
  #expect(
    relativeError(normalisation.targetMean, try fixture.doubles("indiv_mean")) <= 1e-5,
    "\(fixture): means of the channels")
  #expect(
    relativeError(normalisation.targetStd, try fixture.doubles("indiv_std")) <= 1e-5,
    "\(fixture): standard deviations of the channels")

  let pyramids = frames.map { frame in
    let weights = [Double](repeating: 1 / Double(frame.count), count: frame.count)
    return ContextPyramid(mixed(frame, weights: weights), contexts: scaleCount - 1)
  }
  let locations = try fixture.integers("locations")
  let inputs = try fixture.floats("input")
  let count = scaleCount * patch * patch
  for place in 0..<locations.count / 2 {
    let windows = pyramids[place % frames.count].windows(
      row: locations[2 * place], column: locations[2 * place + 1], patch: patch,
      padding: padding, offset: statistics[0], factor: 1 / statistics[1])
    let expected = Array(inputs[place * count..<(place + 1) * count])
    try #require(windows.count == expected.count)
    #expect(relativeError(windows, expected) <= 1e-5, "\(fixture): windows of location \(place)")
  }
  try checkTargets(fixture, frames, locations: locations, patch: patch, padding: padding)
}

private func checkScales(_ fixture: Fixture, _ frames: [[Plane]]) throws {
  var scaled = frames
  var scale = 1
  while fixture.has("scaled.\(scale)") {
    scaled = scaled.map { frame in frame.map { $0.halved() } }
    for (frame, expected) in zip(scaled, try fixture.frames("scaled.\(scale)")) {
      for (channel, (plane, other)) in zip(frame, expected).enumerated() {
        #expect(
          plane.relativeError(to: other) <= 1e-5, "\(fixture): scale \(scale), channel \(channel)")
      }
    }
    scale += 1
  }
}

/// Targets are the clipped pixels of scale 0, for the first locations.
private func checkTargets(
  _ fixture: Fixture, _ frames: [[Plane]], locations: [Int], patch: Int, padding: Padding
) throws {
  guard fixture.has("target") else { return }
  let shape = try fixture.shape("target")
  let expected = try fixture.floats("target")
  var targets: [Float] = []
  for place in 0..<shape[0] {
    for plane in frames[place % frames.count] {
      targets += ContextPyramid(plane, contexts: 0).windows(
        row: locations[2 * place], column: locations[2 * place + 1], patch: patch,
        padding: padding)
    }
  }
  try #require(targets.count == expected.count)
  #expect(relativeError(targets, expected) <= 1e-5, "\(fixture): targets")
}

extension Fixture {
  /// The padding that the metadata names; reflection when it names none.
  func padding() throws -> Padding {
    struct Description: Decodable {
      var mode: String
      var constantValues: Float?
    }
    guard let text = metadata["padding"] else { return .reflect }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let description = try decoder.decode(Description.self, from: Data(text.utf8))
    return description.mode == "constant"
      ? .constant(description.constantValues ?? 0) : .reflect
  }

  /// The fixture with the images: this one, or one beside it with the same clip value.
  fileprivate func pyramidImages() throws -> Fixture {
    if has("raw") { return self }
    let limit = try scalar("max_val")
    let statistics = try floats("mean_std")
    let folder = file.url.deletingLastPathComponent()
    let companion = try Fixture.all(in: [folder]).first { other in
      guard other.kind == kind, other.has("raw") else { return false }
      return try other.scalar("max_val") == limit && other.floats("mean_std") == statistics
    }
    return try #require(companion, "\(self): no fixture beside it has its images")
  }
}
