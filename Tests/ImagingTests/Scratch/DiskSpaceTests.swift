import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Room on a disk")
struct DiskSpaceTests {
  @Test("is that of the nearest folder that is there")
  func available() throws {
    let folder = try TemporaryFolder()
    #expect(try #require(DiskSpace.available(at: folder.url)) > 0)
    let later = folder.url.appendingPathComponent("not/yet", isDirectory: true)
    #expect(try #require(DiskSpace.available(at: later)) > 0)
  }
}
