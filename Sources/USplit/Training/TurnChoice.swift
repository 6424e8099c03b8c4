import Foundation
import Imaging
import Torch

/// Finds out on the validation part in how many turns of each patch predictions are best averaged.
package struct TurnChoice {
  /// Patches at most.
  private static let mostPatches = 128
  /// What more turns have to bring, in dB: they take as many times as long.
  private static let worth = 0.15

  private let patches: ValidationPatches
  private let patch: Int

  /// - Parameter data: whose validation part is predicted
  init(_ data: PreparedData, patch: Int) {
    self.patch = patch
    self.patches = ValidationPatches(data, patch: patch, limit: Self.mostPatches)
  }

  /// The fewest turns that are hardly worse than the best number of them; nil where no patches
  /// validate.
  ///
  /// - Parameters:
  ///   - atOnce: the patches that are computed at once
  ///   - shouldStop: asked before each batch
  /// - Returns: 1, 2, 4 or 8; nil when it was stopped, too
  func callAsFunction(
    _ model: SplitModel, atOnce: Int, shouldStop: () -> Bool
  ) throws -> Int? {
    guard !patches.isEmpty else { return nil }
    let autocast = try Autocast(.float32, on: model.store.device)
    let margin = SplitOptions.standardMargin(patch: patch)
    let targets = model.description.network.targets
    // Squared errors of each target, by the number of turns.
    var errors = [1, 2, 4, 8].reduce(into: [:]) { $0[$1] = [Double](repeating: 0, count: targets) }
    var isStopped = false
    try patches.forEachBatch(of: atOnce) { batch in
      isStopped = isStopped || shouldStop()
      guard !isStopped else { return }
      _ = try model.averaged(
        batch, turns: 8, Pass(mode: .evaluation, latents: .mean), count: 1, withDeviation: false,
        autocast
      ) { turns, sum in
        guard errors[turns] != nil else { return }
        for index in 0..<batch.count * targets {
          var total = 0.0
          for row in margin..<patch - margin {
            let start = (index * patch + row) * patch
            for pixel in start + margin..<start + patch - margin {
              let error = Double(sum[pixel] / Float(turns) - batch.targets[pixel])
              total += error * error
            }
          }
          errors[turns]?[index % targets] += total
        }
      }
    }
    return isStopped ? nil : Self.fewest(errors)
  }

  /// The fewest turns among those whose errors are small.
  ///
  /// - Parameter errors: squared errors of each target by the number of turns
  package static func fewest(_ errors: [Int: [Double]]) -> Int {
    guard let plain = errors[1], plain.allSatisfy({ $0 > 0 && $0.isFinite }) else { return 1 }
    let gains = errors.mapValues { errors in
      zip(plain, errors).reduce(0) { $0 + 10 * log10($1.0 / $1.1) } / Double(plain.count)
    }
    guard let best = gains.values.max(), best.isFinite, best >= worth else { return 1 }
    return gains.filter { $0.value > best - worth }.keys.min() ?? 1
  }
}
