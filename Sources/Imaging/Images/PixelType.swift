/// The element type of an image.
public enum PixelType: String, Codable, Sendable, CaseIterable {
  case uint8, uint16, uint32, int8, int16, int32, float16, float32, float64

  /// Bytes of one pixel.
  public var byteCount: Int {
    switch self {
    case .uint8, .int8: 1
    case .uint16, .int16, .float16: 2
    case .uint32, .int32, .float32: 4
    case .float64: 8
    }
  }

  /// Whether a pixel may be NaN or too large for 32-bit floating point.
  public var isFloatingPoint: Bool { range == nil }

  /// Smallest and largest value, or nil for the floating-point types.
  public var range: ClosedRange<Double>? {
    switch self {
    case .uint8: 0...255
    case .uint16: 0...65535
    case .uint32: 0...4_294_967_295
    case .int8: -128...127
    case .int16: -32768...32767
    case .int32: -2_147_483_648...2_147_483_647
    case .float16, .float32, .float64: nil
    }
  }
}

/// The size of a pixel in the specimen.
public struct PixelSize: Codable, Sendable, Equatable {
  /// Extent along x, in `unit`.
  public var width: Double
  /// Extent along y, in `unit`.
  public var height: Double
  /// Distance of slices along z, in `unit`; nil where it is not known.
  public var depth: Double?
  /// The unit's name in full, such as `micrometer`.
  public var unit: String

  /// A pixel size in the given unit.
  public init(width: Double, height: Double, depth: Double? = nil, unit: String) {
    self.width = width
    self.height = height
    self.depth = depth
    self.unit = unit
  }
}
