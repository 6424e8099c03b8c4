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
      Writes FOLDER/NAME_split.tif for each image NAME.tif, with a channel for each structure, in \
      the units of the training images, and prints its path. All images are checked before the \
      first is split.

      Example: usplit split --model run/checkpoints/best.safetensors cells.tif -o results
      """)

  @Argument(help: ArgumentHelp("Images to split (TIFF).", valueName: "image"))
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

  @Option(help: ArgumentHelp("Frames to split, from 0, such as 3-5,8.", valueName: "list"))
  var frames: FrameSelection?

  @Option(
    help: ArgumentHelp(
      "Channel to split, by number from 0 or by name, of images with several.", valueName: "channel"
    ))
  var channel: String?

  @OptionGroup(title: "Prediction") var prediction: PredictionOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var memory: MemoryOption
  @OptionGroup var force: ForceOption
  @OptionGroup var quiet: QuietOption

  /// One image to split, checked.
  private struct Job {
    let path: String
    let summary: TIFFSummary
    let channel: Int
    let frames: [Int]
    let output: URL

    var url: URL { URL(fileURLWithPath: path) }
    /// The frames to read; those that are split lie within.
    var range: Range<Int> { frames[0]..<frames[frames.count - 1] + 1 }
  }

  func run() throws {
    let console = quiet.console
    let device = try device.prepare()
    let model = try SplitModel(contentsOf: URL(fileURLWithPath: model), device: device)
    let options = try prediction.options(for: model.description)
    let scale = model.description.inputScale
    let meaning = inputIs ?? scale.meaning
    _ = try scale.unitFactor(meaning)
    let jobs = try images.map { try job($0) }
    try check(jobs)
    try checkMemory(jobs, model.description, options)

    console.note(
      "splitting into \(model.description.channels.joined(separator: ", ")), the image taken as "
        + "\(meaning.sentence)")
    let backbone = model.description.network.backbone
    if options.samplesPosterior, !backbone.isStochastic {
      console.warn(
        "the model's network (\(backbone.rawValue)) has nothing to draw: there are only means")
    }
    let folder = try OutputFolder(output)
    try folder.filled {
      // Pixels that cannot be read are found before anything is written.
      if jobs.count > 1 { for job in jobs { _ = try TIFF.read(job.url, frames: job.range) } }
      let splitter = Splitter(model, options)
      for job in jobs {
        try split(job, splitter, model.description, meaning, console)
        try Results.line(job.output.relativePath)
      }
    }
  }

  private func split(
    _ job: Job, _ splitter: Splitter, _ description: ModelDescription, _ meaning: InputMeaning,
    _ console: Console
  ) throws {
    let image = try TIFF.read(job.url, frames: job.range)
    console.note(
      "\(job.path) read as \(image.axes): \(Words.count(job.summary.frames, "frame")) of "
        + "\(image.height) × \(image.width) pixels")
    if let difference = description.pixelSizeDifference(to: image.pixelSize) {
      console.warn("\(job.path): \(difference)")
    }
    let progress = Progress(console)
    let start = ContinuousClock.now
    var pixels: [Float] = []
    pixels.reserveCapacity(job.frames.count * description.channels.count * image.planeCount)
    for (place, frame) in job.frames.enumerated() {
      let plane = try description.inputScale.prepared(
        image.plane(frame: frame - job.range.lowerBound, channel: job.channel), meaning: meaning)
      let targets = try splitter(plane, frame: frame) { share in
        let done = (Double(place) + share) / Double(job.frames.count)
        let rest = start.duration(to: .now) / done * (1 - done)
        progress.tell(
          "\(job.path): frame \(frame), \((100 * done).formatted(digits: 0)) % done, "
            + "\(Words.time(Double(rest.components.seconds))) left")
      }
      for target in targets { pixels += target.values }
    }
    progress.end()
    let result = ImageStack(
      frames: job.frames.count, channels: description.channels.count, height: image.height,
      width: image.width, pixels: pixels, type: type == .input ? image.type : .float32,
      channelNames: description.channels, pixelSize: image.pixelSize)
    let report = try TIFF.write(
      result, to: job.output, overwrite: force.force, software: Software.name,
      notes: [
        ("usplit_version", USplit.version), ("usplit_model", model),
        ("usplit_input", meaning.rawValue),
      ])
    if report.clampedPixels > 0 {
      console.warn(
        "\(job.output.relativePath): \(Words.count(report.clampedPixels, "pixel")) of "
          + "\(pixels.count) did not fit into \(result.type.rawValue) and took its nearest value")
    }
  }

  // MARK: Checks

  private func job(_ path: String) throws -> Job {
    let url = URL(fileURLWithPath: path)
    let summary = try TIFF.inspect(url)
    guard !summary.isRGB else {
      _ = try TIFF.read(url)  // says what to do
      throw CommandError("\(path) is a picture in colour, a grey image is meant")
    }
    try frames?.check(against: summary.frames, of: path)
    let name = url.deletingPathExtension().lastPathComponent + "_split.tif"
    return Job(
      path: path, summary: summary, channel: try summary.index(of: channel, path: path),
      frames: frames?.frames ?? Array(0..<summary.frames),
      output: URL(fileURLWithPath: output, isDirectory: true).appendingPathComponent(name))
  }

  private func check(_ jobs: [Job]) throws {
    var owners: [String: String] = [:]
    for job in jobs {
      let place = job.output.standardizedFileURL.path
      if let other = owners.updateValue(job.path, forKey: place) {
        throw CommandError(
          "\(other) and \(job.path) would both be written to \(job.output.relativePath); split "
            + "them into different folders")
      }
    }
    for job in jobs where owners[job.url.standardizedFileURL.path] != nil {
      throw CommandError(
        "\(job.path) is an image to split and would be written over; name another folder")
    }
    try force.check(jobs.map(\.output))
  }

  private func checkMemory(
    _ jobs: [Job], _ description: ModelDescription, _ options: SplitOptions
  ) throws {
    var configuration = description.configuration
    configuration.training.batch = try options.trainedPatchesAtOnce(for: description.network)
    let network = try NetworkCost.measure(configuration).predictionMemory
    for job in jobs {
      let summary = job.summary
      let planes =
        job.range.count * summary.channels + (job.frames.count + 2) * description.channels.count + 3
      let bytes = planes.multipliedReportingOverflow(by: 4 * summary.height * summary.width)
      try memory.check(
        bytes.overflow ? nil : bytes.partialValue + network, for: "splitting \(job.path)",
        advice: "take fewer --frames at a time or a smaller --batch")
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

extension TIFFSummary {
  /// The place of a channel that a number or a name stands for; the only one for nil.
  ///
  /// - Throws: `CommandError` that lists the channels when it is not there, or not clear which.
  func index(of channel: String?, path: String) throws -> Int {
    guard let channel else {
      guard channels == 1 else {
        throw CommandError("\(path) has \(channelList); choose one with --channel")
      }
      return 0
    }
    if let place = channelNames.firstIndex(of: channel) { return place }
    if let place = Int(channel), (0..<channels).contains(place) { return place }
    throw CommandError("\(path) has \(channelList), but no channel \(channel)")
  }
}

extension ModelDescription {
  /// A sentence when an image's pixels differ in size by more than 5 % from those of the training.
  fileprivate func pixelSizeDifference(to size: PixelSize?) -> String? {
    guard let mine = pixelSize, let size, mine.unit == size.unit else { return nil }
    let ratios = [size.width / mine.width, size.height / mine.height]
    guard ratios.contains(where: { abs($0 - 1) > 0.05 }) else { return nil }
    return "its pixels are \(Words.size(size)), those of the training \(Words.size(mine)); the "
      + "model knows structures at that size only"
  }
}
