import Foundation
import Imaging
import Synchronization

/// The images of one file or folder, open, as they were at one time.
final class OpenImages: Sendable {
  /// The file or folder, with all links followed.
  let url: URL
  /// The images in it, at least one.
  let images: [any ImageSource]
  /// The state of the files that they were opened in.
  let version: FileVersion
  /// How each plane is shown at first, found once.
  let contrasts = Mutex<[ImagePlane: ChannelContrast]>([:])
  /// The paths of the other files of their set.
  private let others: [String]

  /// The largest piece that may have to be decoded as a whole for one pixel, in bytes.
  private static let mostPackedBytes = 256 << 20

  /// Opens the images of a file or folder.
  ///
  /// - Parameters:
  ///   - url: the file or folder, with all links followed
  ///   - pool: what bounds the decoded pixels
  /// - Throws: ``RequestError`` where it is not there or changes all the time, `ImagingError` where
  ///   it cannot be read.
  init(_ url: URL, pool: SegmentPool) throws {
    var options = ImageReadingOptions()
    options.pool = pool
    for _ in 0..<3 {
      let before = FileVersion(of: url)
      let images = try ImageFile.images(in: url, options)
      let others = Set(images.flatMap(\.fileSet)).sorted()
      guard before != nil, before == FileVersion(of: url),
        let version = FileVersion(of: url, others: others)
      else { continue }
      if let packed = images.map(\.packedBytes).max(), packed > Self.mostPackedBytes {
        throw ImagingError(
          .unsupported,
          "\(url.path) is packed in pieces of \(packed >> 20) MiB, which is too much for looking at "
            + "parts of it; write it with tiles: usplit convert, to .ome.tif or .ome.zarr")
      }
      self.url = url
      self.images = images
      self.others = others
      self.version = version
      return
    }
    throw RequestError(503, "\(url.lastPathComponent) is being written; try again when it is done.")
  }

  /// Whether the files are as they were.
  var isCurrent: Bool { FileVersion(of: url, others: others) == version }
}

/// A plane of one of the images of a file.
struct ImagePlane: Sendable, Hashable {
  /// The image's number in its file.
  let series: Int
  /// The plane.
  let index: PlaneIndex
}
