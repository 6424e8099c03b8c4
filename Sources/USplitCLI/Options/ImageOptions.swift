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
}
