/// A small, fast and portable source of pseudo-random numbers: xoshiro256++ (Blackman and Vigna,
/// 2019), its state filled by SplitMix64.
///
/// The same seed and stream give the same numbers on every platform. Streams of one seed are
/// independent for all practical purposes, so frames made in parallel take one stream each.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var a: UInt64
  private var b: UInt64
  private var c: UInt64
  private var d: UInt64

  /// The generator of one stream of a seed.
  public init(seed: UInt64, stream: UInt64 = 0) {
    var seeds = SplitMix64(state: seed)
    let scrambled = seeds.next()
    var streams = SplitMix64(state: stream &+ 0xD1B5_4A32_D192_ED03)
    var states = SplitMix64(state: scrambled ^ streams.next())
    a = states.next()
    b = states.next()
    c = states.next()
    d = states.next()
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    let sum = a &+ d
    let result = (sum << 23 | sum >> 41) &+ a
    let shifted = b << 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = d << 45 | d >> 19
    return result
  }
}

/// The generator that its authors recommend for filling the state of another.
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
