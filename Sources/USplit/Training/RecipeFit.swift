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
    /// Whether patches are flipped and turned.
    public var flips: Bool

    /// Settings that may be chosen.
    public init(patch: Bool, contexts: Bool, filters: Bool, flips: Bool) {
      self.patch = patch
      self.contexts = contexts
      self.filters = filters
      self.flips = flips
    }
  }

  /// Widths that are tried, from small to large: twice the channels take about three times as long.
  private static let widths = [16, 32, 64]
  /// Patches that a training has to see for a wider network to be better than a narrower one that sees
  /// more (docs/results/quality.md).
  static let patchesForWidth = 40_000.0
  /// How often a training has to see each pixel for flips to be worth it: they double what there is to
  /// learn, and keep a network from learning few images by heart (docs/results/quality.md).
  static let viewsForFlips = 20.0

  /// The settings as they are chosen.
  public private(set) var configuration: Configuration
  /// What was chosen, and why, in words.
  public private(set) var choices: [String] = []
  private let openings: Openings
  private let memory: Int
  /// Seconds that a step takes; nil while it was not measured.
  private var secondsPerStep: Double?

  /// Begins with settings of which some are open.
  ///
  /// - Parameter memory: bytes that a step may take while it is measured
  public init(_ configuration: Configuration, _ openings: Openings, memory: Int = .max) {
    self.configuration = configuration
    self.openings = openings
    self.memory = memory
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
      guard let seconds = try seconds(of: tried, device: device) else { break }
      let patches = time / seconds * Double(tried.training.batch)
      guard number == 0 || patches >= Self.patchesForWidth else { break }
      configuration = tried
      secondsPerStep = seconds
    }
    guard secondsPerStep != nil else { return }
    choices.append(
      "\(configuration.network.filters) channels, the most that see enough patches in the time")
  }

  /// Chooses whether patches are flipped and turned: where few pixels are seen often.
  ///
  /// - Parameters:
  ///   - pixels: of the training part
  ///   - time: seconds of the training; 0 without a limit
  /// - Throws: `TorchError` when the device fails.
  public mutating func fit(pixels: Int, time: Double, device: Device) throws {
    guard openings.flips, !configuration.training.flips, pixels > 0 else { return }
    let (training, patch) = (configuration.training, configuration.network.patch)
    let viewsPerStep = Double(training.batch) * Double(patch * patch) / Double(pixels)
    let viewsPerEpoch =
      training.stepsPerEpoch > 0 ? Double(training.stepsPerEpoch) * viewsPerStep : 1
    var views = Double(training.epochs) * viewsPerEpoch
    if time > 0, views > Self.viewsForFlips {
      guard let seconds = try secondsPerStep ?? seconds(of: configuration, device: device) else {
        return
      }
      secondsPerStep = seconds
      views = min(views, time / seconds * viewsPerStep)
    }
    guard views > Self.viewsForFlips else { return }
    configuration.training.flips = true
    choices.append(
      "patches flipped and turned at random, since each pixel is seen about "
        + "\(Int(min(views, 1e6))) times")
  }

  /// Seconds of a step, measured with as many patches at once as memory takes.
  ///
  /// - Returns: nil where it does not take one
  private func seconds(of configuration: Configuration, device: Device) throws -> Double? {
    var measured = configuration
    while device == .cpu, try NetworkCost.measure(measured).trainingMemory > memory {
      guard measured.training.batch > 1 else { return nil }
      measured.training.batch /= 2
    }
    let seconds = try StepTiming.seconds(measured, device: device)
    return seconds * Double(configuration.training.batch) / Double(measured.training.batch)
  }
}
