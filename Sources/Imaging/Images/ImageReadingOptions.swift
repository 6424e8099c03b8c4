/// How a file is read where its metadata leave a choice.
public struct ImageReadingOptions: Sendable {
  /// The axes of the planes, in place of those that the file names; nil takes the file's.
  public var axes: AxesReading?
  /// The most bytes of decoded strips, tiles or chunks that are kept for reading them again.
  public var cacheBytes = 256 << 20
  /// What bounds them together with those of other images, in place of `cacheBytes`; nil for a bound
  /// of the image's own.
  public var pool: SegmentPool?

  /// Axes as the file has them.
  public init(axes: AxesReading? = nil) { self.axes = axes }
}
