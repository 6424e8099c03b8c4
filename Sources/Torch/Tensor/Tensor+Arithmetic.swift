import CTorch

/// Element by element. Tensors of different shapes broadcast as in PyTorch.
extension Tensor {
  /// Sum.
  public static func + (a: Tensor, b: Tensor) -> Tensor { a.combined(b, "sum", ct_add) }
  /// Difference.
  public static func - (a: Tensor, b: Tensor) -> Tensor { a.combined(b, "difference", ct_subtract) }
  /// Product.
  public static func * (a: Tensor, b: Tensor) -> Tensor { a.combined(b, "product", ct_multiply) }
  /// Quotient.
  public static func / (a: Tensor, b: Tensor) -> Tensor { a.combined(b, "quotient", ct_divide) }
  /// Sum with a number.
  public static func + (a: Tensor, b: Double) -> Tensor { a.scaled(by: 1, plus: b) }
  /// Difference with a number.
  public static func - (a: Tensor, b: Double) -> Tensor { a.scaled(by: 1, plus: -b) }
  /// Product with a number.
  public static func * (a: Tensor, b: Double) -> Tensor { a.scaled(by: b, plus: 0) }
  /// Product with a number.
  public static func * (a: Double, b: Tensor) -> Tensor { b.scaled(by: a, plus: 0) }
  /// Quotient with a number.
  public static func / (a: Tensor, b: Double) -> Tensor { a.scaled(by: 1 / b, plus: 0) }
  /// Opposite.
  public static prefix func - (a: Tensor) -> Tensor { a.scaled(by: -1, plus: 0) }

  /// `self * factor + offset`.
  public func scaled(by factor: Double, plus offset: Double) -> Tensor {
    mapped("scaling") { ct_scale($0, factor, offset, $1) }
  }

  /// Exponential.
  public func exp() -> Tensor { mapped("exp", ct_exp) }
  /// Natural logarithm.
  public func log() -> Tensor { mapped("log", ct_log) }
  /// Square root.
  public func squareRoot() -> Tensor { mapped("square root", ct_sqrt) }
  /// Square.
  public func squared() -> Tensor { mapped("square", ct_square) }
  /// `1 / (1 + exp(-x))`.
  public func sigmoid() -> Tensor { mapped("sigmoid", ct_sigmoid) }
  /// `x` above 0, `exp(x) - 1` below.
  public func elu() -> Tensor { mapped("elu", ct_elu) }
  /// `x` above 0, `slope * x` below.
  public func leakyReLU(slope: Double = 0.01) -> Tensor {
    mapped("leaky ReLU") { ct_leaky_relu($0, slope, $1) }
  }

  /// Values below or above the range are set to its ends; their gradient is 0.
  public func clamped(to range: ClosedRange<Double>) -> Tensor {
    mapped("clamping") { ct_clamp($0, range.lowerBound, range.upperBound, $1) }
  }
  /// Values below are set to the bound; their gradient is 0.
  public func clamped(to range: PartialRangeFrom<Double>) -> Tensor {
    clamped(to: range.lowerBound...Double.infinity)
  }
  /// Values above are set to the bound; their gradient is 0.
  public func clamped(to range: PartialRangeThrough<Double>) -> Tensor {
    clamped(to: -Double.infinity...range.upperBound)
  }

  private func mapped(
    _ name: String, _ body: (OpaquePointer, UnsafeMutablePointer<ct_error?>) -> OpaquePointer?
  ) -> Tensor {
    Tensor("\(name) of shape \(shape)", file: #fileID, line: #line) { body(pointer, $0) }
  }

  private func combined(
    _ other: Tensor, _ name: String,
    _ body: (OpaquePointer, OpaquePointer, UnsafeMutablePointer<ct_error?>) -> OpaquePointer?
  ) -> Tensor {
    Tensor("\(name) of shapes \(shape) and \(other.shape)", file: #fileID, line: #line) {
      body(pointer, other.pointer, $0)
    }
  }
}
