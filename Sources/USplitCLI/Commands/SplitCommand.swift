import ArgumentParser
import Experiment
import Foundation
import Imaging
import Torch
import USplit

/// `usplit split`.
struct SplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Splits superimposed images with a trained model.",
    discussion: """
      Writes FOLDER/NAME_split for each image NAME, in the form of the image and with a channel for \
      each structure, in the units of the training images, and prints its path. What ImageJ has no \
      place for becomes OME-TIFF, Zarr arrays become OME-Zarr 0.5. Time points and slices stay what \
      they are. Images may be larger than memory; the disk of FOLDER needs about three times the \
      size of the result meanwhile. All images are checked before the first is split. A set of \
      OME-TIFF files is one image, whichever of its files are named.

      Ctrl-C ends the command; what is done by then is kept in a hidden folder beside the result, \
      and the same command with --resume goes on there. So it is after a crash.

      Several processes may split together: started by torchrun --nproc-per-node=2 --no-python usplit \
      split ..., by Slurm's srun, or by hand with --rank, --ranks and --address. All must reach the \
      images and FOLDER. The pixels are the same as those of one process.

      Example: usplit split --model run/checkpoints/best.safetensors cells.tif -o results
      """)

  @Argument(
    help: ArgumentHelp(
      "Images to split: files, folders of images, OME-Zarr, patterns such as 'day1/*.tif'.",
      valueName: "image"), completion: .file())
  var images: [String]

  @Option(
    help: ArgumentHelp("Model file that usplit train wrote.", valueName: "file"), completion: .model
  )
  var model: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Folder of the results.", valueName: "folder"),
    completion: .directory)
  var output: String

  @Option(
    help: """
      What the pixels are: mean or sum of the structures, or of the trained kind. (default: as \
      trained)
      """)
  var inputIs: InputMeaning?

  @Option(help: "Element type of the results: float32, or that of the image, rounded.")
  var type: OutputType = .float32

  @Option(help: "Form of the results. (default: that of the image)")
  var format: OutputFormat?

  @Option(
    help: ArgumentHelp(
      "Frames to split, from 0, such as 3-5,8: slices of one time point after the other.",
      valueName: "list"))
  var frames: FrameSelection?

  @Option(
    help: ArgumentHelp(
      "Channel to split, by number from 0 or by name, of images with several.", valueName: "channel"
    ))
  var channel: String?

  @Option(
    help: ArgumentHelp(
      "Which image of files with several, from 0. (default: all)", valueName: "number"))
  var series: Int?

  @Flag(
    help: """
      With --samples: write every prediction that is drawn too, behind means and deviations as \
      channels such as "actin sample 1". Draws of neighbouring tiles are independent, so structures \
      may change where tiles meet. Patches are predicted as they are (--turns 1).
      """)
  var keepSamples = false

  @Flag(help: "Go on with splits that were interrupted; leave results that are there as they are.")
  var resume = false

  @Flag(help: "Write a picture NAME_split.png to look at, of the first frame of each image.")
  var previews = false

  @Option(
    name: .customLong("memory"),
    help: ArgumentHelp(
      """
      Memory for pixels, such as 512MB or 4GB, whatever the size of the images; what the network \
      needs comes on top.
      """, valueName: "size"))
  var pixelMemory = ByteCount(bytes: PixelMemory.standard.bytes)

  @OptionGroup var reading: ImageReadingArguments
  @OptionGroup var writing: ImageWritingArguments
  @OptionGroup(title: "Prediction") var prediction: PredictionOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var memory: MemoryOption
  @OptionGroup var force: ForceOption
  @OptionGroup(title: "Several processes") var launching: LaunchOptions
  @OptionGroup var telling: ProgressOptions

  func validate() throws {
    if let series, series < 0 {
      throw ValidationError("--series is \(series), it cannot be negative")
    }
    guard keepSamples else { return }
    if prediction.samples == 1 {
      throw ValidationError("--keep-samples keeps what --samples draws; name 2 samples or more")
    }
    if let turns = prediction.turns, turns > 1 {
      throw ValidationError(
        "--keep-samples keeps predictions of patches as they are, and --turns \(turns) averages "
          + "turned ones; leave out one of them")
    }
  }

  func run() throws {
    let team = try Team(launching, telling)
    let device = try team.device(named: device.prepareThreads())
    try team.run(on: device, ifLost: "the same command with --resume goes on with what is done") {
      try split(on: device, $0, team.console(telling))
    }
  }

  private func split(on device: Device, _ group: ProcessGroup?, _ console: Console) throws {
    Runtime.keepFreedMemory()
    let isFirst = group?.isFirst ?? true
    let file = URL(fileURLWithPath: self.model)
    let model = try SplitModel(contentsOf: file, device: device)
    let options = try options(for: model.description)
    let scale = model.description.inputScale
    let meaning = inputIs ?? scale.meaning
    _ = try scale.unitFactor(meaning)
    var reading = try self.reading.options()
    let share = PixelMemory(bytes: pixelMemory.bytes)
    reading.cacheBytes = share.cacheBytes
    let setup = SplitSetup(
      model: model.description, modelPath: self.model,
      checksum: try SplitModel.checksum(ofFile: file), options: options, meaning: meaning,
      memory: share)
    let tasks = try self.tasks(setup, reading, console)
    try check(tasks)
    try checkMemory(tasks, setup)
    try checkDisk(tasks, setup, console)

    console.note(
      "splitting into \(model.description.channels.joined(separator: ", ")), the image taken as "
        + "\(meaning.sentence)")
    let backbone = model.description.network.backbone
    if options.samplesPosterior, !backbone.isStochastic {
      console.warn(
        "the model's network (\(backbone.rawValue)) has nothing to draw: there are only means")
    }
    if options.withDeviation, model.description.calibration?.scales(of: options) == nil {
      console.warn(
        "the model's deviations were not calibrated: it was trained without a validation part, "
          + "stopped, imported, or written by an older version")
    }
    let work = SplitWork(
      model: model, setup: setup, reading: reading,
      beginning: resume ? .resumed : force.force ? .replacing : .anew, overwrite: force.force,
      previews: previews, console: console,
      interruption: Interruption(first: "what is done so far is kept", console), group: group)
    try OutputFolder(output).filled {
      if isFirst { try checkPixels(tasks, reading, share) }
      // Nothing is written before all have looked at what is there.
      try group?.barrier()
      let progress = Progress(console)
      for (task, part) in zip(tasks, parts(of: tasks)) {
        if isLeft(task) {
          console.note("\(task.output.relativePath) is there and is left as it is")
          if isFirst { try Results.line(task.output.relativePath) }
          continue
        }
        try work.split(task, sink: try writing.sink(task.format), part, progress)
        guard isFirst else { continue }
        try Results.line(task.output.relativePath)
        if previews { try Results.line(task.preview.relativePath) }
      }
    }
  }
}

extension SplitCommand {
  /// How a model splits.
  ///
  /// - Throws: `CommandError` where it cannot do what is asked for.
  private func options(for model: ModelDescription) throws -> SplitOptions {
    var options = try prediction.options(for: model)
    guard keepSamples else { return options }
    guard model.network.backbone.isStochastic else {
      throw CommandError(
        "the model's network (\(model.network.backbone.rawValue)) has nothing to draw, so there are "
          + "no samples to keep; leave out --keep-samples, or train a ladder with --backbone hvae")
    }
    options.keepsSamples = true
    options.turns = 1
    return options
  }

  /// The parts of the whole work that the images are, by their pixels; none for results that are left.
  private func parts(of tasks: [SplitTask]) -> [ClosedRange<Double>] {
    let sizes = tasks.map { task in
      isLeft(task)
        ? 0 : Double(task.frames.count * task.description.height * task.description.width)
    }
    let all = max(sizes.reduce(0, +), 1)
    var done = 0.0
    return sizes.map { size in
      let start = min(done / all, 1)
      done += size
      return start...max(start, min(done / all, 1))
    }
  }
}

extension InputMeaning {
  /// For messages.
  fileprivate var sentence: String {
    switch self {
    case .mean: "the mean of these"
    case .sum: "the sum of these"
    case .acquired: "acquired like the training images"
    }
  }
}
