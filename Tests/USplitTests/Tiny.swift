import Experiment
import Imaging
import Torch
import USplit

/// The smallest data and networks that do everything.
enum Tiny {
  /// Four frames of 48 × 48 pixels with nuclei and filaments, drawn.
  static let cells: Result<ImageStack, ImagingError> = Result { () throws(ImagingError) in
    var parameters = SyntheticCells.Parameters()
    parameters.cellDiameter = 40
    parameters.nucleusDiameter = 16
    return try SyntheticCells(parameters).stack(frames: 4, height: 48, width: 48, seed: 1)
  }

  /// The frames as two targets.
  static func images(acquired: ImageStack? = nil) throws -> TrainingImages {
    try TrainingImages(targets: targets(), names: ["nuclei", "filaments"], acquired: acquired)
  }

  /// The two targets as stacks.
  static func targets() throws -> [ImageStack] {
    let cells = try cells.get()
    return [stack(of: cells, channel: 0), stack(of: cells, channel: 1)]
  }

  /// One channel as a stack of its own.
  static func stack(of stack: ImageStack, channel: Int) -> ImageStack {
    Tiny.stack((0..<stack.frames).map { stack.plane(frame: $0, channel: channel) })
  }

  /// Frames of one channel.
  static func stack(_ planes: [Plane]) -> ImageStack {
    ImageStack(
      frames: planes.count, channels: 1, height: planes[0].height, width: planes[0].width,
      pixels: planes.flatMap(\.values))
  }

  /// Settings of a network with two levels of four channels for patches of 16 pixels, Lean-LC.
  static func configuration(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
    var configuration = Configuration()
    configuration.network.patch = 16
    configuration.network.filters = 4
    configuration.network.latentChannels = [4, 4]
    configuration.network.contexts = 2
    configuration.data.targets = ["nuclei", "filaments"].map {
      ChannelSource(name: $0, file: "\($0).tif")
    }
    configuration.data.split.validation = 0.25
    configuration.data.split.test = 0.25
    configuration.training.epochs = 1
    configuration.training.stepsPerEpoch = 3
    configuration.training.batch = 2
    configuration.training.threads = 1  // more would wait for each other in work this small
    change(&configuration)
    return configuration
  }

  /// Settings of a small network of a kind for patches of 16 pixels.
  static func configuration(_ backbone: Backbone) -> Configuration {
    configuration {
      $0.set(backbone: backbone)
      guard !backbone.isLadder else { return }
      if backbone == .unet { $0.network.set(context: .lean) }
      $0.network.depth = 3
      $0.network.contexts = min($0.network.contexts, 2)
    }
  }

  /// The frames prepared for a network.
  static func data(_ configuration: Configuration = configuration()) throws -> PreparedData {
    try PreparedData(images(), configuration)
  }

  /// A model with fresh weights.
  static func model(
    _ configuration: Configuration = configuration(), seed: UInt64 = 1
  ) throws -> SplitModel {
    try SplitModel(ModelDescription(configuration, data(configuration)), seed: seed)
  }

  /// Standard normal numbers.
  static func noise(_ shape: [Int], seed: UInt64 = 9) throws -> Tensor {
    .normal(shape, generator: try Generator(seed: seed))
  }
}
