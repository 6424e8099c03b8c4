/// The element types of TIFF files that can be read.
enum TIFFElement: Equatable {
  case uint8, uint16, uint32, int8, int16, int32, float16, float32, float64

  /// The type of the given tags; nil when it cannot be read.
  ///
  /// - Parameters:
  ///   - bits: bits per sample
  ///   - format: 1 unsigned (also when 4, undefined), 2 signed, 3 floating point
  init?(bits: Int, format: Int) {
    switch (format, bits) {
    case (1, 8), (4, 8): self = .uint8
    case (1, 16), (4, 16): self = .uint16
    case (1, 32), (4, 32): self = .uint32
    case (2, 8): self = .int8
    case (2, 16): self = .int16
    case (2, 32): self = .int32
    case (3, 16): self = .float16
    case (3, 32): self = .float32
    case (3, 64): self = .float64
    default: return nil
    }
  }

  /// Bytes of one sample.
  var byteCount: Int {
    switch self {
    case .uint8, .int8: 1
    case .uint16, .int16, .float16: 2
    case .uint32, .int32, .float32: 4
    case .float64: 8
    }
  }

  /// Whether a sample may be NaN or too large for 32-bit floating point.
  var isFloatingPoint: Bool {
    switch self {
    case .float16, .float32, .float64: true
    default: false
    }
  }

  /// The type a stack of these elements reports.
  var pixelType: PixelType {
    switch self {
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .float16, .float32: .float32
    case .float64: .float64
    }
  }

  /// Converts `count` samples, `step` samples apart, from memory in the machine's byte order.
  func convert(
    _ source: UnsafeRawPointer, step: Int, count: Int, to target: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .uint8: Self.convert(source, UInt8.self, step, count, target) { Float($0) }
    case .uint16: Self.convert(source, UInt16.self, step, count, target) { Float($0) }
    case .uint32: Self.convert(source, UInt32.self, step, count, target) { Float($0) }
    case .int8: Self.convert(source, Int8.self, step, count, target) { Float($0) }
    case .int16: Self.convert(source, Int16.self, step, count, target) { Float($0) }
    case .int32: Self.convert(source, Int32.self, step, count, target) { Float($0) }
    case .float16: Self.convert(source, UInt16.self, step, count, target, Self.float)
    case .float32: Self.convert(source, Float.self, step, count, target) { $0 }
    case .float64: Self.convert(source, Double.self, step, count, target) { Float($0) }
    }
  }

  /// Reverses the bytes of each of `count` samples in place.
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

  /// IEEE 754 binary16, in integers so that it also builds where `Float16` does not exist.
  private static func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1f
    let fraction = UInt32(bits & 0x3ff)
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 31:
      return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default:
      return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
