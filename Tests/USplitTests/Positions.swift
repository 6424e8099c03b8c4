import Experiment
import Imaging
import USplit

/// Frames whose three targets say where a pixel is: row, column and frame.
struct Positions {
  let data: PreparedData
  private let patch: Int

  init(
    frames: Int, height: Int, width: Int, patch: Int,
    _ change: (inout DataConfiguration) -> Void = { _ in }
  ) throws {
    func stack(_ value: (Int, Int, Int) -> Int) -> ImageStack {
      Tiny.stack(
        (0..<frames).map { frame in
          Plane(
            height: height, width: width,
            values: (0..<height * width).map { Float(value(frame, $0 / width, $0 % width)) })
        })
    }
    let images = try TrainingImages(
      targets: [
        stack { _, row, _ in row }, stack { _, _, column in column },
        stack { frame, _, _ in frame },
      ],
      names: ["row", "column", "frame"])
    var configuration = DataConfiguration()
    configuration.clipQuantile = 1
    configuration.split.validation = 0
    configuration.split.test = 0
    change(&configuration)
    data = try PreparedData(images, configuration, contexts: 1, patch: patch)
    self.patch = patch
  }

  struct Pixel: Hashable {
    var frame: Int
    var row: Int
    var column: Int
  }

  /// Where the pixels of a patch come from.
  func pixels(_ batch: Batch, place: Int) -> [Pixel] {
    let area = patch * patch
    func value(_ channel: Int, _ pixel: Int) -> Int {
      let normalised = Double(batch.targets[(place * 3 + channel) * area + pixel])
      return Int(
        (normalised * data.normalisation.targetStd[channel] + data.normalisation.targetMean[channel])
          .rounded())
    }
    return (0..<area).map { Pixel(frame: value(2, $0), row: value(0, $0), column: value(1, $0)) }
  }
}
