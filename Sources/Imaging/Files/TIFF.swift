import Foundation

/// Reads and writes stacks of grey images in TIFF files.
///
/// Every page of a file has to have one size and one element type. What the pages mean is taken
/// from ImageJ's, OME's or tifffile's metadata; without any, each page is a frame, and the samples
/// of a pixel are channels. Values are taken as stored, in whatever sense white is.
public enum TIFF {
  /// The most bytes of pixels, as 32-bit floating point, that `read` puts into memory.
  static let mostBytes = 64 << 30

  /// Reads what the header says, without pixels.
  ///
  /// - Parameters:
  ///   - url: the file
  ///   - channelsPerFrame: as for `read`
  /// - Throws: `ImagingError` where the file is missing, broken, not a TIFF file, or of a kind that
  ///   cannot be read; pictures in colour are reported, not refused
  public static func inspect(
    _ url: URL, channelsPerFrame: Int? = nil
  ) throws(ImagingError) -> TIFFSummary {
    let file = try TIFFFile(url)
    let pages = try file.pages()
    let layout = try TIFFLayout(of: file, pages: pages, channelsPerFrame: channelsPerFrame)
    let page = pages[0]
    return TIFFSummary(
      pages: layout.pages, height: page.height, width: page.width,
      samplesPerPixel: page.samples, type: page.element, isRGB: page.isColor,
      channels: layout.channels, frames: layout.frames, axes: layout.axes,
      channelNames: layout.channelNames, pixelSize: layout.pixelSize,
      description: file.description)
  }

  /// Reads a stack, `[N, C, H, W]`.
  ///
  /// Slices and time points both become frames, slices the faster of the two.
  ///
  /// - Parameters:
  ///   - url: the file
  ///   - frames: the frames to read; nil reads all
  ///   - channelsPerFrame: for a file that names one channel or says nothing: how many
  ///     successive pages are the channels of one frame
  /// - Throws: `ImagingError` where the file is missing, broken, not a TIFF file, of a kind that
  ///   cannot be read, in colour, or holds values that are not finite
  public static func read(
    _ url: URL, frames: Range<Int>? = nil, channelsPerFrame: Int? = nil
  ) throws(ImagingError) -> ImageStack {
    let file = try TIFFFile(url)
    let pages = try file.pages()
    let page = pages[0]
    if page.isColor {
      throw ImagingError(
        .unsupported,
        "\(file.path) is an RGB picture, a grey image is meant: save its channels as separate "
          + "grey pages (in Fiji: Image > Color > Split Channels)")
    }
    let layout = try TIFFLayout(of: file, pages: pages, channelsPerFrame: channelsPerFrame)
    let range = frames ?? 0..<layout.frames
    if range.isEmpty || range.lowerBound < 0 || range.upperBound > layout.frames {
      throw ImagingError(
        .mismatch,
        "\(file.path) has \(layout.frames) frames, frames \(range.lowerBound)..<\(range.upperBound)"
          + " were asked for")
    }
    let pixels = try TIFFPixels.read(file, pages: pages, layout: layout, frames: range)
    return ImageStack(
      frames: range.count, channels: layout.channels, height: page.height, width: page.width,
      pixels: pixels, type: page.element, channelNames: layout.channelNames,
      pixelSize: layout.pixelSize, axes: layout.axes)
  }
}
