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
      each structure, in the units of the training images, and prints its path. Time points and \
      slices stay what they are. Images may be larger than memory. All images are checked before \
      the first is split.

      Ctrl-C ends the command; what is done by then is kept in a hidden folder beside the result, \
      and the same command with --resume goes on there. So it is after a crash.

      Example: usplit split --model run/checkpoints/best.safetensors cells.tif -o results
      """)

  @Argument(
    help: ArgumentHelp(
      "Images to split: files, folders of images, OME-Zarr, patterns such as 'day1/*.tif'.",
      valueName: "image"))
  var images: [String]

  @Option(help: ArgumentHelp("Model file that usplit train wrote.", valueName: "file"))
  var model: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder of the results.", valueName: "folder"))
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
  @OptionGroup var quiet: QuietOption

  func validate() throws {
    if let series, series < 0 {
      throw ValidationError("--series is \(series), it cannot be negative")
    }
  }

  func run() throws {
    let console = quiet.console
    let device = try device.prepare()
    let file = URL(fileURLWithPath: self.model)
    let model = try SplitModel(contentsOf: file, device: device)
    let options = try prediction.options(for: model.description)
    let scale = model.description.inputScale
    let meaning = inputIs ?? scale.meaning
    _ = try scale.unitFactor(meaning)
    var reading = try self.reading.options()
    reading.cacheBytes = share.cacheBytes
    let paths = try images.flatMap { try ImageListing.images(at: $0).map(\.relativePath) }
    let tasks = try paths.flatMap { try self.tasks($0, reading) }
    try check(tasks)
    try checkMemory(tasks, model.description, options)

    console.note(
      "splitting into \(model.description.channels.joined(separator: ", ")), the image taken as "
        + "\(meaning.sentence)")
    let backbone = model.description.network.backbone
    if options.samplesPosterior, !backbone.isStochastic {
      console.warn(
        "the model's network (\(backbone.rawValue)) has nothing to draw: there are only means")
    }
    let work = SplitWork(
      model: model, modelPath: self.model, checksum: try SplitModel.checksum(ofFile: file),
      options: options, meaning: meaning, memory: share, reading: reading,
      beginning: resume ? .resumed : force.force ? .replacing : .anew, overwrite: force.force,
      previews: previews, console: console,
      interruption: Interruption(first: "what is done so far is kept"))
    try OutputFolder(output).filled {
      try checkPixels(tasks, reading)
      for task in tasks {
        if isLeft(task) {
          console.note("\(task.output.relativePath) is there and is left as it is")
          try Results.line(task.output.relativePath)
          continue
        }
        try work.split(task, sink: try writing.sink(task.format))
        try Results.line(task.output.relativePath)
        if previews { try Results.line(task.preview.relativePath) }
      }
    }
  }

  /// How the memory for pixels is shared out.
  private var share: PixelMemory { PixelMemory(bytes: pixelMemory.bytes) }

  /// Whether a result is there that another run finished.
  private func isLeft(_ task: SplitTask) -> Bool {
    resume && !force.force && FileManager.default.fileExists(atPath: task.output.path)
      && !PartialSplit.exists(for: task.output)
  }

  // MARK: Checks

  /// The images of one file that are to be split.
  private func tasks(_ path: String, _ options: ImageReadingOptions) throws -> [SplitTask] {
    let url = URL(fileURLWithPath: path)
    let images = try ImageFile.images(in: url, options)
    if let series, !images.indices.contains(series) {
      throw CommandError(
        "\(path) has \(Words.count(images.count, "image")), counted from 0, so there is no image "
          + "\(series)")
    }
    return try images.indices.filter { series == nil || $0 == series }.map { number in
      let image = images[number].description
      let name = images.count > 1 ? "\(path), image \(number)," : path
      try frames?.check(against: image.frames, of: name)
      let type = type == .input ? image.type : .float32
      let format = format?.format ?? image.format.written(type: type)
      guard format.written(type: type) == format else {
        throw CommandError(
          "\(path): ImageJ has no pixels of type \(type.rawValue); leave out --format or --type")
      }
      _ = try writing.sink(format)  // whether the form has the compression
      let stem = ImageName(url).stem + (images.count > 1 ? "_s\(number)" : "") + "_split"
      return SplitTask(
        path: path, series: number, description: image,
        channel: try image.index(ofChannel: channel, path: name),
        frames: frames?.frames ?? Array(0..<image.frames), format: format, type: type,
        output: URL(fileURLWithPath: output, isDirectory: true)
          .appendingPathComponent(stem + format.fileExtension))
    }
  }

  private func check(_ tasks: [SplitTask]) throws {
    var owners: [String: String] = [:]
    for task in tasks {
      let place = task.output.standardizedFileURL.path
      if let other = owners.updateValue(task.path, forKey: place) {
        throw CommandError(
          "\(other) and \(task.path) would both be written to \(task.output.relativePath); split "
            + "them into different folders")
      }
    }
    for task in tasks where owners[task.url.standardizedFileURL.path] != nil {
      throw CommandError(
        "\(task.path) is an image to split and would be written over; name another folder")
    }
    for task in tasks where !isLeft(task) {
      try force.check(previews ? [task.preview] : [])
      guard FileManager.default.fileExists(atPath: task.output.path), !force.force else { continue }
      throw ImagingError(
        .exists, "\(task.output.relativePath) exists; pass --force to replace it")
    }
    guard !resume, !force.force else { return }
    for task in tasks where PartialSplit.exists(for: task.output) {
      throw ImagingError(
        .exists,
        "\(PartialSplit.folder(for: task.output).relativePath) holds an unfinished split; go on with "
          + "it with --resume, or begin anew with --force")
    }
  }

  private func checkMemory(
    _ tasks: [SplitTask], _ description: ModelDescription, _ options: SplitOptions
  ) throws {
    var configuration = description.configuration
    configuration.training.batch = try options.trainedPatchesAtOnce(for: description.network)
    let network = try NetworkCost.measure(configuration).predictionMemory
    for task in tasks {
      let buffers = try share.buffers(for: task.description, options, description.network)
      let cached = min(share.cacheBytes, task.description.byteCount ?? .max)
      try memory.check(
        network + buffers + cached, for: "splitting \(task.path)",
        advice: "take less --memory or a smaller --batch")
    }
  }

  /// Finds pixels that cannot be read before anything is written, where reading all is quick.
  private func checkPixels(_ tasks: [SplitTask], _ reading: ImageReadingOptions) throws {
    let sizes = tasks.map { $0.description.byteCount ?? .max }
    guard tasks.count > 1, sizes.allSatisfy({ $0 <= share.bytes / tasks.count }) else { return }
    for task in tasks where !isLeft(task) {
      try task.checkPixels(reading, bandBytes: share.bandBytes)
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
