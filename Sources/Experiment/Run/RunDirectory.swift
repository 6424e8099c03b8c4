import Foundation

/// A run directory or metrics file that cannot be used.
public struct RunDirectoryError: Error, CustomStringConvertible, Equatable {
  /// What kind of trouble it is.
  public enum Kind: Sendable, Equatable {
    /// There is no such folder or file, or it is not of a run.
    case missing
    /// The folder already holds something.
    case notEmpty
    /// It cannot be read, or a line of metrics makes no sense.
    case unreadable
    /// It cannot be written.
    case unwritable
  }

  /// What kind of trouble it is.
  public let kind: Kind
  /// The sentence for the user.
  public let description: String

  /// Makes an error from its kind and its sentence.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}

/// The folder of one training run: where each of its files lies.
public struct RunDirectory: Equatable, Sendable {
  /// The folder.
  public let url: URL

  /// All settings of the run.
  public var configuration: URL { url.appendingPathComponent("config.json") }
  /// Which frames train, validate and test.
  public var split: URL { url.appendingPathComponent("split.json") }
  /// What happened, one JSON object per line.
  public var metrics: URL { url.appendingPathComponent("metrics.jsonl") }
  /// The folder of the saved networks.
  public var checkpoints: URL { url.appendingPathComponent("checkpoints", isDirectory: true) }
  /// The network that validated best.
  public var best: URL { checkpoints.appendingPathComponent("best.safetensors") }
  /// The network of the last validation.
  public var last: URL { checkpoints.appendingPathComponent("last.safetensors") }
  /// Where a training that has taken so many batches is kept, to be resumed.
  public func state(batches: Int) -> URL {
    let digits = String(batches)
    let zeros = String(repeating: "0", count: max(0, 9 - digits.count))
    return checkpoints.appendingPathComponent("state-\(zeros)\(digits).safetensors")
  }
  /// What a training can be resumed from, the newest first.
  ///
  /// - Throws: ``RunDirectoryError`` when the folder cannot be listed.
  public func states() throws(RunDirectoryError) -> [URL] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: checkpoints.path)
    } catch {
      throw RunDirectoryError(
        .unreadable, "cannot list \(checkpoints.path): \(error.localizedDescription)")
    }
    return names.filter { $0.hasPrefix("state-") && $0.hasSuffix(".safetensors") }
      .sorted { ($1.count, $1) < ($0.count, $0) }.map { checkpoints.appendingPathComponent($0) }
  }
  /// The folder of images to look at while the run goes on.
  public var previews: URL { url.appendingPathComponent("previews", isDirectory: true) }

  /// Opens the folder of a run that was begun.
  ///
  /// - Throws: ``RunDirectoryError`` when it is not there or has no `config.json`.
  public init(opening url: URL) throws(RunDirectoryError) {
    self.url = url
    guard Self.isFolder(url) else {
      throw RunDirectoryError(.missing, "there is no run directory \(url.path)")
    }
    guard FileManager.default.fileExists(atPath: configuration.path) else {
      throw RunDirectoryError(
        .missing, "\(url.path) has no config.json; is it a run directory?")
    }
  }

  /// Makes the folder of a new run, and the folders in it.
  ///
  /// - Parameters:
  ///   - url: where; folders on the way are made
  ///   - reusing: whether a folder that already holds something is taken as it is
  /// - Throws: ``RunDirectoryError`` when the folder holds something, unless `reusing`, or cannot
  ///   be made.
  public init(creating url: URL, reusing: Bool = false) throws(RunDirectoryError) {
    self.url = url
    let path = url.path
    if FileManager.default.fileExists(atPath: path) {
      guard Self.isFolder(url) else {
        throw RunDirectoryError(.unwritable, "\(path) is a file; name a folder for the run")
      }
      let names: [String]
      do {
        names = try FileManager.default.contentsOfDirectory(atPath: path)
      } catch {
        throw RunDirectoryError(.unreadable, "cannot list \(path): \(error.localizedDescription)")
      }
      let count = names.filter { $0 != ".DS_Store" }.count
      guard reusing || count == 0 else {
        throw RunDirectoryError(
          .notEmpty,
          "the run directory \(path) is not empty, it holds \(count) files or folders; name a new"
            + " one, or ask for this one to be used")
      }
    }
    do {
      for folder in [url, checkpoints, previews] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      }
    } catch {
      throw RunDirectoryError(
        .unwritable, "cannot make the run directory \(path): \(error.localizedDescription)")
    }
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }
}
