extension PixelType {
  /// Writes all values to `bytes`; the number of them that had to be clamped.
  ///
  /// Integers are rounded, halves away from zero, and clamped to the type; NaN becomes 0 and
  /// counts as clamped. Floating point of 32 and 64 bits is kept as it is; of 16 bits, what is beyond
  /// its largest value becomes that and counts as clamped.
  package func encode(_ values: UnsafeBufferPointer<Float>, to bytes: UnsafeMutableRawPointer)
    -> Int
  {
    switch self {
    case .uint8: clamp(values, UInt8.self, bytes)
    case .uint16: clamp(values, UInt16.self, bytes)
    case .uint32: clamp(values, UInt32.self, bytes)
    case .int8: clamp(values, Int8.self, bytes)
    case .int16: clamp(values, Int16.self, bytes)
    case .int32: clamp(values, Int32.self, bytes)
    case .float16: clampHalves(values, bytes)
    case .float32: convert(values, Float.self, bytes) { $0 }
    case .float64: convert(values, Double.self, bytes) { Double($0) }
    }
  }

  @inline(__always)
  private func clamp<Element: FixedWidthInteger>(
    _ values: UnsafeBufferPointer<Float>, _: Element.Type, _ bytes: UnsafeMutableRawPointer
  ) -> Int {
    let target = bytes.bindMemory(to: Element.self, capacity: values.count)
    // In 64 bits, where the largest 32-bit integers are exact.
    let low = Double(Element.min)
    let high = Double(Element.max)
    var clamped = 0
    for index in 0..<values.count {
      let value = Double(values[index]).rounded(.toNearestOrAwayFromZero)
      if value >= low && value <= high {
        // Through an integer, since converting to a generic type is far slower.
        target[index] = Element(truncatingIfNeeded: Int64(value))
      } else {
        clamped += 1
        target[index] = value > high ? Element.max : value < low ? Element.min : 0
      }
    }
    return clamped
  }

  private func clampHalves(
    _ values: UnsafeBufferPointer<Float>, _ bytes: UnsafeMutableRawPointer
  ) -> Int {
    let target = bytes.bindMemory(to: UInt16.self, capacity: values.count)
    var clamped = 0
    for index in 0..<values.count {
      let value = values[index]
      let fits = value.isNaN || abs(value) < 65520
      if !fits { clamped += 1 }
      target[index] = fits ? value.halfBits : (value > 0 ? Float(65504) : -65504).halfBits
    }
    return clamped
  }

  @inline(__always)
  private func convert<Element>(
    _ values: UnsafeBufferPointer<Float>, _: Element.Type, _ bytes: UnsafeMutableRawPointer,
    _ element: (Float) -> Element
  ) -> Int {
    let target = bytes.bindMemory(to: Element.self, capacity: values.count)
    for index in 0..<values.count { target[index] = element(values[index]) }
    return 0
  }
}
