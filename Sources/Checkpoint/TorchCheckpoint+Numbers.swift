import Foundation

extension TorchCheckpoint {
  /// A tensor's elements as `Float`, in C order; any element type is converted.
  ///
  /// - Throws: ``CheckpointError/missing(path:name:count:)``.
  public func floats(_ name: String) throws(CheckpointError) -> [Float] {
    let data = try data(name)
    return switch self[name]?.type {
    case .float64: data.elements { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    case .float16: data.elements { (bits: UInt16) in Float(halfPattern: bits) }
    case .bfloat16: data.elements { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .int64: data.elements { (bits: UInt64) in Float(Int64(bitPattern: bits)) }
    case .int32: data.elements { (bits: UInt32) in Float(Int32(bitPattern: bits)) }
    case .int16: data.elements { (bits: UInt16) in Float(Int16(bitPattern: bits)) }
    case .int8: data.elements { (bits: UInt8) in Float(Int8(bitPattern: bits)) }
    case .uint8: data.elements { (bits: UInt8) in Float(bits) }
    case .bool: data.elements { (bits: UInt8) in bits == 0 ? 0 : 1 }
    case .float32, nil: data.elements { (bits: UInt32) in Float(bitPattern: bits) }
    }
  }

  /// A tensor's elements as 64-bit integers, in C order; nil unless it holds integers.
  ///
  /// - Throws: ``CheckpointError/missing(path:name:count:)``.
  public func integers(_ name: String) throws(CheckpointError) -> [Int64]? {
    let data = try data(name)
    return switch self[name]?.type {
    case .int64: data.elements { (bits: UInt64) in Int64(bitPattern: bits) }
    case .int32: data.elements { (bits: UInt32) in Int64(Int32(bitPattern: bits)) }
    case .int16: data.elements { (bits: UInt16) in Int64(Int16(bitPattern: bits)) }
    case .int8: data.elements { (bits: UInt8) in Int64(Int8(bitPattern: bits)) }
    case .uint8: data.elements { (bits: UInt8) in Int64(bits) }
    case .bool, .float64, .float32, .float16, .bfloat16, nil: nil
    }
  }
}

extension Data {
  /// The numbers that the bytes are, least byte first.
  fileprivate func elements<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable, Element>(
    _ transform: (Bits) -> Element
  ) -> [Element] {
    withUnsafeBytes { raw in
      let stride = MemoryLayout<Bits>.size
      let count = raw.count / stride
      return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
        for index in 0..<count {
          let bits = raw.loadUnaligned(fromByteOffset: index * stride, as: Bits.self)
          buffer.initializeElement(at: index, to: transform(Bits(littleEndian: bits)))
        }
        initialized = count
      }
    }
  }
}

extension Float {
  /// The number that IEEE 754 binary16 bits stand for.
  init(halfPattern bits: UInt16) {
    let magnitude: Float
    let fraction = Float(bits & 0x3FF)
    switch bits >> 10 & 0x1F {
    case 0: magnitude = fraction * 0x1p-24
    case 0x1F: magnitude = fraction == 0 ? .infinity : .nan
    case let exponent:
      magnitude = Float(
        sign: .plus, exponent: Int(exponent) - 15, significand: 1 + fraction * 0x1p-10)
    }
    self = bits & 0x8000 == 0 ? magnitude : -magnitude
  }
}
