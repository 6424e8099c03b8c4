import ArgumentParser
import Experiment

/// How the training proceeds.
struct TrainingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Most passes over the training part.", valueName: "count"))
  var epochs: Int?

  @Option(
    help: ArgumentHelp(
      "Steps between validations; 0 for one pass over the training part.", valueName: "count"))
  var stepsPerEpoch: Int?

  @Option(
    help: ArgumentHelp(
      "Time after which the training ends, such as 420, 90s, 7m or 1h30m; 0 for no limit.",
      valueName: "time"))
  var time: TimeArgument?

  @Option(help: ArgumentHelp("Learning rate at the start.", valueName: "rate"))
  var learningRate: Double?

  @Option(help: ArgumentHelp("Seed of all random numbers.", valueName: "number"))
  var seed: UInt64?

  @Option(help: "How frames are divided into training, validation and test.")
  var split: Experiment.SplitRule?

  @Option(help: ArgumentHelp("Share of the data that validates.", valueName: "fraction"))
  var validation: Double?

  @Option(help: ArgumentHelp("Share of the data that is kept for a test.", valueName: "fraction"))
  var test: Double?

  @Flag(
    inversion: .prefixedNo,
    help: "Write the metrics for TensorBoard too: 'tensorboard --logdir FOLDER' shows them.")
  var tensorboard: Bool?
  @Option(
    help: """
      Number format of the network's features; weights, statistics and losses are float32 in each. \
      (default: float32)
      """)
  var precision: Precision?

  @Option(
    help: ArgumentHelp(
      """
      Memory that the training may take, such as 4G: batches are taken in parts, and features are \
      computed twice, as far as that is needed.
      """, valueName: "size"))
  var memoryLimit: ByteCount?

  /// Changes what was named on the command line.
  func apply(to configuration: inout Configuration) {
    if let epochs { configuration.training.epochs = epochs }
    if let stepsPerEpoch { configuration.training.stepsPerEpoch = stepsPerEpoch }
    if let time { configuration.training.timeBudget = time.seconds }
    if let learningRate { configuration.training.optimiser.learningRate = learningRate }
    if let precision { configuration.training.precision = precision }
    if let memoryLimit { configuration.training.memoryLimit = memoryLimit.bytes }
    if let seed { configuration.training.seed = seed }
    if let split { configuration.data.split.rule = split }
    if let validation { configuration.data.split.validation = validation }
    if let test { configuration.data.split.test = test }
    if let tensorboard { configuration.training.tensorBoard = tensorboard }
  }
}
