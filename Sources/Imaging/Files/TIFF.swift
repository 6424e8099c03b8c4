import Foundation

/// Reads and writes images in TIFF files.
public enum TIFF {
  /// What the header of a file's first image says.
  ///
  /// - Parameters:
  ///   - url: the file
  ///   - channelsPerFrame: as for `read`
  /// - Throws: as `images`, but pictures in colour are reported, not refused
  public static func inspect(
    _ url: URL, channelsPerFrame: Int? = nil
  ) throws(ImagingError) -> TIFFSummary {
    let (image, text) = try first(url, channelsPerFrame: channelsPerFrame)
    let known = image.description
    return TIFFSummary(
      pages: known.planes / image.samplesPerPixel, height: known.height, width: known.width,
      samplesPerPixel: image.samplesPerPixel, type: known.type, isRGB: image.isColor,
      channels: known.channels.count, frames: known.frames, axes: known.axesText,
      channelNames: known.channels.map(\.name), pixelSize: known.pixelSize, description: text)
  }

  /// Reads the first image of a file into memory, `[N, C, H, W]`.
  ///
  /// Slices and time points both become frames, slices the faster of the two.
  ///
  /// - Parameters:
  ///   - url: the file
  ///   - frames: the frames to read; nil reads all
  ///   - channelsPerFrame: for a file that names one channel or says nothing: how many
  ///     successive pages are the channels of one frame
  /// - Throws: as `images`, and where values are not finite
  public static func read(
    _ url: URL, frames: Range<Int>? = nil, channelsPerFrame: Int? = nil
  ) throws(ImagingError) -> ImageStack {
    let (image, _) = try first(url, channelsPerFrame: channelsPerFrame)
    if image.isColor { throw colorRefusal(url) }
    let count = image.description.frames
    let range = frames ?? 0..<count
    if range.isEmpty || range.lowerBound < 0 || range.upperBound > count {
      throw ImagingError(
        .mismatch,
        "\(url.path) has \(count) frames, frames \(range.lowerBound)..<\(range.upperBound)"
          + " were asked for")
    }
    return try ImageStack(reading: image, frames: range)
  }

  private static func first(
    _ url: URL, channelsPerFrame: Int?
  ) throws(ImagingError) -> (TIFFImage, String?) {
    let image = try allImages(url, ImageReadingOptions())[0]
    let text = image.fileDescription
    let known = image.description
    guard let channelsPerFrame, known.channels.count != channelsPerFrame else {
      return (image, text)
    }
    guard known.channels.count == 1 else {
      throw ImagingError(
        .mismatch,
        "\(url.path) has \(known.channels.count) channels, \(channelsPerFrame) per frame were asked "
          + "for")
    }
    guard channelsPerFrame > 0, known.frames.isMultiple(of: channelsPerFrame) else {
      throw ImagingError(
        .mismatch,
        "\(url.path): its \(known.frames) pages do not make frames of \(channelsPerFrame) channels")
    }
    let isOne = known.frames == channelsPerFrame
    let axes = try AxesReading("\(isOne ? "" : "T")C\(channelsPerFrame)YX")
    return (try allImages(url, ImageReadingOptions(axes: axes))[0], text)
  }
}
