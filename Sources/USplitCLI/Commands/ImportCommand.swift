import ArgumentParser
import Checkpoint
import Experiment
import Foundation
import Imaging
import USplit

/// `usplit import`.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Makes a model of a checkpoint of the authors' PyTorch program.",
    discussion: """
      The checkpoint is only read: nothing in it is ever run. Its network is told by the authors' \
      config.pkl, or else by the names and shapes of the weights.

      A checkpoint does not hold the statistics that scale the images. They are computed from the \
      training images (--stats-from for each target, in the order of the training), or read from a \
      JSON file that --write-stats wrote (--stats). It looks like

      {"channels": ["nuclei", "tubulin"], "clip": [993, 993], "inputMean": 251.5, "inputStd": 180.2,
       "targetMean": [210.1, 292.9], "targetStd": [150.7, 196.4]}

      in the units of the images: clip is the value above which pixels were clipped, inputMean and \
      inputStd are those of all targets' pixels together.

      Example: usplit import BaselineVAECL_best.ckpt --config config.pkl --stats-from \
      nuclei=all.tif:0 --stats-from tubulin=all.tif:3 -o model.safetensors

      The path of the model goes to standard output.
      """)

  @Argument(
    help: ArgumentHelp("Checkpoint of PyTorch or Lightning.", valueName: "checkpoint"),
    completion: .file(extensions: ["ckpt", "pt", "pth", "net"]))
  var checkpoint: String

  @Option(
    help: ArgumentHelp("The authors' config.pkl, or the same as JSON.", valueName: "file"),
    completion: .file(extensions: ["pkl", "json"]))
  var config: String?

  @Option(
    name: .customLong("stats-from"),
    help: ArgumentHelp(
      "A target and its training images; repeat for each, in the order of the training.",
      valueName: "name=file[:channel]"))
  var targets: [TargetArgument] = []

  @Option(
    help: ArgumentHelp("Statistics of the training images as JSON.", valueName: "file"),
    completion: .jsonFile)
  var stats: String?

  @Option(
    help: ArgumentHelp("Also write the statistics as JSON.", valueName: "file"),
    completion: .jsonFile)
  var writeStats: String?

  @Option(
    help: "How the frames of --stats-from were divided for the training. (default: dealt)")
  var split: Experiment.SplitRule?

  @Option(help: "Without --config: the kind of network.")
  var backbone: Backbone?

  @Option(help: "Without --config: how zoomed-out images take part.")
  var context: ContextVariant?

  @Option(help: ArgumentHelp("Without --config: side of the patches.", valueName: "pixels"))
  var patch: Int?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Model file to write. (default: the checkpoint's name, .safetensors, in the current folder)",
      valueName: "file"), completion: .model)
  var output: String?

  @OptionGroup var force: ForceOption
  @OptionGroup var quiet: QuietOption

  func validate() throws {
    if stats != nil, !targets.isEmpty {
      throw ValidationError("give either --stats or --stats-from")
    }
    if targets.isEmpty {
      if split != nil { throw ValidationError("--split goes with --stats-from only") }
      if writeStats != nil { throw ValidationError("--write-stats goes with --stats-from only") }
    }
    if config != nil, backbone != nil || context != nil || patch != nil {
      throw ValidationError(
        "--backbone, --context and --patch are told by --config; leave out one or the other")
    }
  }

  func run() throws {
    let console = quiet.console
    let name = URL(fileURLWithPath: checkpoint).deletingPathExtension().lastPathComponent
    let output = output ?? name + ".safetensors"
    let url = URL(fileURLWithPath: output)
    let statsURL = writeStats.map { URL(fileURLWithPath: $0) }
    try force.check([url] + [statsURL].compactMap(\.self))
    let checkpoint = try TorchCheckpoint(contentsOf: URL(fileURLWithPath: checkpoint))
    tell(checkpoint, console)
    let file = try config.map { try AuthorsConfigFile(contentsOf: URL(fileURLWithPath: $0)) }
    let given = try stats.map { try ModelStatistics(contentsOf: URL(fileURLWithPath: $0)) }
    let count = given?.channels.count ?? targets.count
    guard count >= 2 else { throw missingStatistics(count) }

    let authors = try AuthorsModel(
      checkpoint, configuration: file, targets: count,
      choices: NetworkChoices(backbone: backbone, context: context, patch: patch))
    console.note(Words.network(authors.configuration.network))
    for note in authors.notes { console.note("  " + note) }
    let sources = try targets.map { try $0.source() }
    let statistics = try given ?? computed(authors, sources, console)
    let model = try authors.model(statistics, sources: sources)
    console.note("statistics, in the units of the files:")
    for line in Words.statistics(
      model.description.normalisation, model.description.inputScale,
      names: model.description.channels)
    { console.note(line) }
    if !model.description.knowsItsImages {
      console.note(
        "the training images are not known, so the model can split images, but usplit evaluate "
          + "cannot choose a part of them")
    }
    if let statsURL { try statistics.write(to: statsURL) }
    try model.save(to: url)
    console.note("\(model.store.parameterCount) parameters were imported to the file below")
    try Results.line(output)
  }

  private func computed(
    _ authors: AuthorsModel, _ sources: [ChannelSource], _ console: Console
  ) throws -> ModelStatistics {
    var data = authors.configuration.data
    data.targets = sources
    if let split { data.split.rule = split }
    try data.validate()
    let images = try TrainingImages(data)
    console.tell(images)
    let statistics = try ModelStatistics(
      images, data, patch: authors.configuration.network.patch)
    if let known = statistics.images {
      console.note(
        "split by the rule \(known.split.rule.rawValue), as the training must have been:")
      for line in Words.split(known.split, height: known.height, width: known.width) {
        console.note(line)
      }
    }
    return statistics
  }

  private func tell(_ checkpoint: TorchCheckpoint, _ console: Console) {
    var text = "\(self.checkpoint): \(Words.count(checkpoint.entries.count, "tensor"))"
    if let epoch = checkpoint.epoch { text += ", written in epoch \(epoch) (counted from 0)" }
    if let steps = checkpoint.steps { text += ", after \(Words.count(steps, "step"))" }
    console.note(text)
  }

  private func missingStatistics(_ count: Int) -> CommandError {
    CommandError(
      count == 1
        ? "1 target was named with --stats-from, splitting needs at least 2; name each, in the "
          + "order of the training"
        : "a checkpoint holds the weights, but not the statistics (clipping, means and deviations) "
          + "that scale images for them; give --stats-from name=file for each target with the "
          + "training images, or --stats with a file that --write-stats wrote")
  }
}
