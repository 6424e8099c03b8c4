import Foundation
import Imaging
import USplit

/// The middle of the first test frame: what a system makes of it, for pictures that show systems
/// side by side.
struct Crop {
  /// The largest side of a crop in pixels.
  static let side = 192

  /// Input, then predictions, then targets, in the units of the files.
  let planes: [Plane]
  /// Names of the planes.
  let names: [String]
  /// How long the whole frame took.
  let secondsPerMegapixel: Double

  /// The middle of a region.
  ///
  /// - Parameters:
  ///   - predictions: of the region, in the units of the files
  ///   - seconds: what splitting the whole frame took
  /// - Throws: `ImagingError` where images that are not in memory cannot be read.
  init(
    _ region: FrameRegion, predictions: [Plane], seconds: Double, of data: PreparedData
  ) throws(ImagingError) {
    let (height, width) = (min(Self.side, region.height), min(Self.side, region.width))
    let (top, left) = ((region.height - height) / 2, (region.width - width) / 2)
    let part = try data.region(
      FrameRegion(
        frame: region.frame, row: region.row + top, column: region.column + left, height: height,
        width: width))
    planes =
      [part.input]
      + predictions.map { $0.cropped(row: top, column: left, height: height, width: width) }
      + part.targets
    names = ["input"] + data.names.map { "\($0), predicted" } + data.names
    secondsPerMegapixel = seconds * 1e6 / Double(data.height * data.width)
  }

  /// Writes the planes as channels of one image.
  ///
  /// - Throws: `ImagingError` when that fails.
  func write(to url: URL) throws {
    let stack = ImageStack(
      frames: 1, channels: planes.count, height: planes[0].height, width: planes[0].width,
      pixels: planes.flatMap(\.values), type: .float32, channelNames: names)
    try TIFF.write(stack, to: url, overwrite: true, software: "usplit \(version)")
  }
}
