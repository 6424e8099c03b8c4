import Foundation

/// The room on a disk.
public enum DiskSpace {
  /// Bytes that may still be written where a folder is, or will be; nil where the system does not
  /// say.
  public static func available(at folder: URL) -> Int? {
    var place = folder.standardizedFileURL
    while place.path != "/", !FileManager.default.fileExists(atPath: place.path) {
      place.deleteLastPathComponent()
    }
    var status = statvfs()
    guard statvfs(place.path, &status) == 0, status.f_blocks > 0 else { return nil }
    let bytes = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
    return bytes.overflow ? .max : Int(clamping: bytes.partialValue)
  }
}
