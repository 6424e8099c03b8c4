import Foundation
import Safetensors

/// Numbers computed elsewhere that a test compares with: one safetensors file.
public struct Fixture: Sendable, CustomStringConvertible {
  /// The file behind it.
  public let file: SafetensorsFile

  /// Opens a fixture.
  public init(_ url: URL) throws {
    file = try SafetensorsFile(contentsOf: url)
  }

  /// The file's name without extension.
  public var name: String { file.url.deletingPathExtension().lastPathComponent }
  /// What the fixture shows, its metadata's `kind`; empty when it says nothing.
  public var kind: String { file.metadata["kind"] ?? "" }
  /// The file's metadata.
  public var metadata: [String: String] { file.metadata }
  /// The name that a parameterised test shows.
  public var description: String { name }

  /// The tensor's elements, converted to `Float`.
  public func floats(_ name: String) throws -> [Float] { try file.floats(name) }

  /// The tensor's elements, converted to `Double`.
  public func doubles(_ name: String) throws -> [Double] { try file.doubles(name) }

  /// The tensor's elements, which must be whole numbers.
  public func integers(_ name: String) throws -> [Int] { try file.integers(name) }

  /// Whether the file holds that tensor.
  public func has(_ name: String) -> Bool { file[name] != nil }

  /// The tensor's shape.
  public func shape(_ name: String) throws -> [Int] {
    guard let entry = file[name] else {
      throw SafetensorsError.missing(
        path: file.url.path, name: name, count: file.entries.count)
    }
    return entry.shape
  }

  /// The only element of a tensor.
  public func scalar(_ name: String) throws -> Double {
    let values = try doubles(name)
    guard values.count == 1 else {
      throw SafetensorsError.wrongType(
        path: file.url.path, name: name, found: "\(values.count) elements", expected: "1")
    }
    return values[0]
  }

  /// The folder of the large fixtures: `USPLIT_FIXTURES`, else `../shared/reference/fixtures`
  /// beside the package, nil when there is none.
  public static let folder: URL? = {
    let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let url =
      ProcessInfo.processInfo.environment["USPLIT_FIXTURES"].map { URL(fileURLWithPath: $0) }
      ?? package.deletingLastPathComponent().appendingPathComponent("shared/reference/fixtures")
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
    return exists && isDirectory.boolValue ? url : nil
  }()

  /// Every safetensors file in the folders, in the order of folders and names.
  ///
  /// Of files with the same name the first folder's counts. Traps on a file that cannot be read,
  /// since a test that misses its numbers must not pass.
  public static func all(in folders: [URL]) -> [Fixture] {
    var seen: Set<String> = []
    var fixtures: [Fixture] = []
    for folder in folders {
      do {
        let urls = try FileManager.default.contentsOfDirectory(
          at: folder, includingPropertiesForKeys: nil)
        let files = urls.filter { $0.pathExtension == "safetensors" }
          .sorted { $0.lastPathComponent < $1.lastPathComponent }
        for url in files where seen.insert(url.lastPathComponent).inserted {
          fixtures.append(try Fixture(url))
        }
      } catch {
        preconditionFailure("fixtures in \(folder.path): \(error)")
      }
    }
    return fixtures
  }
}
