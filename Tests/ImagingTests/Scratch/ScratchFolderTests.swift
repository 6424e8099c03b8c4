import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Scratch folders")
struct ScratchFolderTests {
  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
  }

  @Test("a folder is hidden, and gone when nobody holds it")
  func removed() throws {
    let parent = try TemporaryFolder()
    do {
      let scratch = try ScratchFolder(in: parent.url)
      #expect(scratch.url.lastPathComponent.hasPrefix(".usplit-scratch-"))
      try Data(count: 10).write(to: scratch.url.appendingPathComponent("a.raw"))
      #expect(try names(parent.url).count == 1)
    }
    #expect(try names(parent.url).isEmpty)
  }

  @Test("what a killed process left is removed, what is in use is not")
  func leftOvers() throws {
    let parent = try TemporaryFolder()
    let left = parent.url.appendingPathComponent(".usplit-scratch-left")
    try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
    for name in ["lock", "big.raw"] {
      try Data(count: 10).write(to: left.appendingPathComponent(name))
    }
    let first = try ScratchFolder(in: parent.url)
    #expect(!FileManager.default.fileExists(atPath: left.path))
    let second = try ScratchFolder(in: parent.url)
    #expect(first.url != second.url)
    #expect(try names(parent.url).count == 2)
  }

  @Test("folders that are made at once do not take each other for left over")
  func atOnce() throws {
    let parent = try TemporaryFolder()
    let place = parent.url
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<50 {
        #expect(throws: Never.self) { _ = try ScratchFolder(in: place) }
      }
    }
    #expect(try names(parent.url).isEmpty)
  }

  @Test("a place that takes no folder is named")
  func unwritable() throws {
    let parent = try TemporaryFolder()
    let nowhere = parent.url.appendingPathComponent("none")
    #expect {
      _ = try ScratchFolder(in: nowhere)
    } throws: {
      ($0 as? ImagingError)?.kind == .unwritable && "\($0)".contains(nowhere.path)
    }
  }

  @Test("a claim holds until it is given back, also within one process")
  func lock() throws {
    let parent = try TemporaryFolder()
    do {
      let first = try FolderLock(parent.url)
      #expect(first != nil)
      #expect(try FolderLock(parent.url) == nil)
      withExtendedLifetime(first) {}
    }
    #expect(try FolderLock(parent.url) != nil)
  }
}
