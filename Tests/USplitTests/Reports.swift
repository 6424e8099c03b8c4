import Imaging
import USplit

/// Reports of predictions that differ from the targets by a chosen amount.
enum Reports {
  /// The cells compared with themselves, changed by noise of the given amplitude.
  static func noisy(
    _ amplitude: Float, seed: UInt64 = 1, frames: Int = 4, clipQuantile: Double = 1,
    change: (inout [ImageStack]) -> Void = { _ in }
  ) throws -> EvaluationReport {
    let cells = try Tiny.cells.get()
    let noise = try Tiny.noise([cells.pixels.count], seed: seed).floats()
    let count = frames * cells.channels * cells.height * cells.width
    let predictions = ImageStack(
      frames: frames, channels: cells.channels, height: cells.height, width: cells.width,
      pixels: zip(cells.pixels, noise).prefix(count).map { $0 + amplitude * $1 })
    var targets = try Tiny.targets().map { target in
      Tiny.stack((0..<frames).map { target.plane(frame: $0, channel: 0) })
    }
    change(&targets)
    return try Evaluator.compare(
      predictions: predictions, targets: targets, names: ["nuclei", "filaments"],
      clipQuantile: clipQuantile)
  }
}
