import Foundation

/// A classic TIFF file whose directories come first and whose planes follow without gaps.
///
/// ImageJ reads the first directory of an unpacked stack only and takes what follows its first
/// plane as the others, so planes may also lie beyond the 4 GiB that the file's own offsets reach;
/// there is then one directory alone.
struct ContiguousTIFF {
  /// The first directory, without the place of its pixels.
  private let first: TIFFDirectory
  /// The others, all of which say the same but for the place of their pixels.
  private let others: TIFFDirectory
  /// Directories.
  private let directories: Int
  /// Bytes of one plane.
  private let planeBytes: Int
  /// Bytes before the first plane.
  private let start: Int

  /// Lays out a file; nil where the directories and one plane do not fit into 4 GiB.
  ///
  /// - Parameters:
  ///   - first: the tags of the first page but those of its strip
  ///   - others: the tags of the other pages but those of their strips
  ///   - planes: planes
  ///   - planeBytes: bytes of one plane
  init?(first: TIFFDirectory, others: TIFFDirectory, planes: Int, planeBytes: Int) {
    let most = Int(UInt32.max)
    guard planeBytes <= most else { return nil }
    var parts = (first, others)
    parts.0.addStrip(offset: 0, byteCount: planeBytes)
    parts.1.addStrip(offset: 0, byteCount: planeBytes)
    func start(_ directories: Int) -> Int {
      let bytes = 8 + parts.0.byteCount + (directories - 1) * parts.1.byteCount
      return (bytes + 15) / 16 * 16
    }
    // In floating point, where nothing overflows.
    let isReached = Double(start(planes)) + Double(planes) * Double(planeBytes) <= Double(most)
    directories = isReached ? planes : 1
    self.start = start(directories)
    if self.start + planeBytes > most { return nil }
    self.first = first
    self.others = others
    self.planeBytes = planeBytes
  }

  /// Writes all that comes before the first plane.
  func writeDirectories(to file: FileAppender) throws(ImagingError) {
    var bytes = Array("II".utf8) + TIFFDirectory.bytes(UInt16(42)) + TIFFDirectory.bytes(UInt32(8))
    var offset = 8
    for index in 0..<directories {
      var directory = index == 0 ? first : others
      directory.addStrip(offset: start + index * planeBytes, byteCount: planeBytes)
      let next = offset + directory.byteCount
      bytes += directory.bytes(at: offset, next: index + 1 < directories ? next : 0)
      offset = next
      if bytes.count > 1 << 20 {
        try file.append(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    bytes += [UInt8](repeating: 0, count: start - offset)
    try file.append(bytes)
  }
}

/// One directory of a classic TIFF file, low byte first, with the values that do not fit into it.
struct TIFFDirectory {
  private var entries: [(tag: UInt16, type: UInt16, count: Int, value: [UInt8])] = []

  /// An empty directory.
  init() {}

  /// Adds 16-bit numbers.
  mutating func add(_ tag: UInt16, shorts: [UInt16]) {
    entries.append((tag, 3, shorts.count, shorts.flatMap(Self.bytes)))
  }

  /// Adds 32-bit numbers.
  mutating func add(_ tag: UInt16, longs: [UInt32]) {
    entries.append((tag, 4, longs.count, longs.flatMap(Self.bytes)))
  }

  /// Adds bytes.
  mutating func add(_ tag: UInt16, bytes: [UInt8]) { entries.append((tag, 1, bytes.count, bytes)) }

  /// Adds a text.
  mutating func add(_ tag: UInt16, text: String) {
    let bytes = text.utf8.filter { $0 != 0 } + [0]
    entries.append((tag, 2, bytes.count, bytes))
  }

  /// Adds a fraction, where the value has one in 32 bits.
  mutating func add(_ tag: UInt16, rational value: Double) {
    guard let (numerator, denominator) = TIFFResolution.rational(value) else { return }
    entries.append((tag, 5, 1, Self.bytes(numerator) + Self.bytes(denominator)))
  }

  /// Adds where the page's only strip is.
  mutating func addStrip(offset: Int, byteCount: Int) {
    add(273, longs: [UInt32(offset)])
    add(279, longs: [UInt32(byteCount)])
  }

  /// Bytes of the directory and its values.
  var byteCount: Int {
    entries.reduce(6 + 12 * entries.count) { $0 + Self.outside($1.value) }
  }

  /// The directory and its values.
  ///
  /// - Parameters:
  ///   - offset: its place in the file, even
  ///   - next: the place of the next directory; 0 where there is none
  func bytes(at offset: Int, next: Int) -> [UInt8] {
    var directory = Self.bytes(UInt16(entries.count))
    var values: [UInt8] = []
    let valuesStart = offset + 6 + 12 * entries.count
    for entry in entries.sorted(by: { $0.tag < $1.tag }) {
      directory += Self.bytes(entry.tag) + Self.bytes(entry.type)
      directory += Self.bytes(UInt32(entry.count))
      if entry.value.count <= 4 {
        directory += entry.value + [UInt8](repeating: 0, count: 4 - entry.value.count)
      } else {
        directory += Self.bytes(UInt32(valuesStart + values.count))
        values += entry.value
        if !values.count.isMultiple(of: 2) { values.append(0) }
      }
    }
    return directory + Self.bytes(UInt32(next)) + values
  }

  /// A number's bytes, the low one first.
  static func bytes<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
    withUnsafeBytes(of: word.littleEndian, Array.init)
  }

  /// Bytes that a value takes outside of the directory.
  private static func outside(_ value: [UInt8]) -> Int {
    value.count <= 4 ? 0 : (value.count + 1) / 2 * 2
  }
}
