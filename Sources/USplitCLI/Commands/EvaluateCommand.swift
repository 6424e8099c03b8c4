import ArgumentParser
import Experiment
import Foundation
import Imaging
import Torch
import USplit

/// `usplit evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures how well images are split.",
    discussion: """
      With --model, splits a part of the data that the model was trained with, as the model divided \
      it, and compares with the targets. With --prediction, compares an image that was split before \
      with the targets.

      Prints a table: range-invariant PSNR (that of the paper), PSNR, SSIM, and the root of the \
      mean squared error in normalised units and in those of the files; against targets clipped as \
      in training, and as they are. The JSON has all scores that there are.

      With --deviations, compares the predicted standard deviation of pixels with the errors there: \
      pixels are sorted by it into 15 bins of as many each.

      In place of a file, a folder or a pattern in quotation marks means all images in it, as in \
      training.
      """)

  @Option(
    help: ArgumentHelp("Model file that usplit train wrote.", valueName: "file"), completion: .model
  )
  var model: String?

  @Option(
    help: ArgumentHelp("Image that was split before.", valueName: "file"), completion: .file())
  var prediction: String?

  @Option(
    name: .customLong("target"),
    help: ArgumentHelp(
      "A structure and its images: a file, a folder or a pattern; repeat for each. With --model, in "
        + "place of those in the model.",
      valueName: "name=file[:channel]"))
  var targets: [TargetArgument] = []

  @Option(
    help: ArgumentHelp(
      "Superimposed image in place of that in the model.", valueName: "file[:channel]"))
  var input: FileChannel?

  @OptionGroup var reading: ImageReadingArguments

  @Option(help: "Which part of the data. (default: test)")
  var part: DataPart?

  @Flag(help: "Measure the input itself too, as if it were each of the targets.")
  var trivial = false

  @Flag(
    help: """
      Show MS-SSIM, Pearson's correlation and the PSNR of all frames as a whole in the table too.
      """)
  var allMetrics = false

  @Flag(help: "Measure how much the prediction jumps at the borders of its tiles.")
  var seams = false

  @Option(
    help: ArgumentHelp(
      "With --prediction and --seams: side of the tiles it was put together from.",
      valueName: "pixels"))
  var tile: Int?

  @Option(
    help: ArgumentHelp(
      "With --prediction: the targets' frames, from 0, such as 3-5,8.", valueName: "list"))
  var frames: FrameSelection?

  @Option(
    help: ArgumentHelp(
      "With --prediction: quantile at which targets are clipped; 1 clips none. (default: 0.995)",
      valueName: "fraction"))
  var clipQuantile: Double?

  @Option(
    help: ArgumentHelp("Write JSON to a file, or with - to standard output.", valueName: "file"),
    completion: .jsonFile)
  var json: String?

  @Option(
    help: ArgumentHelp("Draw each frame into a folder.", valueName: "folder"),
    completion: .directory)
  var panels: String?

  @OptionGroup(title: "Prediction") var options: PredictionOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var force: ForceOption
  @OptionGroup var telling: ProgressOptions

  func validate() throws {
    guard (model == nil) != (prediction == nil) else {
      throw ValidationError("give either --model or --prediction")
    }
    if reading.axes != nil, targets.isEmpty, input == nil {
      throw ValidationError("--axes goes with --target or --input only")
    }
    if model != nil {
      if frames != nil { throw ValidationError("--frames goes with --prediction only") }
      if clipQuantile != nil {
        throw ValidationError("--clip-quantile goes with --prediction only")
      }
      if tile != nil { throw ValidationError("--tile goes with --prediction only") }
    } else {
      if trivial { throw ValidationError("--trivial goes with --model only") }
      if part != nil { throw ValidationError("--part goes with --model only") }
      if panels != nil { throw ValidationError("--panels goes with --model only") }
      if input != nil { throw ValidationError("--input goes with --model only") }
      if targets.isEmpty { throw ValidationError("--prediction needs a --target for each channel") }
      if options.isGiven {
        throw ValidationError(
          "--tiles, --padding, --latents, --samples, --turns, --deviations, --seed, --batch and --precision go with --model "
            + "only")
      }
      if seams != (tile != nil) {
        throw ValidationError(
          "with --prediction, --seams and --tile go together: the side of the tiles is not known")
      }
      if let tile, !(1...1_000_000).contains(tile) {
        throw ValidationError("--tile is \(tile) pixels, 1 to 1000000 are possible")
      }
    }
  }

  func run() throws {
    Runtime.keepFreedMemory()
    let file = json.flatMap { $0 == "-" ? nil : URL(fileURLWithPath: $0) }
    try force.check([file].compactMap(\.self))
    var report: EvaluationReport
    if let model {
      report = try evaluate(model)
      report.measurement?.model = model
    } else if let prediction {
      report = try compare(prediction)
      report.measurement?.prediction = prediction
    } else {
      throw CommandError("give either --model or --prediction")
    }
    if let file { try Results.write(report, to: file) }
    if json == "-" {
      try Results.json(report)
    } else {
      try Results.line(report.table(allMetrics: allMetrics, seams: seams))
    }
  }

  // MARK: With a model

  private func evaluate(_ path: String) throws -> EvaluationReport {
    let console = telling.console
    let device = try device.prepare()
    let model = try SplitModel(contentsOf: URL(fileURLWithPath: path), device: device)
    let evaluator = Evaluator(model, try options.options(for: model.description))
    guard model.description.knowsItsImages else {
      throw CommandError(
        "\(path) was imported without its training images, so it is not known which frames are for "
          + "testing; import it with --stats-from, or split images and compare them with "
          + "--prediction")
    }
    let images = try TrainingImages(try sources(model.description))
    console.tell(images)
    let data = try PreparedData(images, for: model.description)
    let part = part ?? .test
    let regions = Words.regions(
      data.split.regions(of: part), height: images.height, width: images.width)
    console.note("measuring the \(part.rawValue) part: \(regions)")

    let progress = Progress(console)
    defer { progress.end() }
    let tell = { (done: Double) in
      progress.tell(done: done, "\((100 * done).formatted(digits: 0)) % done")
    }
    guard let panels else {
      return try evaluator.evaluate(
        data, part: part, trivial: trivial, seams: seams, progress: tell)
    }
    let names = data.split.regions(of: part).map { panelURL(panels, frame: $0.frame) }
    try force.check(names)
    let folder = try OutputFolder(panels)
    return try folder.filled {
      try evaluator.evaluate(data, part: part, trivial: trivial, seams: seams, progress: tell) {
        frame, picture in
        try PNG.write(picture, to: panelURL(panels, frame: frame))
      }
    }
  }

  private func panelURL(_ folder: String, frame: Int) -> URL {
    let number = String(10_000 + frame).dropFirst(frame < 10_000 ? 1 : 0)
    return URL(fileURLWithPath: folder, isDirectory: true)
      .appendingPathComponent("frame-\(number).png")
  }

  /// The files of the model, or those on the command line in the model's order.
  private func sources(_ model: ModelDescription) throws -> DataConfiguration {
    var sources = model.configuration.data
    if let input {
      guard sources.input.kind == .acquired else {
        throw CommandError(
          "--input was given, but the model was trained with a mixture of the targets")
      }
      sources.input.source = try input.source(name: "input", axes: reading.text)
    }
    guard !targets.isEmpty else { return sources }
    guard Set(targets.map(\.name)) == Set(model.channels), targets.count == model.channels.count
    else {
      throw CommandError(
        "the model splits \(model.channels.joined(separator: ", ")), but the targets "
          + "\(targets.map(\.name).joined(separator: ", ")) were given; give each of them once")
    }
    sources.targets = try model.channels.flatMap { name in
      try targets.filter { $0.name == name }.map { try $0.source(axes: reading.text) }
    }
    return sources
  }

  // MARK: Of a prediction

  private func compare(_ path: String) throws -> EvaluationReport {
    let quantile = clipQuantile ?? 0.995
    guard quantile > 0, quantile <= 1 else {
      throw CommandError("--clip-quantile is \(quantile), a fraction above 0 and up to 1 is needed")
    }
    var sources = DataConfiguration()
    sources.targets = try targets.map { try $0.source(axes: reading.text) }
    let images = try TrainingImages(sources)
    var prediction = try readPrediction(path)
    telling.console.tell(images)
    try frames?.check(against: images.frames, of: targets[0].file.path)
    let stacks = try images.targets.map { try $0.stack(frames: frames?.frames) }
    if let frames, prediction.frames == images.frames {
      prediction = frames.chosen(of: prediction)
    }
    let names = images.names
    if prediction.channels == names.count,
      Set(prediction.channelNames) == Set(names.map(Optional.init))
    {
      let order = names.compactMap { name in prediction.channelNames.firstIndex(of: name) }
      prediction = prediction.with(channels: order)
    } else {
      telling.console.note(
        "the channels of \(path) are compared with the targets in the order they were given in")
    }
    let numbers = frames.map(\.frames).flatMap { $0.count == prediction.frames ? $0 : nil }
    return try Evaluator.compare(
      predictions: prediction, targets: stacks, names: names, clipQuantile: quantile,
      frameNumbers: numbers, tile: tile)
  }

  private func readPrediction(_ path: String) throws -> ImageStack {
    let images = try ImageFile.images(in: URL(fileURLWithPath: path))
    guard images.count == 1 else {
      throw CommandError(
        "\(path) holds \(Words.count(images.count, "image")), a prediction is one; write it alone")
    }
    return try ImageStack(reading: images[0])
  }
}

extension FrameSelection {
  /// The chosen frames of a stack that has them all.
  fileprivate func chosen(of stack: ImageStack) -> ImageStack {
    let pixels = frames.flatMap { frame in
      (0..<stack.channels).flatMap { stack.plane(frame: frame, channel: $0).values }
    }
    return ImageStack(
      frames: frames.count, channels: stack.channels, height: stack.height, width: stack.width,
      pixels: pixels, channelNames: stack.channelNames)
  }
}

extension ImageStack {
  /// Some channels in the given order.
  fileprivate func with(channels order: [Int]) -> ImageStack {
    let pixels = (0..<frames).flatMap { frame in
      order.flatMap { plane(frame: frame, channel: $0).values }
    }
    return ImageStack(
      frames: frames, channels: order.count, height: height, width: width, pixels: pixels,
      channelNames: order.map { channelNames[$0] })
  }
}
