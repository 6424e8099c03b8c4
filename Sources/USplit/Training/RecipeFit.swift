import Experiment
import Torch

/// Settings that follow from the size of the images and from the time there is, chosen where the user
/// has left them open.
public struct RecipeFit {
  /// Which settings may be chosen.
  public struct Openings: Sendable {
    /// The side of patches.
    public var patch: Bool
    /// The zoomed-out images.
    public var contexts: Bool
    /// The width of the network.
    public var filters: Bool

    /// Settings that may be chosen.
    public init(patch: Bool, contexts: Bool, filters: Bool) {
      self.patch = patch
      self.contexts = contexts
      self.filters = filters
    }
  }

  /// Widths that are tried, from small to large: twice the channels take about three times as long.
  private static let widths = [16, 32, 64]
  /// Patches that a training has to see for a wider network to be better than a narrower one that sees
  /// more (docs/results/quality.md).
  static let patchesForWidth = 40_000.0

  /// The settings as they are chosen.
  public private(set) var configuration: Configuration
  /// What was chosen, and why, in words.
  public private(set) var choices: [String] = []
  private let openings: Openings

  /// Begins with settings of which some are open.
  public init(_ configuration: Configuration, _ openings: Openings) {
    self.configuration = configuration
    self.openings = openings
  }

  /// Chooses the side of patches and how far the context reaches.
  ///
  /// - Parameters:
  ///   - height: rows of the frames
  ///   - width: their columns
  public mutating func fit(height: Int, width: Int) {
    if openings.patch {
      let least = min(height, width)
      while configuration.network.patch > 16, configuration.network.patch > least {
        configuration.network.patch /= 2
      }
      if configuration.network.patch < 64 {
        choices.append(
          "patches of \(configuration.network.patch) pixels, since frames have \(height) × \(width)"
        )
      }
    }
    let network = configuration.network
    guard openings.contexts, network.backbone.isLadder, network.contexts > 0 else { return }
    // The widest one reaches over the frame; a wider one would show mostly its mirror image.
    var contexts = 1
    while contexts < network.contexts, network.patch << contexts < max(height, width) {
      contexts += 1
    }
    guard contexts < network.contexts else { return }
    configuration.network.contexts = contexts
    choices.append(
      "context from \(network.patch << contexts) pixels around, which is all that frames of "
        + "\(height) × \(width) have")
  }

  /// Chooses the widest network that sees enough patches in the time, by measuring steps.
  ///
  /// - Throws: `TorchError` when the device fails.
  public mutating func fit(time: Double, device: Device) throws {
    guard openings.filters, time > 0, configuration.network.backbone.isLadder else { return }
    var tried = configuration
    for (number, width) in Self.widths.enumerated() {
      tried.network.set(width: width)
      let seconds = try StepTiming.seconds(tried, device: device)
      let patches = time / seconds * Double(tried.training.batch)
      guard number == 0 || patches >= Self.patchesForWidth else { break }
      configuration = tried
    }
    choices.append(
      "\(configuration.network.filters) channels, the most that see enough patches in the time")
  }
}
