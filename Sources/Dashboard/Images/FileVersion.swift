import Foundation

/// What tells one state of an image's files on the disk from another: times of change, sizes and
/// numbers of files.
struct FileVersion: Sendable, Hashable {
  /// A short text that is another one for another state.
  let text: String

  /// Names of the metadata in the folder of a Zarr and in those of its first array; chunks are too
  /// many to be looked at.
  private static let zarrFiles = ["zarr.json", ".zattrs", ".zgroup", ".zarray", ".zmetadata"]

  /// The state of an image now; nil where it is not there.
  ///
  /// - Parameters:
  ///   - url: the file or folder
  ///   - others: the paths of the other files of its set
  init?(of url: URL, others: [String] = []) {
    var status = stat()
    guard stat(url.path, &status) == 0 else { return nil }
    var digest = Digest()
    digest.add(status)
    if status.st_mode & S_IFMT == S_IFDIR {
      for folder in [url.path, url.path + "/0"] {
        for name in Self.zarrFiles where stat("\(folder)/\(name)", &status) == 0 {
          digest.add(status)
        }
      }
    }
    for path in others where path != url.path {
      // One that vanished makes another state as well.
      if stat(path, &status) == 0 { digest.add(status) } else { digest.add(0) }
    }
    text = String(digest.value, radix: 36)
  }

  /// FNV-1a over numbers.
  private struct Digest {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ number: Int) {
      for shift in stride(from: 0, to: 64, by: 8) {
        value = (value ^ UInt64(truncatingIfNeeded: number >> shift) & 0xff) &* 0x100_0000_01b3
      }
    }

    mutating func add(_ status: stat) {
      #if canImport(Darwin)
        let changed = status.st_mtimespec
      #else
        let changed = status.st_mtim
      #endif
      add(Int(changed.tv_sec))
      add(Int(changed.tv_nsec))
      // The folder of a Zarr changes its size with every new entry of the file system's.
      if status.st_mode & S_IFMT != S_IFDIR { add(Int(status.st_size)) }
      add(Int(truncatingIfNeeded: status.st_ino))
    }
  }
}
