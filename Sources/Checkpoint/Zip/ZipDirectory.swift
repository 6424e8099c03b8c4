import Foundation

/// The central directory of a zip archive, each of its records compared with the header that stands
/// before the entry (PKWARE, APPNOTE 6.3.10).
struct ZipDirectory {
  private(set) var entries: [ZipArchive.Entry] = []

  private enum Signature {
    static let local = 0x0403_4B50
    static let central = 0x0201_4B50
    static let descriptor = 0x0807_4B50
    static let end = 0x0605_4B50
    static let end64 = 0x0606_4B50
    static let locator64 = 0x0706_4B50
  }
  private static let unset16 = 0xFFFF
  private static let unset32 = 0xFFFF_FFFF

  /// One record of the directory.
  private struct Record {
    var name = Data()
    var flags = 0
    var checksum = 0
    var packed = 0
    var size = 0
    var offset = 0
    /// Sizes in the descriptor after the entry, not in the header before it.
    var hasDescriptor: Bool { flags & 1 << 3 != 0 }
  }

  init(_ bytes: Data) throws(FormatError) {
    let end = try Self.end(of: bytes)
    var place = end.start
    entries.reserveCapacity(end.count)
    for index in 0..<end.count {
      let (record, next) = try Self.record(bytes, at: place, index: index)
      guard next <= end.start + end.size else {
        throw FormatError(
          reason: "record \(index) of the zip directory ends at byte \(next), the directory at "
            + "\(end.start + end.size)")
      }
      entries.append(try Self.entry(record, bytes, directory: end.start))
      place = next
    }
    guard place == end.start + end.size else {
      throw FormatError(
        reason: "the zip directory has \(end.size) bytes, its \(end.count) records take "
          + "\(place - end.start)")
    }
  }

  // MARK: The end of the archive

  private struct End {
    var count: Int
    var size: Int
    var start: Int
  }

  private static func end(of bytes: Data) throws(FormatError) -> End {
    let length = 22
    var found: Int?
    // The record is the last thing in the archive, but for a comment of up to 65535 bytes.
    var place = bytes.count - length
    while place >= max(0, bytes.count - length - unset16), found == nil {
      if bytes.number(at: place, as: UInt32.self) == Signature.end,
        bytes.number(at: place + 20, as: UInt16.self) == bytes.count - place - length
      {
        found = place
      }
      place -= 1
    }
    guard let found else {
      throw FormatError(
        reason: "it has \(bytes.count) bytes and no end record of a zip archive, so its end is "
          + "missing")
    }
    let short = try numbers(bytes, at: found, [(4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4)])
    var end = End(count: short[3], size: short[4], start: short[5])
    var disks = [short[0], short[1]]
    var entriesHere = short[2]
    var limit = found
    if bytes.number(at: found - 20, as: UInt32.self) == Signature.locator64 {
      let locator = try numbers(bytes, at: found - 20, [(4, 4), (8, 8)])
      let long = locator[1]
      guard bytes.number(at: long, as: UInt32.self) == Signature.end64, long <= found - 20 - 56
      else {
        throw FormatError(reason: "its zip64 end record is not at byte \(long), where it should be")
      }
      let wide = try numbers(
        bytes, at: long, [(16, 4), (20, 4), (24, 8), (32, 8), (40, 8), (48, 8)])
      for (narrow, value, unset) in [
        (short[3], wide[3], unset16), (short[4], wide[4], unset32), (short[5], wide[5], unset32),
      ] where narrow != unset && narrow != value {
        throw FormatError(
          reason: "its two zip end records disagree: one says \(narrow), the other \(value)")
      }
      end = End(count: wide[3], size: wide[4], start: wide[5])
      disks = [wide[0], wide[1], locator[0]]
      entriesHere = wide[2]
      limit = long
    }
    guard disks.allSatisfy({ $0 == 0 }), entriesHere == end.count else {
      throw FormatError.unsupported("it is one part of a zip archive in several; join them first")
    }
    guard end.start <= limit, end.size <= limit - end.start else {
      throw FormatError(
        reason: "its zip directory of \(end.size) bytes at byte \(end.start) reaches past byte "
          + "\(limit)")
    }
    guard end.count <= ZipArchive.entryLimit, end.count <= end.size / 46 else {
      throw FormatError(
        reason: "its zip directory of \(end.size) bytes claims \(end.count) entries, at most "
          + "\(min(ZipArchive.entryLimit, end.size / 46)) are possible")
    }
    return end
  }

  // MARK: Entries

  private static func record(
    _ bytes: Data, at place: Int, index: Int
  ) throws(FormatError) -> (Record, next: Int) {
    guard bytes.number(at: place, as: UInt32.self) == Signature.central else {
      throw FormatError(reason: "record \(index) of its zip directory is none, at byte \(place)")
    }
    let fields = try numbers(
      bytes, at: place,
      [
        (8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (32, 2), (34, 2), (42, 4),
      ])
    let (nameLength, extraLength, commentLength) = (fields[5], fields[6], fields[7])
    guard let name = bytes.part(at: place + 46, count: nameLength),
      let extra = bytes.part(at: place + 46 + nameLength, count: extraLength)
    else { throw FormatError(reason: "record \(index) of its zip directory is cut short") }
    var record = Record(
      name: name, flags: fields[0], checksum: fields[2], packed: fields[3], size: fields[4],
      offset: fields[9])
    let shown = String(decoding: name.prefix(80), as: UTF8.self)
    guard fields[1] == 0 else {
      throw FormatError.unsupported(
        "its zip entry \"\(shown)\" is compressed, which torch.save never does; unpack the archive "
          + "and pack it again without compression (zip -0)")
    }
    // Encryption, patches, strong encryption and masked headers.
    guard record.flags & (1 << 0 | 1 << 5 | 1 << 6 | 1 << 13) == 0 else {
      throw FormatError.unsupported("its zip entry \"\(shown)\" is encrypted; decrypt it first")
    }
    var wide = try zip64(
      extra, ["size": record.size, "packed": record.packed, "offset": record.offset], of: shown)
    record.size = wide.removeValue(forKey: "size") ?? record.size
    record.packed = wide.removeValue(forKey: "packed") ?? record.packed
    record.offset = wide.removeValue(forKey: "offset") ?? record.offset
    guard fields[8] == 0 || fields[8] == unset16, record.size == record.packed else {
      throw FormatError(
        reason: "its zip entry \"\(shown)\" is not compressed, but takes \(record.packed) bytes "
          + "for \(record.size)")
    }
    return (record, place + 46 + nameLength + extraLength + commentLength)
  }

  private static func entry(
    _ record: Record, _ bytes: Data, directory: Int
  ) throws(FormatError) -> ZipArchive.Entry {
    guard !record.name.isEmpty, record.name.count <= ZipArchive.nameLimit,
      let name = String(validating: record.name, as: UTF8.self)
    else {
      throw FormatError(
        reason: "a zip entry has a name of \(record.name.count) bytes; 1 to "
          + "\(ZipArchive.nameLimit) of UTF-8 are expected")
    }
    let place = record.offset
    guard bytes.number(at: place, as: UInt32.self) == Signature.local, place < directory else {
      throw FormatError(reason: "the zip entry \"\(name)\" is not at byte \(place) as it should be")
    }
    let fields = try numbers(
      bytes, at: place, [(6, 2), (8, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)])
    let (nameLength, extraLength) = (fields[5], fields[6])
    guard bytes.part(at: place + 30, count: nameLength) == record.name, fields[1] == 0,
      fields[0] == record.flags,
      let extra = bytes.part(at: place + 30 + nameLength, count: extraLength)
    else {
      throw FormatError(
        reason: "the header of the zip entry \"\(name)\" and the directory disagree")
    }
    let wide = try zip64(extra, ["size": fields[4], "packed": fields[3]], of: name)
    let found = [fields[2], wide["size"] ?? fields[4], wide["packed"] ?? fields[3]]
    let expected = [record.checksum, record.size, record.packed]
    guard found == expected || (record.hasDescriptor && found == [0, 0, 0]) else {
      throw FormatError(
        reason: "the header of the zip entry \"\(name)\" gives checksum and sizes \(found), the "
          + "directory \(expected)")
    }
    let start = place + 30 + nameLength + extraLength
    guard start <= directory, record.size <= directory - start else {
      throw FormatError(
        reason: "the zip entry \"\(name)\" of \(record.size) bytes at byte \(start) reaches past "
          + "the directory at \(directory)")
    }
    let end = start + record.size
    if record.hasDescriptor {
      let hasSignature = bytes.number(at: end, as: UInt32.self) == Signature.descriptor
      let checksum = bytes.number(at: end + (hasSignature ? 4 : 0), as: UInt32.self)
      guard checksum == record.checksum else {
        throw FormatError(
          reason: "what follows the zip entry \"\(name)\" and the directory disagree")
      }
    }
    return ZipArchive.Entry(
      name: name, range: start..<end, checksum: UInt32(truncatingIfNeeded: record.checksum),
      extent: place..<end)
  }

  /// The fields that did not fit their 32 bits, from the extra field 1.
  private static func zip64(
    _ extra: Data, _ fields: KeyValuePairs<String, Int>, of name: String
  ) throws(FormatError) -> [String: Int] {
    var wanted = fields.filter { $0.value == unset32 }.map(\.key)
    guard !wanted.isEmpty else { return [:] }
    var result: [String: Int] = [:]
    var place = 0
    while let kind = extra.number(at: place, as: UInt16.self),
      let length = extra.number(at: place + 2, as: UInt16.self)
    {
      if kind == 1, let content = extra.part(at: place + 4, count: length) {
        var inside = 0
        while let key = wanted.first, let value = content.number(at: inside, as: UInt64.self) {
          result[key] = value
          wanted.removeFirst()
          inside += 8
        }
        break
      }
      place += 4 + length
    }
    guard wanted.isEmpty else {
      throw FormatError(
        reason: "the zip entry \"\(name)\" lacks its zip64 \(wanted.joined(separator: ", "))")
    }
    return result
  }

  /// Unsigned numbers at offsets from a place, each with its width in bytes.
  private static func numbers(
    _ bytes: Data, at place: Int, _ fields: [(offset: Int, width: Int)]
  ) throws(FormatError) -> [Int] {
    var values: [Int] = []
    values.reserveCapacity(fields.count)
    for field in fields {
      let offset = place + field.offset
      let value =
        switch field.width {
        case 2: bytes.number(at: offset, as: UInt16.self)
        case 4: bytes.number(at: offset, as: UInt32.self)
        default: bytes.number(at: offset, as: UInt64.self)
        }
      guard let value else {
        throw FormatError(reason: "a zip record is cut short at byte \(offset), or out of range")
      }
      values.append(value)
    }
    return values
  }
}
