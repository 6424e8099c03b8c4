import ArgumentParser
import Imaging

/// Some frames, counted from 0: `3-5,8`.
struct FrameSelection: ExpressibleByArgument {
  private static let most = 1_000_000

  /// Numbers of the frames, ascending.
  let frames: [Int]

  init?(argument: String) {
    var frames: Set<Int> = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        first >= 0, last >= first, last < Self.most
      else { return nil }
      frames.formUnion(first...last)
    }
    self.frames = frames.sorted()
  }

  /// Refuses frames that a file does not have.
  ///
  /// - Throws: `ImagingError` with both numbers.
  func check(against count: Int, of path: String) throws(ImagingError) {
    guard let last = frames.last, last >= count else { return }
    throw ImagingError(
      .mismatch,
      "\(path) has \(Words.count(count, "frame")), counted from 0, so there is no frame \(last)")
  }
}
