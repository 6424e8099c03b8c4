import Foundation
import Imaging

/// Waits for room where a write failed because the disk is full.
struct DiskPatience {
  /// A folder on the disk.
  let folder: URL
  /// Seconds that are waited.
  let seconds: Double

  /// What is left of a disk that counts as full.
  private static let margin = 65536
  private static let pause = 0.2

  /// Does the work, again and again while the disk is full.
  ///
  /// - Parameters:
  ///   - bytes: about what the work writes
  ///   - makeRoom: removes what can be spared; false when there is nothing more
  ///   - tell: called once with what is waited for
  ///   - shouldStop: asked while waiting
  /// - Throws: what the work throws for another reason; `TrainingError` when there is no room in time.
  func perform(
    bytes: Int, makeRoom: () throws -> Bool = { false }, tell: (String) -> Void,
    shouldStop: () -> Bool, _ work: () throws -> Void
  ) throws {
    var end: ContinuousClock.Instant?
    while true {
      do {
        return try work()
      } catch {
        guard isFull(bytes) else { throw error }
        if try makeRoom() { continue }
        if end == nil {
          tell("the disk with \(folder.path) is full: \(need(bytes)); waiting for room")
          end = .now + .seconds(seconds)
        }
        while isFull(bytes) {
          guard let end, .now < end, !shouldStop() else {
            throw TrainingError(
              description:
                "the disk with \(folder.path) is full: \(need(bytes)). What was saved before "
                + "is whole; make room, then go on with --resume")
          }
          Thread.sleep(forTimeInterval: Self.pause)
        }
      }
    }
  }

  private func isFull(_ bytes: Int) -> Bool {
    DiskSpace.available(at: folder).map { $0 < bytes + Self.margin } ?? false
  }

  private func need(_ bytes: Int) -> String {
    let free = DiskSpace.available(at: folder) ?? 0
    return "\((bytes + Self.margin) / 1024) KiB are needed, \(free / 1024) KiB are left"
  }
}
