extension PixelType {
  /// Converts `count` pixels, `step` elements apart, to 32-bit floating point.
  ///
  /// - Parameters:
  ///   - source: pixels of this type in the machine's byte order, aligned for it
  ///   - step: elements from one pixel to the next
  ///   - count: pixels
  ///   - target: room for `count` values
  package func convert(
    _ source: UnsafeRawPointer, step: Int = 1, count: Int, to target: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .uint8: Self.convert(source, UInt8.self, step, count, target) { Float($0) }
    case .uint16: Self.convert(source, UInt16.self, step, count, target) { Float($0) }
    case .uint32: Self.convert(source, UInt32.self, step, count, target) { Float($0) }
    case .int8: Self.convert(source, Int8.self, step, count, target) { Float($0) }
    case .int16: Self.convert(source, Int16.self, step, count, target) { Float($0) }
    case .int32: Self.convert(source, Int32.self, step, count, target) { Float($0) }
    case .float16: Self.convert(source, UInt16.self, step, count, target, Float.init(half:))
    case .float32: Self.convert(source, Float.self, step, count, target) { $0 }
    case .float64: Self.convert(source, Double.self, step, count, target) { Float($0) }
    }
  }

  /// Reverses the bytes of each of `count` pixels in place.
  func swapBytes(_ bytes: UnsafeMutableRawPointer, count: Int) {
    switch byteCount {
    case 2: Self.swapBytes(bytes.bindMemory(to: UInt16.self, capacity: count), count)
    case 4: Self.swapBytes(bytes.bindMemory(to: UInt32.self, capacity: count), count)
    case 8: Self.swapBytes(bytes.bindMemory(to: UInt64.self, capacity: count), count)
    default: break
    }
  }

  @inline(__always)
  private static func convert<Sample>(
    _ source: UnsafeRawPointer, _: Sample.Type, _ step: Int, _ count: Int,
    _ target: UnsafeMutablePointer<Float>, _ float: (Sample) -> Float
  ) {
    let samples = source.assumingMemoryBound(to: Sample.self)
    if step == 1 {
      for index in 0..<count { target[index] = float(samples[index]) }
    } else {
      for index in 0..<count { target[index] = float(samples[index &* step]) }
    }
  }

  private static func swapBytes<Word: FixedWidthInteger>(
    _ words: UnsafeMutablePointer<Word>, _ count: Int
  ) {
    for index in 0..<count { words[index] = words[index].byteSwapped }
  }
}

extension Float {
  /// The value of IEEE 754 binary16, in integers so that it also builds where `Float16` does not
  /// exist.
  init(half bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1f
    let fraction = UInt32(bits & 0x3ff)
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      self = sign == 0 ? magnitude : -magnitude
    case 31: self.init(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: self.init(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// The nearest value of IEEE 754 binary16, ties to even; infinite beyond its largest.
  var halfBits: UInt16 {
    let sign = UInt16(truncatingIfNeeded: bitPattern >> 16) & 0x8000
    let magnitude = bitPattern & 0x7fff_ffff
    if magnitude > 0x7f80_0000 { return sign | 0x7e00 }
    if magnitude >= 0x477f_f000 { return sign | 0x7c00 }  // 65520 and above round to infinity
    if magnitude < 0x3880_0000 {  // below 2^-14: multiples of 2^-24
      let units = (Float(bitPattern: magnitude) * 0x1p24).rounded(.toNearestOrEven)
      return sign | UInt16(units)
    }
    let rebased = magnitude - 0x3800_0000
    let rounded = rebased + 0xfff + (rebased >> 13 & 1)
    return sign | UInt16(truncatingIfNeeded: rounded >> 13)
  }
}
