import Foundation

/// The directories of a TIFF file, low byte first, read number by number.
struct WrittenTIFF {
  /// One directory's fields by tag: numbers, or bytes of texts.
  struct Directory {
    fileprivate(set) var fields: [Int: [Int]] = [:]
    /// Directories that tag SubIFDs leads to.
    fileprivate(set) var reduced: [Directory] = []

    /// The first number of a field; -1 where there is none.
    subscript(tag: Int) -> Int { fields[tag]?.first ?? -1 }

    /// The text of a field.
    func text(_ tag: Int) -> String {
      String(decoding: (fields[tag] ?? []).map { UInt8($0) }.dropLast(), as: UTF8.self)
    }

    /// The value of a fraction.
    func fraction(_ tag: Int) -> Double {
      guard let parts = fields[tag], parts.count == 2 else { return .nan }
      return Double(parts[0]) / Double(parts[1])
    }
  }

  let bytes: [UInt8]
  let isBig: Bool
  private(set) var pages: [Directory] = []

  init(_ url: URL) throws {
    bytes = Array(try Data(contentsOf: url))
    isBig = bytes[2] == 43
    var offset = isBig ? number(8, 8) : number(4, 4)
    while offset != 0 {
      let (page, next) = directory(at: offset)
      pages.append(page)
      offset = next
    }
  }

  /// The bytes of a page's strips or tiles, one after the other.
  func pixels(_ page: Directory) -> [UInt8] {
    let offsets = page.fields[273] ?? page.fields[324] ?? []
    let counts = page.fields[279] ?? page.fields[325] ?? []
    return zip(offsets, counts).flatMap { bytes[$0..<$0 + $1] }
  }

  private func number(_ offset: Int, _ size: Int) -> Int {
    bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private func directory(at offset: Int) -> (Directory, next: Int) {
    let (countSize, entrySize, wordSize) = isBig ? (8, 20, 8) : (2, 12, 4)
    let sizes = [1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 13: 4, 16: 8, 18: 8]
    let count = number(offset, countSize)
    var result = Directory()
    for index in 0..<count {
      let entry = offset + countSize + index * entrySize
      let type = number(entry + 2, 2)
      let size = sizes[type] ?? 1
      let parts = number(entry + 4, wordSize) * (type == 5 ? 2 : 1)
      let place = entry + 4 + wordSize
      let start = parts * size <= wordSize ? place : number(place, wordSize)
      result.fields[number(entry, 2)] = (0..<parts).map { number(start + $0 * size, size) }
    }
    for place in result.fields[330] ?? [] { result.reduced.append(directory(at: place).0) }
    return (result, number(offset + countSize + count * entrySize, wordSize))
  }
}
