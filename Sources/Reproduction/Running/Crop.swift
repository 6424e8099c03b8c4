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

  /// Splits the first frame of the test part.
  ///
  /// - Throws: as `Splitter`.
  static func make(
    _ model: SplitModel, _ options: SplitOptions, _ data: PreparedData
  ) throws -> Crop {
    guard let region = data.split.test.first else {
      throw ReproductionError("the test part is empty; give more frames")
    }
    let frame = data.frames[region.frame]
    let began = ContinuousClock.now
    let predictions = try Splitter(model, options)(frame.input, frame: region.frame)
    let seconds = (ContinuousClock.now - began).seconds
    let input = frame.input.scales[0]
    let names = data.names
    return Crop(
      planes: ([input] + predictions + frame.targets).map { $0.middle(of: region, side: side) },
      names: ["input"] + names.map { "\($0), predicted" } + names,
      secondsPerMegapixel: seconds * 1e6 / Double(input.height * input.width))
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
