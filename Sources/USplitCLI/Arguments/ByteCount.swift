import ArgumentParser

/// An amount of memory such as `512MB`, `1.5GB` or plain bytes.
///
/// A KB is 1024 bytes, a MB 1024 KB, and so on.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
  private static let units = ["B": 0, "K": 10, "M": 20, "G": 30, "T": 40]

  let bytes: Int

  init(bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let text = argument.uppercased()
    let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    guard let number = Double(digits), number.isFinite else { return nil }
    let shift: Int?
    switch (unit.first, unit.dropFirst()) {
    case (nil, _): shift = 0
    case ("B", ""): shift = 0
    case (let letter?, ""), (let letter?, "B"), (let letter?, "IB"):
      shift = letter == "B" ? nil : Self.units[String(letter)]
    default: shift = nil
    }
    guard let shift else { return nil }
    let bytes = number * Double(1 << shift)
    guard bytes >= 1, bytes < 0x1p62 else { return nil }
    self.bytes = Int(bytes)
  }

  /// For help: with the largest unit that leaves a whole number.
  var description: String {
    for (unit, shift) in [("GB", 30), ("MB", 20), ("KB", 10)]
    where bytes.isMultiple(of: 1 << shift) { return "\(bytes >> shift)\(unit)" }
    return "\(bytes)B"
  }

  var defaultValueDescription: String { description }
}
