/// One grey image, `[H, W]`, row by row.
public struct Plane: Sendable, Equatable {
  /// Rows.
  public let height: Int
  /// Columns.
  public let width: Int
  /// `height * width` values; the pixel of row `y` and column `x` is `values[y * width + x]`.
  public var values: [Float]

  /// A plane of the given values.
  public init(height: Int, width: Int, values: [Float]) {
    precondition(
      values.count == height * width,
      "a plane of \(height) × \(width) needs \(height * width) values, got \(values.count)")
    self.height = height
    self.width = width
    self.values = values
  }

  /// A plane filled with one value.
  public init(height: Int, width: Int, repeating value: Float = 0) {
    self.init(
      height: height, width: width, values: [Float](repeating: value, count: height * width))
  }

  /// The pixel of row `y` and column `x`.
  public subscript(y: Int, x: Int) -> Float {
    get { values[y * width + x] }
    set { values[y * width + x] = newValue }
  }
}
