import Foundation

/// A new, empty folder that is removed, with all in it, when the value goes out of scope.
public struct TemporaryFolder: ~Copyable {
  /// Where the folder is.
  public let url: URL

  /// Makes the folder.
  public init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("usplit-test-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)  // it may have been removed by the test
  }
}
