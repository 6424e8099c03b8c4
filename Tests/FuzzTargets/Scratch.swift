import Foundation

/// A folder for the files that are read, removed with what is in it.
public final class Scratch: Sendable {
  /// The folder.
  public let folder: URL

  /// A new folder among the temporary ones.
  public init() {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("usplit-fuzz-\(UUID().uuidString)")
    makeFolder(folder)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)  // the system empties its temporary folder
  }

  /// Makes a folder and those above it.
  func makeFolder(_ url: URL) {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      preconditionFailure("cannot make \(url.path): \(error)")
    }
  }

  /// Writes a file over what was there; where it is.
  @discardableResult
  public func write(_ bytes: some Sequence<UInt8>, _ name: String) -> URL {
    let url = folder.appendingPathComponent(name)
    do {
      try Data(bytes).write(to: url)
    } catch {
      preconditionFailure("cannot write \(url.path): \(error)")
    }
    return url
  }

  /// The bytes of a file.
  public func bytes(_ url: URL) -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: url))
    } catch {
      preconditionFailure("cannot read \(url.path): \(error)")
    }
  }
}
