/// Random damage to bytes.
public enum Mutation {
  /// No input grows beyond this many bytes.
  public static let sizeLimit = 1 << 20

  /// A few changes to one of the seeds.
  public static func mutated(
    _ bytes: [UInt8], seeds: [[UInt8]], using generator: inout SeededGenerator
  ) -> [UInt8] {
    var result = bytes
    for _ in 0...generator.next(upTo: 5) { change(&result, seeds, &generator) }
    return Array(result.prefix(sizeLimit))
  }

  private static func change(
    _ bytes: inout [UInt8], _ seeds: [[UInt8]], _ generator: inout SeededGenerator
  ) {
    guard !bytes.isEmpty else {
      bytes = seeds[generator.next(upTo: seeds.count)]
      return
    }
    let place = generator.next(upTo: bytes.count)
    switch generator.next(upTo: 9) {
    case 0: bytes[place] ^= 1 << UInt8(generator.next(upTo: 8))
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 2: bytes.removeLast(bytes.count - place)
    case 3: bytes.removeSubrange(range(in: bytes, from: place, &generator))
    case 4: bytes.insert(contentsOf: bytes[range(in: bytes, from: place, &generator)], at: place)
    case 5:
      let other = seeds[generator.next(upTo: seeds.count)]
      guard !other.isEmpty else { return }
      let start = generator.next(upTo: other.count)
      bytes.insert(contentsOf: other[range(in: other, from: start, &generator)], at: place)
    case 6: overwrite(&bytes, at: place, with: generator.awkwardNumber(), &generator)
    case 7:
      // What may be a length gets a little longer or shorter.
      bytes[place] = bytes[place] &+ (generator.once(in: 2) ? 1 : 255)
    default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
    }
  }

  private static func range(
    in bytes: [UInt8], from place: Int, _ generator: inout SeededGenerator
  ) -> Range<Int> {
    let longest = min(bytes.count - place, generator.once(in: 4) ? 4096 : 32)
    return place..<place + 1 + generator.next(upTo: longest)
  }

  /// Writes a number of 1, 2, 4 or 8 bytes, least byte first.
  private static func overwrite(
    _ bytes: inout [UInt8], at place: Int, with number: Int, _ generator: inout SeededGenerator
  ) {
    let width = 1 << generator.next(upTo: 4)
    for index in 0..<width where place + index < bytes.count {
      bytes[place + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
    }
  }
}
