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
    discussion: """
      Writes one image of 32-bit floating point, with the time points, slices and pixel size of the \
      images, and prints its path. The form follows from the extension of --output: .ome.tif, .tif \
      (ImageJ) or .ome.zarr (0.4).

      Example: usplit mix actin.tif nuclei.ome.zarr:0 -o mix.ome.tif
      """)

  @Argument(
    help: ArgumentHelp(
      "Images of the structures, two or more: files, folders of images, OME-Zarr, patterns.",
      valueName: "file[:channel]"))
  var targets: [FileChannel]

  @Option(
    name: .shortAndLong, help: ArgumentHelp("File or folder to write.", valueName: "file"),
    completion: .file())
  var output: String

  @Option(help: "Mean or sum of the structures.")
  var rule: MixingRule = .mean

  @Option(
    help: ArgumentHelp(
      "Weight of each structure, such as 0.3,0.7, in place of the rule.", valueName: "list"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "Frames to mix, from 0, such as 3-5,8: slices of one time point after the other.",
      valueName: "list"))
  var frames: FrameSelection?

  @Option(help: "Form to write, in place of that of the extension.")
  var format: OutputFormat?

  @OptionGroup var reading: ImageReadingArguments
  @OptionGroup var writing: ImageWritingArguments
  @OptionGroup var force: ForceOption
  @OptionGroup var quiet: QuietOption

  func run() throws {
    let console = quiet.console
    guard targets.count >= 2 else {
      throw CommandError("1 image was given, at least 2 can be mixed")
    }
    let weights = try mixingWeights()
    let target = URL(fileURLWithPath: output)
    let format = try OutputFormat.form(asked: format, of: output)
    let sink = try writing.sink(format)
    var sources = DataConfiguration()
    sources.targets = try targets.map { try $0.source(name: $0.stem, axes: reading.text) }
    let images = try TrainingImages(sources)
    console.tell(images)
    try frames?.check(against: images.frames, of: targets[0].path)
    let mixture = try MixedImage(
      images, weights: weights, frames: frames?.frames,
      provenance: [
        .init("usplit_version", USplit.version),
        .init("usplit_weights", weights.map(Words.number).joined(separator: ",")),
      ])
    try sink.check(mixture.description, place: output)
    let image = try PyramidImage.adding(
      to: mixture, for: format, scratch: target.deletingLastPathComponent())
    try sink.write(image, to: target, overwrite: force.force)
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
