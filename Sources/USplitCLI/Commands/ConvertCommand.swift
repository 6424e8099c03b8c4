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

  @Argument(help: ArgumentHelp("Image to read.", valueName: "image"), completion: .file())
  var image: String

  @Argument(
    help: ArgumentHelp("File or folder to write.", valueName: "output"), completion: .file())
  var output: String

  @Option(help: "Form to write, in place of that of the extension.")
  var format: OutputFormat?

  @Option(help: ArgumentHelp("Which image of a file with several, from 0.", valueName: "number"))
  var series: Int?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Write the smaller levels of the image, or of a large image without any make some; ImageJ's \
      TIFF has none.
      """)
  var pyramid = true

  @OptionGroup var reading: ImageReadingArguments
  @OptionGroup var writing: ImageWritingArguments
  @OptionGroup var force: ForceOption
  @OptionGroup var telling: ProgressOptions

  func run() throws {
    let console = telling.console
    let target = URL(fileURLWithPath: output)
    let opened = try ImageFile.image(
      in: URL(fileURLWithPath: image), series: series, try reading.options())
    let described = opened.description
    console.note(
      "\(image) read as \(described.axesText), \(described.height) × \(described.width) pixels of "
        + described.type.rawValue)
    for remark in described.remarks { console.warn("\(image): \(remark)") }
    let format = try OutputFormat.form(asked: format, of: output)
    guard !described.axesAreAssumed else {
      throw CommandError(
        "\(output) would state axes that \(image) does not; say what its planes are with --axes")
    }
    let sink = try writing.sink(format)
    let source: any ImageSource = pyramid ? opened : FullSize(opened)
    try sink.check(source.description, place: image)
    for loss in sink.losses(of: source.description) { console.warn("\(output): \(loss)") }
    if described.levels.count > source.description.levels.count {
      let left = described.levels.count - source.description.levels.count
      console.warn("\(output): the smaller levels (\(left)) are left out")
    }
    let interruption = Interruption(first: "what is begun is removed", console)
    let progress = Progress(console)
    func tell(_ share: Double, _ what: String) throws(ImagingError) {
      progress.tell(done: share, "\(output): \((100 * share).formatted(digits: 0)) % \(what)")
      if interruption.signalNumber != nil {
        throw ImagingError(.unwritable, "\(output) is not written: a signal came")
      }
    }
    do {
      var leveled = source
      if pyramid {
        progress.part = 0...0.4
        leveled = try PyramidImage.adding(
          to: source, for: format, scratch: target.deletingLastPathComponent()
        ) { share throws(ImagingError) in try tell(share, "zoomed out") }
        progress.part = 0.4...1
      }
      try sink.write(leveled, to: target, overwrite: force.force) { share throws(ImagingError) in
        try tell(share, "written")
      }
    } catch {
      progress.end()
      if let code = interruption.exitCode { throw ExitCode(code) }
      throw error
    }
    progress.end()
    try Results.line(output)
  }
}

/// An image without its smaller levels.
private struct FullSize: ImageSource {
  private let source: any ImageSource
  let description: ImageDescription

  init(_ source: any ImageSource) {
    self.source = source
    var description = source.description
    description.levels = [description.levels[0]]
    self.description = description
  }

  var place: String { source.place }

  func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) throws(ImagingError) {
    try source.read(region, of: plane, level: level, into: bytes)
  }
}
