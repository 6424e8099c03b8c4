import Foundation
import Imaging
import Testing

@Suite("Normalisation")
struct NormalisationTests {
  /// Two frames of two channels: 0, 2, 4, 6 and 10, 10, 10, 50 in all.
  let frames = [
    [Plane(height: 1, width: 2, values: [0, 2]), Plane(height: 1, width: 2, values: [10, 10])],
    [Plane(height: 1, width: 2, values: [4, 6]), Plane(height: 1, width: 2, values: [10, 50])],
  ]
  let unclipped = NormalisationOptions(clipQuantile: 1)

  @Test("the input's statistics are joint, the targets' their own")
  func statistics() throws {
    let normalisation = try Normalisation(training: frames, options: unclipped)
    #expect(normalisation.clip == [50, 50])
    #expect(normalisation.targetMean == [3, 20])
    #expect(abs(normalisation.targetStd[0] - 5.0.squareRoot()) < 1e-12)
    #expect(abs(normalisation.targetStd[1] - 300.0.squareRoot()) < 1e-12)
    #expect(normalisation.inputMean == 11.5)
    #expect(abs(normalisation.inputStd - 224.75.squareRoot()) < 1e-12)
    #expect(normalisation.inputGain == 1)
  }

  @Test("one clip value for all channels, or one each")
  func clipping() throws {
    var options = NormalisationOptions(clipQuantile: 0.9)
    let joint = try Normalisation(training: frames + frames, options: options)
    #expect(joint.clip == [30, 30])
    options.clipPerChannel = true
    options.clipQuantile = 0.75
    let each = try Normalisation(
      training: frames.map { [$0[0], mixed([$0[0], $0[1]], weights: [1, 1])] }, options: options)
    #expect(each.clip == [4.5, 24.5])
    #expect(try each.prepared(frames[1])[0].values == [4, 4.5])
    #expect(try each.prepared(frames[1])[1].values == [10, 24.5])
  }

  @Test("statistics of a sum")
  func sum() throws {
    var options = unclipped
    options.inputIsSum = true
    let normalisation = try Normalisation(training: frames, options: options)
    #expect(normalisation.inputMean == 23)
    #expect(abs(normalisation.inputStd - 305.0.squareRoot()) < 1e-9)
    #expect(normalisation.inputGain == 2)
    #expect(normalisation.inputFactor == Float(2 / 305.0.squareRoot()))
  }

  @Test("zero means leave the deviations")
  func zeroMean() throws {
    var options = unclipped
    options.zeroMean = true
    let normalisation = try Normalisation(training: frames, options: options)
    #expect(normalisation.inputMean == 0 && normalisation.targetMean == [0, 0])
    #expect(abs(normalisation.inputStd - 224.75.squareRoot()) < 1e-12)
  }

  @Test("three channels")
  func threeChannels() throws {
    let three = frames.map { $0 + [mixed($0, weights: [1, 2])] }
    let normalisation = try Normalisation(training: three, options: unclipped)
    #expect(normalisation.channels == 3 && normalisation.targetMean == [3, 20, 43])
    #expect(normalisation.inputMean == 22)
  }

  @Test("a constant channel is refused by its number")
  func constant() throws {
    let flat = frames.map { [$0[0], Plane(height: 1, width: 2, repeating: 7)] }
    let error = #expect(throws: ImagingError.self) {
      try Normalisation(training: flat, options: unclipped)
    }
    #expect(error?.kind == .invalidPixels)
    #expect(error?.description.contains("channel 1") == true)
  }

  @Test("pixels that are not finite are refused", arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(value: Float) throws {
    var bad = frames
    bad[1][0].values[0] = value
    let error = #expect(throws: ImagingError.self) {
      try Normalisation(training: bad, options: unclipped)
    }
    #expect(error?.description.contains("not finite") == true)
  }

  @Test("quantiles outside of 0...1 are refused", arguments: [-0.1, 1.5, .nan])
  func quantiles(value: Double) {
    for options in [
      NormalisationOptions(clipQuantile: value), NormalisationOptions(backgroundQuantile: value),
    ] {
      #expect(throws: ImagingError.self) { try Normalisation(training: frames, options: options) }
    }
  }

  @Test("written to JSON and read back")
  func coding() throws {
    let normalisation = try Normalisation(training: frames)
    let data = try JSONEncoder().encode(normalisation)
    #expect(try JSONDecoder().decode(Normalisation.self, from: data) == normalisation)
  }
}
