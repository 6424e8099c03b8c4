import Checkpoint
import Foundation
import TestSupport
import Testing

@Suite("Zip archives")
struct ZipArchiveTests {
  private static func archive() -> ZipFile {
    var file = CheckpointFile()
    file.add("a", [3], [1, 2, 3])
    file.add("b", [3], [4, 5, 6])
    return file.archive
  }

  private func refusal(_ archive: ZipFile) -> String {
    do {
      _ = try TorchCheckpoint(archive.data, path: "model.ckpt")
      return "no error"
    } catch {
      return error.description
    }
  }

  static let lies: [(words: String, change: @Sendable (inout ZipFile) -> Void)] = [
    ("compressed", { $0.entries[2].method = 8 }),
    ("encrypted", { $0.entries[2].flags = 1 }),
    ("do not match their checksum", { $0.entries[2].checksum = 5 }),
    (
      "do not match their checksum",
      {
        $0.entries[0].checksum = ZipFile.checksum($0.entries[0].data)
        $0.entries[0].data[9] ^= 1
      }
    ),
    ("two entries named", { $0.entries[3].name = $0.entries[2].name }),
    ("disagree", { $0.entries[2].headerName = "model/data/9" }),
    ("name of 0 bytes", { $0.entries[2].name = "" }),
    ("1 to 1024", { $0.entries[2].name = String(repeating: "a", count: 1025) }),
    ("reaches past the directory", { $0.entries[3].size = 9999 }),
    (
      "inside the one before",
      {
        $0.hasDescriptors = false
        $0.entries[2].size = 30
      }
    ),
    ("is not at byte", { $0.entries[3].offset = 1 }),
    ("is not at byte", { $0.entries[3].offset = 1 << 50 }),
    ("claims 1000000 entries", { $0.count = 1_000_000 }),
    ("is none", { $0.count = 5 }),
    ("records take", { $0.count = 3 }),
    ("reaches past byte", { $0.start = 1 << 60 }),
    ("is none, at byte 0", { $0.start = 0 }),
  ]

  @Test("archives that lie are refused", arguments: lies.indices)
  func refuses(_ index: Int) {
    for isZip64 in [true, false] {
      var archive = Self.archive()
      archive.isZip64 = isZip64
      Self.lies[index].change(&archive)
      guard
        isZip64
          || (archive.count ?? 0 < 65536 && archive.start ?? 0 < 1 << 32
            && archive.entries.allSatisfy { $0.offset ?? 0 < 1 << 32 })
      else { continue }
      let text = refusal(archive)
      #expect(text.contains(Self.lies[index].words), "\(text)")
    }
  }

  @Test("an entry's header and the directory must give one size")
  func sizes() {
    var archive = Self.archive()
    archive.hasDescriptors = false
    archive.entries[2].headerSize = 8
    #expect(refusal(archive).contains("the directory"))
  }

  @Test("what follows an entry must repeat its checksum")
  func descriptor() throws {
    let archive = Self.archive()
    var data = archive.data
    let mark = littleEndian(0x0807_4B50 as UInt32)
    let place = try #require(data.range(of: mark)).upperBound
    data[place] ^= 1
    #expect(throws: CheckpointError.self) { try TorchCheckpoint(data, path: "model.ckpt") }
  }

  @Test("a comment at the end is stepped over")
  func comment() throws {
    var archive = Self.archive()
    archive.isZip64 = false
    var data = archive.data
    data[data.count - 2] = 5
    data += Data("hello".utf8)
    #expect(try TorchCheckpoint(data, path: "model.ckpt").entries.count == 2)
  }
}
