import Experiment
import Foundation
import Imaging

/// The folder that a training is about to fill, or to go on with.
struct RunFolder {
  private let url: URL
  private let isForced: Bool
  /// The run that is gone on with; nil for a new one.
  let resumed: RunDirectory?

  /// A folder for a new run.
  ///
  /// - Throws: `CommandError` or `RunDirectoryError` when it holds something; when forced, when that
  ///   is something else than a run. Nothing is changed.
  init(_ path: String, isForced: Bool) throws {
    self.url = URL(fileURLWithPath: path, isDirectory: true)
    self.isForced = isForced
    self.resumed = nil
    try check()
  }

  /// The folder of a run to go on with.
  ///
  /// - Throws: `RunDirectoryError` when there is no run.
  init(resuming path: String) throws {
    self.url = URL(fileURLWithPath: path, isDirectory: true)
    self.isForced = false
    self.resumed = try RunDirectory(opening: url)
  }

  /// The path as it was given.
  var path: String { url.relativePath }

  /// The folder that another process of the group has made or claimed.
  ///
  /// - Throws: `RunDirectoryError` where this process does not see it.
  func shared() throws -> RunDirectory {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      throw CommandError(
        "rank 0 has made the folder \(url.path), but it is not here; all processes need a disk that "
          + "they share")
    }
    return try RunDirectory(creating: url, reusing: true)
  }

  /// The folder beside the run's, where there is one, for what does not fit into memory.
  var scratchFolder: URL? {
    let folder = url.deletingLastPathComponent()
    return FileManager.default.isWritableFile(atPath: folder.path) ? folder : nil
  }

  /// Makes the folder, without the run that was in it unless that is resumed, and claims it.
  ///
  /// - Throws: `CommandError`, also when another process is training in it, or `RunDirectoryError`.
  func take() throws -> (RunDirectory, FolderLock) {
    if let resumed { return (resumed, try claim()) }
    try check()
    guard try !isFree() else {
      let run = try RunDirectory(creating: url)
      return (run, try claim())
    }
    let lock = try claim()
    let old = try RunDirectory(opening: url)
    let files =
      [old.metrics, old.split, old.checkpoints, old.previews]
      + (try TensorBoardWriter.files(in: url)) + [old.configuration]
    for file in files where FileManager.default.fileExists(atPath: file.path) {
      do {
        try FileManager.default.removeItem(at: file)
      } catch {
        throw CommandError("cannot remove \(file.path): \(error.localizedDescription)")
      }
    }
    return (try RunDirectory(creating: url, reusing: true), lock)
  }

  private func claim() throws -> FolderLock {
    guard let lock = try FolderLock(url) else {
      throw CommandError(
        "another process is training in \(url.relativePath); wait for it, or name another folder")
    }
    return lock
  }

  /// Refuses a folder that holds something, or when forced, something else than a run.
  private func check() throws {
    guard try !isFree() else { return }
    guard isForced else {
      throw CommandError(
        "the folder \(url.relativePath) is not empty; name another one, pass --resume in place of "
          + "-o to go on with the run in it, or --force to replace it")
    }
    _ = try RunDirectory(opening: url)
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
