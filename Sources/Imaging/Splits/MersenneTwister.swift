/// The MT19937 generator of Matsumoto and Nishimura, seeded and drawn from as numpy's `RandomState`.
///
/// Only for repeating the authors' random choices.
package struct MersenneTwister: Sendable {
  private var state: [UInt32]
  private var position: Int

  /// A generator seeded with one number.
  package init(seed: UInt32) {
    state = [seed]
    state.reserveCapacity(624)
    for index in 1..<624 {
      let last = state[index - 1]
      state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
    }
    position = 624
  }

  /// The next 32 random bits.
  package mutating func next() -> UInt32 {
    if position == 624 { refill() }
    var bits = state[position]
    position += 1
    bits ^= bits >> 11
    bits ^= (bits << 7) & 0x9D2C_5680
    bits ^= (bits << 15) & 0xEFC6_0000
    return bits ^ (bits >> 18)
  }

  private mutating func refill() {
    for index in 0..<624 {
      let bits = state[index] & 0x8000_0000 | state[(index + 1) % 624] & 0x7FFF_FFFF
      let twist: UInt32 = bits & 1 == 0 ? 0 : 0x9908_B0DF
      state[index] = state[(index + 397) % 624] ^ (bits >> 1) ^ twist
    }
    position = 0
  }

  /// A whole number within `0...limit`: the low bits of draws, those above the limit thrown away.
  package mutating func integer(upTo limit: UInt32) -> UInt32 {
    guard limit > 0 else { return 0 }
    let mask = UInt32.max >> UInt32(limit.leadingZeroBitCount)
    while true {
      let value = next() & mask
      if value <= limit { return value }
    }
  }

  /// The elements in random order, as `RandomState.permutation`.
  package mutating func permutation<Element>(_ elements: [Element]) -> [Element] {
    var result = elements
    for index in stride(from: elements.count - 1, to: 0, by: -1) {
      result.swapAt(index, Int(integer(upTo: UInt32(index))))
    }
    return result
  }
}
