import Foundation
import Imaging

/// A folder for the files that are read; in main memory where the system has a place for it.
public struct Scratch: Sendable {
  /// The folder.
  public let folder: URL

  /// A new folder.
  public init() {
    let memory = "/dev/shm"
    let base =
      FileManager.default.isWritableFile(atPath: memory)
      ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
    folder = base.appendingPathComponent("usplit-fuzz-\(getpid())")
    do {
      try? FileManager.default.removeItem(at: folder)  // of a process that is long gone
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      preconditionFailure("cannot make \(folder.path): \(error)")
    }
  }

  /// Writes a file over what was there; where it is.
  @discardableResult
  public func write(_ data: Data, _ name: String) -> URL {
    let url = folder.appendingPathComponent(name)
    do {
      try data.write(to: url)
    } catch {
      preconditionFailure("cannot write \(url.path): \(error)")
    }
    return url
  }

  /// Has a sink write an image; where it is.
  public func write(_ image: any ImageSource, with sink: any ImageSink, _ name: String) -> URL {
    let url = folder.appendingPathComponent(name)
    do {
      try sink.write(image, to: url)
    } catch {
      preconditionFailure("\(error)")
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
