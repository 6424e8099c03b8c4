import Experiment
import Foundation

/// The folder that a training is about to fill.
struct RunFolder {
  private let url: URL
  private let isForced: Bool

  init(_ path: String, isForced: Bool) {
    self.url = URL(fileURLWithPath: path, isDirectory: true)
    self.isForced = isForced
  }

  /// Refuses a folder that holds something, or when forced, something else than a run.
  ///
  /// Changes nothing.
  ///
  /// - Throws: `CommandError` or `RunDirectoryError`.
  func check() throws {
    guard try !isFree() else { return }
    guard isForced else {
      throw CommandError(
        "the folder \(url.relativePath) is not empty; name another one, or pass --force to replace "
          + "the run in it")
    }
    _ = try RunDirectory(opening: url)
  }

  /// Makes the folder, without the run that was in it.
  ///
  /// - Throws: `CommandError` or `RunDirectoryError`.
  func make() throws -> RunDirectory {
    try check()
    guard try !isFree() else { return try RunDirectory(creating: url) }
    let old = try RunDirectory(opening: url)
    let files = [old.metrics, old.split, old.checkpoints, old.previews, old.configuration]
    for file in files where FileManager.default.fileExists(atPath: file.path) {
      do {
        try FileManager.default.removeItem(at: file)
      } catch {
        throw CommandError("cannot remove \(file.path): \(error.localizedDescription)")
      }
    }
    return try RunDirectory(creating: url, reusing: true)
  }

  /// Whether there is no such folder, or an empty one.
  private func isFree() throws -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      return true
    }
    guard isFolder.boolValue else {
      throw CommandError("\(url.relativePath) is a file; name a folder for the run")
    }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: url.path).isEmpty
    } catch {
      throw CommandError("cannot list \(url.relativePath): \(error.localizedDescription)")
    }
  }
}
