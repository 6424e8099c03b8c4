import ArgumentParser
import Foundation
import Imaging

/// `usplit convert`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Writes an image in another form: OME-TIFF, ImageJ's TIFF or OME-Zarr.",
    discussion: """
      Axes, pixel type, pixel size, time step, names and colours of channels are kept as far as \
      the form has a place for them; what it has no place for is told. The form follows from \
      OUTPUT's extension: .ome.tif, .tif (ImageJ) or .ome.zarr (0.4).

      Example: usplit convert cells.tif cells.ome.zarr --axes ZYX
      """)

  @Argument(help: ArgumentHelp("Image to read.", valueName: "image"))
  var image: String

  @Argument(help: ArgumentHelp("File or folder to write.", valueName: "output"))
  var output: String

  @Option(help: "Form to write, in place of that of the extension.")
  var format: OutputFormat?

  @Option(help: ArgumentHelp("Which image of a file with several, from 0.", valueName: "number"))
  var series: Int?

  @Flag(help: "Write the levels of a pyramid: those of the image, or new ones where it is large.")
  var pyramid = false

  @OptionGroup var reading: ImageReadingArguments
  @OptionGroup var writing: ImageWritingArguments
  @OptionGroup var force: ForceOption
  @OptionGroup var quiet: QuietOption

  func run() throws {
    let console = quiet.console
    let target = URL(fileURLWithPath: output)
    let source = try ImageFile.image(
      in: URL(fileURLWithPath: image), series: series, try reading.options())
    let described = source.description
    console.note(
      "\(image) read as \(described.axesText), \(described.height) × \(described.width) pixels of "
        + described.type.rawValue)
    for remark in described.remarks { console.warn("\(image): \(remark)") }
    guard let format = format?.format ?? ImageName(target).format else {
      throw CommandError(
        "the extension of \(output) does not say which form to write; end it with .ome.tif, .tif "
          + "or .ome.zarr, or name one with --format")
    }
    let progress = Progress(console)
    try writing.sink(format).write(source, to: target, overwrite: force.force) { share in
      progress.tell("\(output): \((100 * share).formatted(digits: 0)) % written")
    }
    progress.end()
    try Results.line(output)
  }
}
