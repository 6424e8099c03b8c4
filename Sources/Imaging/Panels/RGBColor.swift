/// A colour of 8 bits per part.
public struct RGBColor: Sendable, Equatable {
  /// Red, green and blue, 0 to 255.
  public let red, green, blue: UInt8

  /// A colour of the given parts.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The colours of channels in overlays, in order: green, magenta, cyan, yellow, red, blue.
  public static let channels = [
    RGBColor(0, 255, 0), RGBColor(255, 0, 255), RGBColor(0, 255, 255), RGBColor(255, 255, 0),
    RGBColor(255, 64, 64), RGBColor(96, 128, 255),
  ]
}
