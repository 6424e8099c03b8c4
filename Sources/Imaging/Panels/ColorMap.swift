/// How a plane's values become colours, between the ends of a contrast range.
public enum ColorMap: Sendable, Equatable {
  /// Black to white.
  case gray
  /// Black to one colour, such as a channel's.
  case color(RGBColor)
  /// Blue over black, the middle of the range, to red; for differences.
  case residual

  /// Black to green.
  public static let green = ColorMap.color(RGBColor(0, 255, 0))
  /// Black to magenta.
  public static let magenta = ColorMap.color(RGBColor(255, 0, 255))
  /// Black to cyan.
  public static let cyan = ColorMap.color(RGBColor(0, 255, 255))
  /// Black to yellow.
  public static let yellow = ColorMap.color(RGBColor(255, 255, 0))

  /// The plane in colours.
  public func render(_ plane: Plane, range: ContrastRange) -> RGBImage {
    let table = (0..<256).map { color(Float($0) / 255) }
    var picture = RGBImage(height: plane.height, width: plane.width, color: RGBColor(0, 0, 0))
    picture.bytes.withUnsafeMutableBufferPointer { bytes in
      plane.values.withUnsafeBufferPointer { values in
        for index in 0..<values.count {
          let color = table[Int((range.fraction(values[index]) * 255).rounded())]
          bytes[3 * index] = color.red
          bytes[3 * index + 1] = color.green
          bytes[3 * index + 2] = color.blue
        }
      }
    }
    return picture
  }

  private func color(_ fraction: Float) -> RGBColor {
    func byte(_ value: Float) -> UInt8 { UInt8(max(0, min(value, 255)).rounded()) }
    switch self {
    case .gray:
      return RGBColor(byte(fraction * 255), byte(fraction * 255), byte(fraction * 255))
    case .color(let color):
      return RGBColor(
        byte(fraction * Float(color.red)), byte(fraction * Float(color.green)),
        byte(fraction * Float(color.blue)))
    case .residual:
      // Black where nothing is left, as the rest of a panel is dark.
      let end: [Float] = fraction < 0.5 ? [70, 150, 255] : [255, 90, 70]
      let weight = abs(2 * fraction - 1)
      let parts = end.map { byte(weight * $0) }
      return RGBColor(parts[0], parts[1], parts[2])
    }
  }
}
