import Experiment

/// A named set of settings to start from.
public enum DoubleDIPPreset: String, Choice {
  /// The settings of the publication's program.
  case publication
  /// Smaller networks and fewer iterations: minutes on a CPU, for images of about 256 × 256 pixels.
  case fast
}

/// How a ``DoubleDIP`` separates an image.
///
/// The defaults are the numbers with which the public program of the publication's authors
/// separates the layers of a single image (its `transparency_separation.py`); whether the
/// publication states them too we could not see. What differs is said with each.
public struct DoubleDIPSettings: Codable, Equatable, Sendable {
  /// Steps of the optimiser at most; 8000 in the program.
  public var iterations = 8000
  /// Step size of Adam, the same from the first to the last iteration; 5e-4 in the program.
  public var learningRate = 5e-4
  /// Channels of each level of the networks, from full size down; each level halves the image.
  ///
  /// Their number is the depth; five levels in the program.
  public var channels = [8, 16, 32, 64, 128]
  /// Channels that skip the levels below, for each level; none in the upper three of the program.
  public var skipChannels = [0, 0, 0, 4, 4]
  /// Side of the convolutions' windows, odd; 5 in the program.
  public var kernel = 5
  /// Channels of the noise that a network turns into a layer; 3 in the program.
  public var inputChannels = 3
  /// The noise is uniform within plus and minus this, drawn once for each network; 0.005 in the
  /// program.
  ///
  /// Ulyanov and his co-authors draw 32 channels from 0 to 0.1.
  public var inputAmplitude = 0.005
  /// Standard deviation of the noise that is added to the input anew in each iteration.
  ///
  /// In the first eighth of the iterations (of the time, where that is what ends them) it climbs
  /// from 0 to nine times this in ten equal stairs, as in the first 1000 of the program's 8000
  /// iterations.
  public var inputNoise = 0.001
  /// Weight of the exclusion loss beside the mean absolute difference; 0.01 in the program.
  public var exclusionWeight = 0.01
  /// Whether every second iteration turns and mirrors the input, eight ways in turn, as the program
  /// does with input and image.
  public var turns = true
  /// Seed of the weights and of all noise.
  public var seed: UInt64 = 0
  /// Side of the square parts that an evaluation separates, in pixels.
  ///
  /// Ours: the μSplit paper took crops too, but their size is not legible in the text we have.
  public var crop = 256
  /// Seconds after which no further iteration begins; 0 for no limit.
  ///
  /// How far a limit lets the iterations come depends on the machine, and so do the layers.
  public var timeLimit = 0.0

  /// The settings of the publication's program.
  public init() {}

  /// The settings of a preset.
  public init(_ preset: DoubleDIPPreset) {
    self.init()
    switch preset {
    case .publication: break
    case .fast:
      // Ours: what one core can do in a few minutes. A larger step makes up for fewer of them.
      iterations = 1200
      learningRate = 2e-3
      channels = [8, 16, 32, 32]
      skipChannels = [0, 0, 4, 4]
      kernel = 3
      crop = 128
    }
  }

  /// Checks every setting.
  ///
  /// - Throws: `DoubleDIPError` of kind `settings` with what is possible.
  public func validate() throws(DoubleDIPError) {
    func require(_ condition: Bool, _ text: @autoclosure () -> String) throws(DoubleDIPError) {
      if !condition { throw DoubleDIPError(.settings, text()) }
    }
    func isFine(_ value: Double, atLeast least: Double, upTo most: Double) -> Bool {
      value.isFinite && value >= least && value <= most
    }
    try require(
      (1...10_000_000).contains(iterations),
      "\(iterations) iterations; 1 to 10000000 are possible")
    try require(
      learningRate > 0 && isFine(learningRate, atLeast: 0, upTo: 1),
      "the learning rate is \(learningRate); a number above 0 and up to 1 is needed")
    try require(
      (1...8).contains(channels.count) && channels.allSatisfy { (1...1024).contains($0) },
      "the levels have \(channels) channels; 1 to 8 levels of 1 to 1024 channels are possible")
    try require(
      skipChannels.count == channels.count && skipChannels.allSatisfy { (0...1024).contains($0) },
      "the levels have \(skipChannels) skipping channels; \(channels.count) numbers of 0 to 1024 "
        + "are needed, one for each level")
    try require(
      kernel % 2 == 1 && (1...15).contains(kernel),
      "the windows have a side of \(kernel); odd numbers from 1 to 15 are possible")
    try require(
      (1...1024).contains(inputChannels),
      "the input has \(inputChannels) channels; 1 to 1024 are possible")
    try require(
      inputAmplitude > 0 && isFine(inputAmplitude, atLeast: 0, upTo: 1e6),
      "the input's amplitude is \(inputAmplitude); a number above 0 is needed")
    try require(
      isFine(inputNoise, atLeast: 0, upTo: 1e6),
      "the noise added to the input is \(inputNoise); a number from 0 on is needed")
    try require(
      isFine(exclusionWeight, atLeast: 0, upTo: 1e6),
      "the weight of the exclusion loss is \(exclusionWeight); a number from 0 on is needed")
    try require(
      (8...65536).contains(crop), "the crops have a side of \(crop); 8 to 65536 are possible")
    try require(
      isFine(timeLimit, atLeast: 0, upTo: 1e9),
      "the time limit is \(timeLimit) s; a number from 0 on is needed")
  }

  /// The noise to add when a share of the iterations, or of the time, is done.
  func inputNoise(at done: Double) -> Double {
    done < 0.125 ? inputNoise * (done * 80).rounded(.down) : inputNoise
  }

  /// Which of eight ways the input is turned in one iteration.
  func turn(at iteration: Int) -> Turn {
    guard turns, iteration % 2 == 0 else { return Turn(number: 0) }
    return Turn(number: iteration / 2 % 8)
  }
}
