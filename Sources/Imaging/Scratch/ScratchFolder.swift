import Foundation

/// A hidden folder for data that do not fit into memory, removed when nobody holds it any more.
///
/// What a process that was killed left behind is removed by the next one that makes a scratch folder
/// at the same place.
public final class ScratchFolder: Sendable {
  private static let prefix = ".usplit-scratch-"

  /// Where the folder is.
  public let url: URL
  private let lock: FolderLock

  /// Makes a folder.
  ///
  /// - Parameter parent: a folder on the disk that is to hold the data, such as that of the output
  /// - Throws: `ImagingError` of kind `unwritable` where nothing can be made there.
  public init(in parent: URL) throws(ImagingError) {
    Self.removeLeftOvers(in: parent)
    while true {
      let url = parent.appendingPathComponent(
        Self.prefix + UUID().uuidString, isDirectory: true)
      if mkdir(url.path, 0o777) != 0 {
        let reason = String(cString: strerror(errno))
        throw ImagingError(
          .unwritable, "no folder for scratch files can be made in \(parent.path): \(reason)")
      }
      do throws(ImagingError) {
        // Without a lock the folder was taken for left over, right after it was made.
        guard let lock = try FolderLock(url) else { continue }
        self.url = url
        self.lock = lock
        return
      } catch {
        // It may have been removed already; if it is still there, it takes no files.
        if access(url.path, F_OK) == 0 { throw error }
      }
    }
  }

  deinit {
    // A folder that stays is found and removed next time.
    try? FileManager.default.removeItem(at: url)
  }

  /// The place of a new file in the folder.
  package func newFile() -> URL { url.appendingPathComponent(UUID().uuidString + ".raw") }

  /// Removes the folders of processes that are gone.
  private static func removeLeftOvers(in parent: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    for name in names where name.hasPrefix(prefix) {
      let folder = parent.appendingPathComponent(name, isDirectory: true)
      // What cannot be claimed or removed belongs to somebody else and stays.
      guard let lock = try? FolderLock(folder), lock.isSure else { continue }
      try? FileManager.default.removeItem(at: folder)
    }
  }
}
