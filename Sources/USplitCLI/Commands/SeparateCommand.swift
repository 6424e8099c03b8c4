import ArgumentParser
import Foundation
import Imaging
import Torch
import USplit

/// `usplit separate`.
struct SeparateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "separate",
    abstract: "Separates one image into layers without a model (Double-DIP).",
    discussion: """
      For images whose structures were never recorded apart. Writes FOLDER/NAME_separated.tif with \
      a channel for each layer, which add up to the image, and FOLDER/NAME_separated.png to look \
      at, and prints both paths. The layers are one of many plausible splits, in no order; a model \
      trained with usplit train knows the structures and splits far better.

      Example: usplit separate cells.tif --crop 100,200,256 -o results

      Ctrl-C ends the separation after the current iteration, with its layers written.
      """)

  @Argument(
    help: ArgumentHelp("Image to separate, of any form.", valueName: "image"), completion: .file())
  var image: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Folder of the results.", valueName: "folder"),
    completion: .directory)
  var output: String

  @Option(help: ArgumentHelp("Layers, 2 to 8.", valueName: "count"))
  var layers = 2

  @Option(help: "Settings to start from: the publication's, or a recipe for minutes on a CPU.")
  var preset: DoubleDIPPreset = .fast

  @Option(
    help: ArgumentHelp("Iterations at most. (default: as in the preset)", valueName: "count"))
  var iterations: Int?

  @Option(help: ArgumentHelp("Learning rate. (default: as in the preset)", valueName: "rate"))
  var learningRate: Double?

  @Option(
    help: ArgumentHelp(
      "Time after which it ends, such as 90s or 7m; 0 for no limit.", valueName: "time"))
  var time: TimeArgument?

  @Option(
    help: ArgumentHelp(
      "Square to separate: its first row and column, from 0, and its side in pixels.",
      valueName: "row,column,size"))
  var crop: CropArgument?

  @Option(help: ArgumentHelp("Frame to separate, from 0.", valueName: "number"))
  var frame = 0

  @Option(
    help: ArgumentHelp(
      "Channel to separate, by number from 0 or by name, of images with several.",
      valueName: "channel"))
  var channel: String?

  @Option(help: ArgumentHelp("Which image of a file with several, from 0.", valueName: "number"))
  var series: Int?

  @Option(help: ArgumentHelp("Seed of all random numbers.", valueName: "number"))
  var seed: UInt64 = 0

  @OptionGroup var reading: ImageReadingArguments
  @OptionGroup var device: DeviceOptions
  @OptionGroup var memory: MemoryOption
  @OptionGroup var force: ForceOption
  @OptionGroup var telling: ProgressOptions

  func validate() throws {
    if frame < 0 { throw ValidationError("--frame is \(frame), it cannot be negative") }
  }

  func run() throws {
    let console = telling.console
    let device = try device.prepare()
    let separation = try DoubleDIP(settings, device: device, memoryLimit: .max)
    let (plane, pixelSize, place) = try input(console)
    try memory.check(
      try separation.memory(for: plane, layers: layers),
      for: "separating \(plane.height) × \(plane.width) pixels",
      advice: "choose a part of the image with --crop ROW,COLUMN,SIZE, or the preset fast")
    let folder = URL(fileURLWithPath: output, isDirectory: true)
    let name = ImageName(URL(fileURLWithPath: image)).stem
    let files = ["tif", "png"].map { folder.appendingPathComponent("\(name)_separated.\($0)") }
    try force.check(files)
    let source = URL(fileURLWithPath: image).standardizedFileURL.path
    guard files[0].standardizedFileURL.path != source else {
      throw CommandError("\(image) would be written over by its own layers; name another folder")
    }
    console.warn(
      "without examples of the structures a split is one of many plausible ones; train a model on "
        + "images of each (usplit train) wherever there are any")
    console.note("separating \(place) into \(Words.count(layers, "layer")) on \(device)")
    Runtime.keepFreedMemory()
    let interruption = Interruption(first: "the layers so far are written", console)
    try OutputFolder(output).filled {
      let (planes, last) = try separate(plane, separation, interruption, console)
      try write(planes, plane, pixelSize, last, to: files)
      for file in files { try Results.line(file.relativePath) }
    }
    if let code = interruption.exitCode { throw ExitCode(code) }
  }

  /// All settings; the library checks them.
  private var settings: DoubleDIPSettings {
    var settings = DoubleDIPSettings(preset)
    if let iterations { settings.iterations = iterations }
    if let learningRate { settings.learningRate = learningRate }
    if let time { settings.timeLimit = time.seconds }
    settings.seed = seed
    return settings
  }

  /// The pixels to separate, the size of one, and where they are from, in words.
  private func input(_ console: Console) throws -> (Plane, PixelSize?, String) {
    let source = try ImageFile.image(
      in: URL(fileURLWithPath: image), series: series, try reading.options())
    let known = source.description
    for remark in known.remarks { console.warn("\(image): \(remark)") }
    guard frame < known.frames else {
      throw CommandError(
        "\(image) has \(Words.count(known.frames, "frame")), counted from 0, so there is no frame "
          + "\(frame)")
    }
    let channel = try known.index(ofChannel: channel, path: image)
    let region = try crop?.region(of: known, frame: frame, path: image)
    var plane = try source.plane(known.plane(frame: frame, channel: channel))
    if let region {
      plane = plane.cropped(
        row: region.row, column: region.column, height: region.height, width: region.width)
    }
    let place = "frame \(frame) of \(image), \(plane.height) × \(plane.width) pixels"
    return (plane, known.pixelSize, place)
  }

  private func separate(
    _ plane: Plane, _ separation: DoubleDIP, _ interruption: Interruption, _ console: Console
  ) throws -> ([Plane], DoubleDIPProgress?) {
    let progress = Progress(console)
    defer { progress.end() }
    let start = ContinuousClock.now
    var last: DoubleDIPProgress?
    let planes = try separation.separate(
      plane, layers: layers,
      progress: { now in
        last = now
        progress.tell(
          done: now.done,
          "iteration \(now.iteration), loss \(now.loss.formatted(digits: 4)), the sum is off by "
            + "\((100 * now.error).formatted(digits: 2)) %, \((100 * now.done).formatted(digits: 0))"
            + " % done")
      }, shouldStop: { interruption.signalNumber != nil })
    if let last {
      console.note(
        "ended after \(Words.count(last.iteration, "iteration")) in "
          + Words.time(Double(start.duration(to: .now).components.seconds)))
    }
    return (planes, last)
  }

  private func write(
    _ planes: [Plane], _ input: Plane, _ pixelSize: PixelSize?, _ last: DoubleDIPProgress?,
    to files: [URL]
  ) throws {
    let names = (1...planes.count).map { "layer \($0)" }
    let stack = ImageStack(
      frames: 1, channels: planes.count, height: input.height, width: input.width,
      pixels: planes.flatMap(\.values), channelNames: names, pixelSize: pixelSize)
    var notes = [
      ("usplit_version", USplit.version), ("usplit_method", "Double-DIP, without training"),
      ("usplit_preset", preset.rawValue), ("usplit_iterations", "\(last?.iteration ?? 0)"),
      ("usplit_seed", "\(seed)"), ("usplit_frame", "\(frame)"),
    ]
    if let crop { notes.append(("usplit_crop", "\(crop.row),\(crop.column),\(crop.size)")) }
    try TIFF.write(
      stack, to: files[0], overwrite: force.force, software: Software.name, notes: notes)
    let picture = Panel.splitPanel(
      input: input, predictions: planes, targets: nil, names: names, scores: nil,
      title: "\(URL(fileURLWithPath: image).lastPathComponent), frame \(frame): separated without "
        + "training",
      footers: ["One of many plausible splits (Double-DIP, seed \(seed))."])
    try PNG.write(picture, to: files[1])
  }
}
