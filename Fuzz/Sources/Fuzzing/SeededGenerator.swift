/// SplitMix64 (Steele et al., 2014): the same numbers for the same seed.
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Begins a sequence.
  public init(seed: UInt64) { state = seed }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension RandomNumberGenerator {
  /// True once in so many times.
  public mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

  /// A number that is often small, now and then large, and sometimes at the edge of a type.
  public mutating func awkwardNumber() -> Int {
    switch Int.random(in: 0..<6, using: &self) {
    case 0: 0
    case 1: Int.random(in: 0..<10, using: &self)
    case 2: Int.random(in: 0..<300, using: &self)
    case 3: [0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF][next(upTo: 6)]
    case 4: [Int.max, Int.max - 1, 1 << 62, 1 << 40, -1, Int.min][next(upTo: 6)]
    default: 1 << Int.random(in: 0..<40, using: &self)
    }
  }

  /// A number from 0 to below the bound.
  public mutating func next(upTo bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
