import ArgumentParser
import Foundation
import Imaging

/// How image files are read where they leave a choice.
struct ImageReadingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      What the planes of a file are, the slowest first, in place of what the file says: letters \
      out of TCZYX, with a size behind one where it is not plain, such as ZYX or TC4YX.
      """, valueName: "axes"))
  var axes: String?

  /// The axes as sources have them; empty where the files are to be asked.
  var text: String { axes ?? "" }

  /// The options of reading.
  ///
  /// - Throws: `ImagingError` where the axes are no axes.
  func options() throws(ImagingError) -> ImageReadingOptions {
    guard let axes else { return ImageReadingOptions() }
    return ImageReadingOptions(axes: try AxesReading(axes))
  }
}

/// The forms of files that images can be written in, by the names users know them by.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case omeTIFF = "ome-tiff"
  case imageJ = "imagej"
  case omeZarr04 = "ome-zarr-0.4"
  case omeZarr05 = "ome-zarr-0.5"

  /// The form.
  var format: ImageFormat {
    switch self {
    case .omeTIFF: .omeTIFF
    case .imageJ: .imageJTIFF
    case .omeZarr04: .omeZarr04
    case .omeZarr05: .omeZarr05
    }
  }

  /// The form that was asked for, or that of an output's extension.
  ///
  /// - Throws: `CommandError` where neither says one.
  static func form(asked: OutputFormat?, of output: String) throws(CommandError) -> ImageFormat {
    if let format = asked?.format ?? ImageName(URL(fileURLWithPath: output)).format {
      return format
    }
    throw CommandError(
      "the extension of \(output) does not say which form to write; end it with .ome.tif, .tif or "
        + ".ome.zarr, or name one with --format")
  }
}

extension ImageFile.Compression: ExpressibleByArgument {}

/// How images are written.
struct ImageWritingArguments: ParsableArguments {
  @Option(
    help: """
      How pixels are packed: standard is none in TIFF and Blosc with Zstandard in Zarr; lzw is for \
      TIFF alone.
      """)
  var compression: ImageFile.Compression = .standard

  @Flag(help: "Put chunks together in shards, in OME-Zarr 0.5 alone.")
  var sharded = false

  /// What writes images of a form.
  ///
  /// - Throws: `ImagingError` where the form has no such compression, or no shards.
  func sink(_ format: ImageFormat) throws(ImagingError) -> any ImageSink {
    try ImageFile.sink(
      format, compression: compression, sharded: sharded, software: Software.name)
  }

  /// Whether pixels take less room in a form than they are.
  func packs(_ format: ImageFormat) -> Bool {
    switch compression {
    case .none: false
    case .standard: [.omeZarr04, .omeZarr05, .zarr].contains(format)
    case .deflate, .zstd, .lzw: true
    }
  }

  /// The form that a result is written in: the one that was asked for, or that of the image it is
  /// made of, with OME-TIFF in place of ImageJ's where that does not take it.
  ///
  /// - Parameters:
  ///   - result: what is known of the result
  ///   - place: the image that it is made of, for messages
  ///   - asked: the form that was asked for; nil where none was
  ///   - source: the form of the image that it is made of
  /// - Returns: the form, and a remark where it is another than that of the image
  /// - Throws: `ImagingError` where the form does not take the result, or has no such compression.
  func form(
    for result: ImageDescription, place: String, asked: ImageFormat?, like source: ImageFormat
  ) throws(ImagingError) -> (format: ImageFormat, note: String?) {
    let format = asked ?? source.written
    guard let obstacle = try sink(format).obstacle(to: result) else { return (format, nil) }
    guard asked == nil, format == .imageJTIFF else {
      throw ImagingError(.unsupported, "\(place): \(obstacle)")
    }
    try sink(.omeTIFF).check(result, place: place)
    return (.omeTIFF, "the result becomes OME-TIFF: \(obstacle.reason)")
  }
}
