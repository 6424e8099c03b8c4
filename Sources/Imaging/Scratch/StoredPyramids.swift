import Foundation
import Synchronization

/// The zoomed-out copies of frames of one size, kept in a scratch file and read region by region,
/// from several threads at once.
///
/// They are those of a `ContextPyramid`, bit for bit.
package final class StoredPyramids: Sendable {
  private let size: ImageDescription.Level
  private let sizes: [ImageDescription.Level]
  private let frameBytes: Int
  private let scratch: ScratchFolder
  private let file: ScratchFile
  private let levels = Mutex<[Int: HalvedLevels]>([:])

  /// No copies yet.
  ///
  /// - Parameters:
  ///   - folder: where the scratch folder is made
  ///   - frames: number of frames, whose copies may be added in any order
  ///   - size: of every frame
  ///   - contexts: number K of zoomed-out scales, at least 1
  /// - Throws: `ImagingError` where the folder or the disk does not take the file.
  package init(
    in folder: URL, frames: Int, size: ImageDescription.Level, contexts: Int
  ) throws(ImagingError) {
    precondition(contexts > 0, "\(contexts) zoomed-out scales are to be kept, expected at least 1")
    let sizes = HalvedLevels.sizes(height: size.height, width: size.width, count: contexts)
    let frameBytes = HalvedLevels.byteCount(sizes)
    let (bytes, overflow) = frameBytes.multipliedReportingOverflow(by: frames)
    if overflow {
      throw ImagingError(
        .unsupported,
        "the zoomed-out copies of \(frames) frames of \(size.height) × \(size.width) pixels take "
          + "more bytes than 64 bits can count")
    }
    self.size = size
    self.sizes = sizes
    self.frameBytes = frameBytes
    scratch = try ScratchFolder(in: folder)
    file = try ScratchFile(creating: scratch.newFile(), byteCount: bytes)
  }

  /// The size of scale k; 0 is the frame itself.
  package func size(scale: Int) -> ImageDescription.Level { scale == 0 ? size : sizes[scale - 1] }

  /// Whether the copies of a frame are there.
  package func has(_ frame: Int) -> Bool { levels.withLock { $0[frame] != nil } }

  /// Makes the copies of a frame.
  ///
  /// - Parameters:
  ///   - frame: number of the frame
  ///   - bandBytes: about how much memory the rows may take that are worked on at once
  ///   - rows: gives rows of the frame, row by row
  /// - Throws: what `rows` throws, and `ImagingError` where the disk takes no more.
  package func add(
    _ frame: Int, bandBytes: Int, _ rows: (Range<Int>) throws(ImagingError) -> [Float]
  ) throws(ImagingError) {
    let made = try HalvedLevels(
      of: size, count: sizes.count, in: file, from: frame * frameBytes, bandBytes: bandBytes, rows)
    levels.withLock { $0[frame] = made }
  }

  /// Reads a rectangle of scale k, from 1 on, of a frame whose copies were made.
  ///
  /// - Throws: `ImagingError` where the disk does not give it.
  package func read(
    _ region: PlaneRegion, frame: Int, scale: Int
  ) throws(ImagingError) -> [Float] {
    let known = levels.withLock { $0[frame] }
    guard let known else { preconditionFailure("frame \(frame) has no zoomed-out copies yet") }
    return try known.read(region, level: scale - 1)
  }
}
