/// What the header of a TIFF file says, without its pixels.
public struct TIFFSummary: Sendable, Equatable {
  /// Pages, not counting reduced copies of other pages; of a file with one directory for many
  /// planes, the planes.
  public let pages: Int
  /// Rows of every page.
  public let height: Int
  /// Columns of every page.
  public let width: Int
  /// Samples per pixel of a page.
  public let samplesPerPixel: Int
  /// Element type.
  public let type: PixelType
  /// Whether it is a picture in colour, which `TIFF.read` refuses.
  public let isRGB: Bool
  /// Channels C as `TIFF.read` gives them.
  public let channels: Int
  /// Frames N as `TIFF.read` gives them.
  public let frames: Int
  /// The axes as stored, such as `TCYX` or `TZCYX`.
  public let axes: String
  /// One name per channel; nil where the file names none.
  public let channelNames: [String?]
  /// Size of a pixel; nil when the file does not say.
  public let pixelSize: PixelSize?
  /// The first page's description as it stands, where programs keep their metadata.
  public let description: String?
}
