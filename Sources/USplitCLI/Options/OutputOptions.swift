import ArgumentParser
import Foundation
import Imaging
import USplit

/// Whether the command tells how it goes.
struct QuietOption: ParsableArguments {
  @Flag(name: .shortAndLong, help: "No remarks and no progress; only warnings and errors.")
  var quiet = false

  /// Where remarks go.
  var console: Console { Console(isQuiet: quiet) }
}

/// How a command that takes long tells how it goes.
struct ProgressOptions: ParsableArguments {
  @Option(
    help: """
      How to tell how far it is: auto is one live line on a terminal and lines elsewhere; lines, one \
      every ten seconds; json, two each second, {"done":0.43,"remaining":83.1,"text":"..."}, with \
      other remarks as {"note":"..."} and warnings as {"warning":"..."}; none.
      """)
  var progress: ProgressStyle = .auto

  @OptionGroup var quiet: QuietOption

  func validate() throws {
    if quiet.quiet, [.lines, .json].contains(progress) {
      throw ValidationError(
        "--quiet tells nothing and --progress \(progress.rawValue) does; leave out one of them")
    }
  }

  /// Where remarks and progress go.
  var console: Console { Console(isQuiet: quiet.quiet, style: progress) }
}

/// Whether files may be replaced.
struct ForceOption: ParsableArguments {
  @Flag(help: "Replace files that are there.")
  var force = false

  /// Refuses to go on when one of the files is there, unless forced, or cannot be one.
  ///
  /// - Throws: `ImagingError` that names the file.
  func check(_ files: [URL]) throws(ImagingError) {
    for file in files {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder) else {
        continue
      }
      if isFolder.boolValue {
        throw ImagingError(.unwritable, "\(file.path) cannot be written: it is a folder")
      }
      if !force {
        throw ImagingError(.exists, "\(file.path) exists; pass --force to replace it")
      }
    }
  }
}

/// Whether the command may try what its estimate says does not fit.
struct MemoryOption: ParsableArguments {
  @Flag(help: "Go on even when the estimated memory is more than there is.")
  var ignoreMemory = false

  /// Refuses work that needs more memory than there is.
  ///
  /// - Parameters:
  ///   - bytes: the estimate; nil for more than can be counted
  ///   - work: what it is for, such as `the training`
  ///   - advice: what to do about it
  func check(_ bytes: Int?, for work: String, advice: String) throws {
    let available = Memory.available
    guard !ignoreMemory, bytes.map({ $0 > available }) ?? true else { return }
    let need = bytes.map { "about \(Words.memory($0))" } ?? "more memory than can be counted"
    throw CommandError(
      "\(work) needs \(need), but \(Words.memory(available)) of memory are available; \(advice), "
        + "or pass --ignore-memory to try all the same")
  }
}

/// A folder that a command fills; one that it made itself is removed when nothing comes of it.
struct OutputFolder {
  let url: URL
  private let isNew: Bool

  /// Makes the folder when it is not there.
  ///
  /// - Throws: `ImagingError` when that fails.
  init(_ path: String) throws(ImagingError) {
    let url = URL(fileURLWithPath: path, isDirectory: true)
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
    if exists, !isFolder.boolValue {
      throw ImagingError(.unwritable, "\(path) is a file; name a folder for the output")
    }
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw ImagingError(
        .unwritable, "cannot make the folder \(path): \(error.localizedDescription)")
    }
    self.url = url
    self.isNew = !exists
  }

  /// Does the work that fills the folder.
  func filled<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch {
      let names = try? FileManager.default.contentsOfDirectory(atPath: url.path)
      if isNew, names?.isEmpty == true { try? FileManager.default.removeItem(at: url) }
      throw error
    }
  }
}
