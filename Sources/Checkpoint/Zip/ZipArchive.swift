import Foundation

/// A zip archive of uncompressed entries, as PyTorch writes it, checked as a whole when it is opened.
///
/// The central directory and the header before each entry must agree, and no two entries may share
/// bytes. What an entry holds is compared with its checksum when it is read.
struct ZipArchive: Sendable {
  /// One file in the archive.
  struct Entry: Sendable, Equatable {
    /// Its name with folders, such as `model/data.pkl`.
    let name: String
    /// Its bytes in the archive.
    let range: Range<Int>
    let checksum: UInt32
    /// From the header before the entry to its last byte.
    let extent: Range<Int>
  }

  /// The most entries that an archive may have.
  static let entryLimit = 200_000
  /// The longest name of an entry, in bytes.
  static let nameLimit = 1024

  /// The entries in the order of the central directory.
  let entries: [Entry]
  private let bytes: Data
  private let places: [String: Int]

  /// Reads the directory of an archive.
  init(_ bytes: Data) throws(FormatError) {
    let directory = try ZipDirectory(bytes)
    var places: [String: Int] = [:]
    places.reserveCapacity(directory.entries.count)
    for (place, entry) in directory.entries.enumerated() {
      guard places.updateValue(place, forKey: entry.name) == nil else {
        throw FormatError(reason: "the zip archive has two entries named \"\(entry.name)\"")
      }
    }
    var end = 0
    for entry in directory.entries.sorted(by: { $0.extent.lowerBound < $1.extent.lowerBound }) {
      guard entry.extent.lowerBound >= end else {
        throw FormatError(
          reason:
            "the zip entry \"\(entry.name)\" begins at byte \(entry.extent.lowerBound), inside "
            + "the one before, which ends at \(end)")
      }
      end = entry.extent.upperBound
    }
    self.entries = directory.entries
    self.bytes = bytes
    self.places = places
  }

  /// The entry of that name, nil when there is none.
  subscript(name: String) -> Entry? { places[name].map { entries[$0] } }

  /// The bytes of an entry, which must match its checksum.
  func data(_ entry: Entry) throws(FormatError) -> Data {
    let data = unchecked(entry)
    guard CRC32.checksum(data) == entry.checksum else {
      throw FormatError(
        reason: "the bytes of the zip entry \"\(entry.name)\" do not match their checksum")
    }
    return data
  }

  /// The bytes of an entry whose checksum was compared before.
  func unchecked(_ entry: Entry) -> Data {
    bytes[bytes.startIndex + entry.range.lowerBound..<bytes.startIndex + entry.range.upperBound]
  }
}
