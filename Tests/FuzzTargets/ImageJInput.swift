import Foundation

/// What ImageJ adds to a TIFF file.
///
/// As bytes: the description up to a zero, a byte with the number of counts, the counts (tag 50838)
/// of 32 bits each, low byte first, and the content (tag 50839).
public struct ImageJInput: Sendable {
  /// The text of tag 270.
  public var description: [UInt8]
  /// The numbers of tag 50838.
  public var counts: [UInt8]
  /// The bytes of tag 50839.
  public var content: [UInt8]

  /// What is told apart.
  public init(description: [UInt8], counts: [UInt8] = [], content: [UInt8] = []) {
    self.description = description
    self.counts = counts
    self.content = content
  }

  /// What some bytes say; parts that they end before are empty.
  public init(_ bytes: [UInt8]) {
    description = Array(bytes.prefix { $0 != 0 })
    let rest = bytes.dropFirst(description.count + 1)
    counts = Array(rest.dropFirst().prefix(4 * Int(rest.first ?? 0)))
    content = Array(rest.dropFirst(1 + counts.count))
  }

  /// The bytes.
  public var bytes: [UInt8] {
    description + [0, UInt8(clamping: counts.count / 4)] + counts + content
  }

  /// A file with it.
  var tiff: Data {
    var tiff = SmallTIFF()
    tiff.description = description
    tiff.imagej = (counts, content)
    return tiff.data
  }
}
