import Foundation

extension SafetensorsFile {
  /// The tensor's bytes, little-endian, in C order.
  ///
  /// - Throws: ``SafetensorsError/missing(path:name:count:)``.
  public func data(_ name: String) throws(SafetensorsError) -> Data {
    let entry = try entry(name)
    let start = bytes.startIndex + dataStart
    return bytes[start + entry.range.lowerBound..<start + entry.range.upperBound]
  }

  /// The tensor's elements as `Float`, in C order; any element type is converted.
  ///
  /// - Throws: ``SafetensorsError/missing(path:name:count:)``.
  public func floats(_ name: String) throws(SafetensorsError) -> [Float] {
    switch try entry(name).type {
    case .f32: try copied(name)
    case .f64: try mapped(name) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    case .f16: try mapped(name) { (bits: UInt16) in Float(halfPattern: bits) }
    case .bf16: try mapped(name) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .i64: try mapped(name) { (value: Int64) in Float(value) }
    case .i32: try mapped(name) { (value: Int32) in Float(value) }
    case .i16: try mapped(name) { (value: Int16) in Float(value) }
    case .i8: try mapped(name) { (value: Int8) in Float(value) }
    case .u64: try mapped(name) { (value: UInt64) in Float(value) }
    case .u32: try mapped(name) { (value: UInt32) in Float(value) }
    case .u16: try mapped(name) { (value: UInt16) in Float(value) }
    case .u8: try mapped(name) { (value: UInt8) in Float(value) }
    case .bool: try mapped(name) { (value: UInt8) in value == 0 ? 0 : 1 }
    }
  }

  /// The tensor's elements as `Double`, in C order; any element type is converted.
  ///
  /// - Throws: ``SafetensorsError/missing(path:name:count:)``.
  public func doubles(_ name: String) throws(SafetensorsError) -> [Double] {
    switch try entry(name).type {
    case .f64: try copied(name)
    case .f32: try mapped(name) { (bits: UInt32) in Double(Float(bitPattern: bits)) }
    case .f16: try mapped(name) { (bits: UInt16) in Double(Float(halfPattern: bits)) }
    case .bf16: try mapped(name) { (bits: UInt16) in Double(Float(bitPattern: UInt32(bits) << 16)) }
    case .i64: try mapped(name) { (value: Int64) in Double(value) }
    case .i32: try mapped(name) { (value: Int32) in Double(value) }
    case .i16: try mapped(name) { (value: Int16) in Double(value) }
    case .i8: try mapped(name) { (value: Int8) in Double(value) }
    case .u64: try mapped(name) { (value: UInt64) in Double(value) }
    case .u32: try mapped(name) { (value: UInt32) in Double(value) }
    case .u16: try mapped(name) { (value: UInt16) in Double(value) }
    case .u8: try mapped(name) { (value: UInt8) in Double(value) }
    case .bool: try mapped(name) { (value: UInt8) in value == 0 ? 0 : 1 }
    }
  }

  /// The tensor's elements as `Int`, in C order.
  ///
  /// - Throws: ``SafetensorsError/missing(path:name:count:)``, or
  ///   ``SafetensorsError/wrongType(path:name:found:expected:)`` when an element is no whole
  ///   number of 64 bits.
  public func integers(_ name: String) throws(SafetensorsError) -> [Int] {
    let type = try entry(name).type
    switch type {
    case .i64: return try mapped(name) { (value: Int64) in Int(value) }
    case .i32: return try mapped(name) { (value: Int32) in Int(value) }
    case .i16: return try mapped(name) { (value: Int16) in Int(value) }
    case .i8: return try mapped(name) { (value: Int8) in Int(value) }
    case .u32: return try mapped(name) { (value: UInt32) in Int(value) }
    case .u16: return try mapped(name) { (value: UInt16) in Int(value) }
    case .u8: return try mapped(name) { (value: UInt8) in Int(value) }
    case .bool: return try mapped(name) { (value: UInt8) in value == 0 ? 0 : 1 }
    case .u64:
      let wide: [UInt64] = try mapped(name) { (value: UInt64) in value }
      return try exact(wide, name, type) { Int(exactly: $0) }
    case .f64, .f32, .f16, .bf16:
      return try exact(try doubles(name), name, type) { Int(exactly: $0) }
    }
  }

  private func entry(_ name: String) throws(SafetensorsError) -> Entry {
    guard let entry = self[name] else {
      throw .missing(path: url.path, name: name, count: entries.count)
    }
    return entry
  }

  /// The elements as they lie in memory, whatever their alignment there.
  private func copied<Element: BinaryFloatingPoint>(
    _ name: String
  ) throws(SafetensorsError) -> [Element] {
    let source = try data(name)
    return source.withUnsafeBytes { raw in
      let count = raw.count / MemoryLayout<Element>.stride
      return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
        if count > 0 { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: raw) }
        initialized = count
      }
    }
  }

  @inline(__always)
  private func mapped<Bits: FixedWidthInteger & BitwiseCopyable, Element>(
    _ name: String, _ transform: (Bits) -> Element
  ) throws(SafetensorsError) -> [Element] {
    let source = try data(name)
    return source.withUnsafeBytes { raw in
      let stride = MemoryLayout<Bits>.stride
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

  private func exact<Value>(
    _ values: [Value], _ name: String, _ type: ElementType, _ convert: (Value) -> Int?
  ) throws(SafetensorsError) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(values.count)
    for value in values {
      guard let integer = convert(value) else {
        throw .wrongType(
          path: url.path, name: name, found: "\(type.rawValue) with the value \(value)",
          expected: "whole numbers of 64 bits")
      }
      result.append(integer)
    }
    return result
  }
}

extension Float {
  /// The number that IEEE 754 binary16 bits stand for.
  init(halfPattern bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      self = sign == 0 ? magnitude : -magnitude
    case 0x1F:
      self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default:
      self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
