import Foundation

/// A form of file or folder that images are written to.
///
/// A sink takes what it writes from an `ImageSource`, region by region, in the order that suits its
/// form, so memory does not grow with the image. It writes the levels of the pyramid that the
/// source has, and the source's axes, units, channels and provenance as far as the form has a place
/// for them.
public protocol ImageSink: Sendable {
  /// Writes an image.
  ///
  /// The file or folder appears at once and complete: it is written under a hidden name beside its
  /// place and renamed.
  ///
  /// - Parameters:
  ///   - image: the image; its element type is the file's
  ///   - url: the file or folder
  ///   - overwrite: whether one that is there may be replaced
  ///   - progress: called now and then with the share that is written; an error that it throws
  ///     ends the writing and leaves nothing
  /// - Throws: `ImagingError` of kind `exists` where something is there and `overwrite` is false,
  ///   `unwritable` where the folder or the disk does not take it, `unsupported` where the form
  ///   cannot hold the image, and what reading throws.
  func write(
    _ image: any ImageSource, to url: URL, overwrite: Bool,
    progress: (Double) throws(ImagingError) -> Void
  ) throws(ImagingError)
}

extension ImageSink {
  /// Writes an image without telling of progress.
  ///
  /// - Throws: as `write(_:to:overwrite:progress:)`.
  public func write(
    _ image: any ImageSource, to url: URL, overwrite: Bool = false
  ) throws(ImagingError) {
    try write(image, to: url, overwrite: overwrite) { _ in }
  }
}
