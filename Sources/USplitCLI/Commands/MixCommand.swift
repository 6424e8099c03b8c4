import ArgumentParser
import Experiment
import Foundation
import Imaging
import USplit

/// `usplit mix`.
struct MixCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mix",
    abstract: "Superimposes images of separate structures, to try a model on.",
    discussion: "Writes one TIFF file of 32-bit floating point and prints its path.")

  @Argument(
    help: ArgumentHelp("Images of the structures, two or more.", valueName: "file[:channel]"))
  var targets: [FileChannel]

  @Option(name: .shortAndLong, help: ArgumentHelp("File to write.", valueName: "file"))
  var output: String

  @Option(help: "Mean or sum of the structures.")
  var rule: MixingRule = .mean

  @Option(
    help: ArgumentHelp(
      "Weight of each structure, such as 0.3,0.7, in place of the rule.", valueName: "list"))
  var weights: String?

  @Option(help: ArgumentHelp("Frames to mix, from 0, such as 3-5,8.", valueName: "list"))
  var frames: FrameSelection?

  @OptionGroup var force: ForceOption
  @OptionGroup var quiet: QuietOption

  func run() throws {
    let console = quiet.console
    guard targets.count >= 2 else {
      throw CommandError("1 image was given, at least 2 can be mixed")
    }
    let weights = try mixingWeights()
    let url = URL(fileURLWithPath: output)
    try force.check([url])
    var sources = DataConfiguration()
    sources.targets = try targets.map { try $0.source(name: $0.stem) }
    let images = try TrainingImages(sources)
    for note in images.notes { console.note(note) }
    try frames?.check(against: images.frames, of: targets[0].path)
    let chosen = frames?.frames ?? Array(0..<images.frames)
    var pixels: [Float] = []
    pixels.reserveCapacity(chosen.count * images.height * images.width)
    for frame in chosen {
      pixels += mixed(try images.targetPlanes(frame: frame), weights: weights).values
    }
    let stack = ImageStack(
      frames: chosen.count, channels: 1, height: images.height, width: images.width,
      pixels: pixels, pixelSize: images.pixelSize)
    try TIFF.write(
      stack, to: url, overwrite: force.force, software: Software.name,
      notes: [("usplit_weights", weights.map(Words.number).joined(separator: ","))])
    try Results.line(output)
  }

  private func mixingWeights() throws -> [Double] {
    let count = targets.count
    guard let weights else {
      return [Double](repeating: rule == .mean ? 1 / Double(count) : 1, count: count)
    }
    let numbers = weights.split(separator: ",", omittingEmptySubsequences: false)
      .map { Double($0.trimmingCharacters(in: .whitespaces)) }
    let values = numbers.compactMap(\.self).filter { $0.isFinite && $0 >= 0 }
    guard values.count == count, numbers.count == count else {
      throw CommandError(
        "--weights is \(weights); \(count) numbers from 0 on are needed, one for each image, with "
          + "commas between them")
    }
    return values
  }
}
