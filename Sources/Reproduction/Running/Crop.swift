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
  init(_ region: FrameRegion, predictions: [Plane], seconds: Double, of data: PreparedData) {
    let frame = data.frames[region.frame]
    let input = frame.input.scales[0]
    let whole = FrameRegion(
      frame: region.frame, row: 0, column: 0, height: region.height, width: region.width)
    planes =
      [input.middle(of: region, side: Self.side)]
      + predictions.map { $0.middle(of: whole, side: Self.side) }
      + frame.targets.map { $0.middle(of: region, side: Self.side) }
    names = ["input"] + data.names.map { "\($0), predicted" } + data.names
    secondsPerMegapixel = seconds * 1e6 / Double(input.height * input.width)
  }

  /// Writes the planes as channels of one image.
  ///
  /// - Throws: `ImagingError` when that fails.
  func write(to url: URL) throws {
    let stack = ImageStack(
      frames: 1, channels: planes.count, height: planes[0].height, width: planes[0].width,
      pixels: planes.flatMap(\.values), type: .float32, channelNames: names)
    _ = try TIFF.write(stack, to: url, overwrite: true, software: "usplit \(version)")
  }
}

extension Plane {
  /// The middle of a region, at most `side` pixels high and wide.
  fileprivate func middle(of region: FrameRegion, side: Int) -> Plane {
    let (height, width) = (min(side, region.height), min(side, region.width))
    return cropped(
      row: region.row + (region.height - height) / 2,
      column: region.column + (region.width - width) / 2, height: height, width: width)
  }
}
