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

  /// Why the form cannot hold an image, found without its pixels; nil where it can.
  func obstacle(to image: ImageDescription) -> WritingObstacle?

  /// What the form does not keep of an image, a phrase for each loss, such as `the image's name is
  /// left out`.
  func losses(of image: ImageDescription) -> [String]
}

/// Why an image cannot be written in a form, and what to do instead.
public struct WritingObstacle: Sendable, Equatable, CustomStringConvertible {
  /// Why not.
  public let reason: String
  /// What to do.
  public let advice: String

  /// An obstacle.
  init(_ reason: String, advice: String = "write it as OME-TIFF") {
    self.reason = reason
    self.advice = advice
  }

  /// Both.
  public var description: String { "\(reason); \(advice)" }
}

extension ImageSink {
  /// Refuses an image that the form cannot hold.
  ///
  /// - Throws: `ImagingError` of kind `unsupported` with the obstacle.
  public func check(_ image: ImageDescription, place: String) throws(ImagingError) {
    if let obstacle = obstacle(to: image) {
      throw ImagingError(.unsupported, "\(place): \(obstacle)")
    }
  }

  /// Writes an image without telling of progress.
  ///
  /// - Throws: as `write(_:to:overwrite:progress:)`.
  public func write(
    _ image: any ImageSource, to url: URL, overwrite: Bool = false
  ) throws(ImagingError) {
    try write(image, to: url, overwrite: overwrite) { _ in }
  }
}
