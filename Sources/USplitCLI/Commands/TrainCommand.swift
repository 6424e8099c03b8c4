import ArgumentParser
import Experiment
import Foundation
import Imaging
import Torch
import USplit

/// `usplit train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a model on images of the separate structures.",
    discussion: """
      Settings come from the preset, then the file of --config, then --set, then the other \
      options; the later ones win. Paths are relative to the current folder.

      Example: usplit train --target nuclei=nuclei.tif --target actin=actin.tif:0 -o run

      In place of a file, a folder or a pattern in quotation marks means all images in it, by their \
      names; their frames follow each other. Time points and slices are frames.

      Images that are too large for memory stay in their files, and patches are read from there.

      The path of the best model goes to standard output. Ctrl-C, SIGTERM and SIGUSR1 end the training \
      after the current step with all that is needed to go on; so does a crash, but for the last \
      minutes. usplit train --resume RUN goes on: on the CPU with as many threads, to the same \
      weights, bit for bit. With --epochs or --time it can be made longer.

      Several processes may train one model together, each with --batch patches per step: started by \
      torchrun --nproc-per-node=2 --no-python usplit train ..., by Slurm's srun usplit train ..., or \
      by hand with --rank, --ranks and --address. With --device cuda each has a GPU of its own. All \
      must reach the folder of the run. When a launcher starts them again, they go on with it.
      """)

  @Option(
    name: .customLong("target"),
    help: ArgumentHelp(
      "A structure to split out: its name and images; repeat for each, in order.",
      valueName: "name=file[:channel]"))
  var targets: [TargetArgument] = []

  @Option(
    help: ArgumentHelp(
      "Superimposed image that was acquired; without it, the mean of the targets.",
      valueName: "file[:channel]"))
  var input: FileChannel?

  @OptionGroup var reading: ImageReadingArguments
  @OptionGroup(title: "Published images") var dataset: DatasetOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Folder of the run.", valueName: "folder"),
    completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Go on with the training in this folder, in place of beginning one.", valueName: "run"),
    completion: .directory)
  var resume: String?

  @Flag(help: "Replace the run that is in the folder.")
  var force = false

  @OptionGroup var settings: TrainingSettings

  @Option(
    name: .customLong("memory"),
    help: ArgumentHelp(
      "Memory that the images may take, such as 8G; larger ones stay in their files. (default: "
        + "half of what the network leaves)", valueName: "size"))
  var imageMemory: ByteCount?

  @Flag(help: "Measure where the time goes, and tell it at the end.")
  var profile = false

  @OptionGroup var memory: MemoryOption
  @OptionGroup(title: "Several processes") var launching: LaunchOptions
  @OptionGroup var telling: ProgressOptions

  func validate() throws {
    guard (output == nil) != (resume == nil) else {
      throw ValidationError(
        output == nil
          ? "name the folder of the run with -o, or a run to go on with by --resume"
          : "-o begins a run and --resume goes on with one; leave out one of them")
    }
    if resume != nil {
      let given = CommandLineNames(CommandLine.arguments)
      if let name = given.first(besides: Self.resumeOptions) {
        throw ValidationError(
          "--resume takes the settings of the run, \(name) cannot change them; "
            + "possible are \(Self.resumeOptions.joined(separator: ", "))")
      }
    }
    guard dataset.dataset != nil else { return }
    if !targets.isEmpty {
      throw ValidationError("--dataset and --target exclude each other; leave out one")
    }
    if input != nil {
      throw ValidationError("--dataset and --input exclude each other; leave out one")
    }
  }

  /// What may be said anew of a training that is resumed.
  private static let resumeOptions =
    [
      "--resume", "--epochs", "--time", "--device", "--threads", "--memory", "--ignore-memory",
      "--tensorboard", "--no-tensorboard", "--profile", "--progress", "--quiet", "-q",
    ] + LaunchOptions.names

  func run() throws {
    let team = try Team(launching, telling)
    let console = team.console(telling)
    let interruption = Interruption(first: "what is needed to go on is saved", console)
    let folder = try runFolder(team.launch)
    let configuration = try folder.resumed.map { try settings(of: $0) } ?? makeConfiguration()
    let device = try team.device(named: configuration.training.device)
    try team.run(
      on: device,
      ifLost: "usplit train --resume \(folder.path) goes on from the last state that was saved"
    ) { try train(configuration, folder, device, $0, console, interruption) }
  }

  /// The folder of the run; what a launcher has started again goes on with what is there.
  private func runFolder(_ launch: Launch) throws -> RunFolder {
    if let resume { return try RunFolder(resuming: resume) }
    let output = output ?? ""
    if launch.restarts > 0, let begun = try? RunFolder(resuming: output) { return begun }
    return try RunFolder(output, isForced: force)
  }

  private func train(
    _ given: Configuration, _ folder: RunFolder, _ device: Device, _ group: ProcessGroup?,
    _ console: Console, _ interruption: Interruption
  ) throws {
    let isFirst = group?.isFirst ?? true
    let isOnCPU = device == .cpu
    let images = try TrainingImages(given.data)
    let configuration =
      folder.resumed == nil
      ? try fitted(given, to: images, device: device, group, console) : given
    let cost = try NetworkCost.measure(configuration)
    let (network, available) = memoryShares(isOnCPU ? cost.trainingMemory : 0, configuration)
    let limit = imageMemory?.bytes ?? max(0, available - network) / 2
    let pixels = images.preparedBytes(for: configuration.training.augmentation)
    let fits = pixels.map { $0 <= limit } ?? false
    let (need, overflow) = network.addingReportingOverflow(fits ? pixels ?? 0 : Self.streamedBytes)
    try memory.check(
      overflow ? nil : need, for: "the training",
      advice: "take a smaller --batch, --patch or network, or less --memory for the images")

    console.tell(images)
    if !fits { console.note(streamingNote(pixels, limit: limit)) }
    let data = try PreparedData(
      images, configuration, memoryLimit: limit, scratch: folder.scratchFolder)
    tell(data, images, configuration, cost, console)
    if isFirst, folder.resumed == nil {
      for warning in try DataCheck(data, patch: configuration.network.patch).warnings {
        console.warn(warning)
      }
    }
    if let group {
      console.note(
        "\(group.count) processes train together, \(configuration.training.batch * group.count) "
          + "patches per step")
    }

    let claimed = isFirst ? try folder.take() : nil
    try group?.barrier()
    let run = try claimed?.0 ?? folder.shared()
    let progress = TrainingProgress(console, names: data.names)
    let times = TimeProfile(isOn: profile)
    let trainer = try Trainer(
      configuration, data: data, run: run, resuming: folder.resumed != nil, profile: times,
      report: progress.tell, shouldStop: { interruption.signalNumber != nil }, group: group,
      device: device, command: ShellCommand.current)
    let end = try withExtendedLifetime(claimed?.1) { try trainer.train() }
    progress.end()
    if isFirst {
      tell(times, steps: trainer.stepsTaken, console)
      try tellAdvice(end, configuration, run, console)
      try tell(end, trainer.description.figures, run, console)
    }
    // The signal may have come to another rank.
    if end == .stopped { throw ExitCode(interruption.resumableExitCode ?? EX_TEMPFAIL) }
  }

  /// What the network takes, and what it and the images may take, in bytes.
  ///
  /// Where there is a limit the trainer sees to it that the network keeps it, so half of it is left
  /// to the images.
  private func memoryShares(
    _ estimate: Int, _ configuration: Configuration
  ) -> (network: Int, available: Int) {
    let limit = configuration.training.memoryLimit
    guard limit > 0, estimate > 0 else { return (estimate, Memory.available) }
    return (min(estimate, limit / 2), min(Memory.available, limit))
  }

  /// About the most memory that images take which stay in their files, in bytes.
  private static let streamedBytes = 512 << 20

  private func streamingNote(_ bytes: Int?, limit: Int) -> String {
    let need = bytes.map { "about \(Words.memory($0))" } ?? "more than can be counted"
    return
      "the images would take \(need) of memory, \(Words.memory(limit)) are allowed (--memory): "
      + "they stay in their files, and parts are read as they are needed"
  }

  /// The settings of a run that is resumed.
  private func settings(of run: RunDirectory) throws -> Configuration {
    var configuration = try Configuration(contentsOf: run.configuration, over: Configuration())
    settings.resume(&configuration)
    try configuration.validate()
    return configuration
  }

  /// All settings, checked.
  private func makeConfiguration() throws -> Configuration {
    var configuration = try settings.configuration {
      try dataset.apply(to: &$0, axes: reading.text)
    }
    if !targets.isEmpty {
      configuration.data.targets = try targets.map { try $0.source(axes: reading.text) }
    }
    if let input {
      configuration.data.input.kind = .acquired
      configuration.data.input.source = try input.source(name: "input", axes: reading.text)
    }
    configuration.data.makePathsAbsolute()
    let count = configuration.data.targets.count
    guard count >= 2 else {
      throw CommandError(
        "\(Words.count(count, "target")) given, splitting needs at least 2; name each with "
          + "--target name=file")
    }
    configuration.network.targets = count
    try configuration.validate()
    return configuration
  }
}

extension DataConfiguration {
  /// Makes the paths of all files independent of the current folder.
  fileprivate mutating func makePathsAbsolute() {
    func absolute(_ path: String) -> String {
      path.isEmpty ? path : URL(fileURLWithPath: path).standardizedFileURL.path
    }
    for place in targets.indices { targets[place].file = absolute(targets[place].file) }
    input.source.file = absolute(input.source.file)
  }
}
