import CTorch

/// Mirrored and turned images, `[…, H, W]`.
extension Tensor {
  /// A margin around the image that mirrors it at its border pixels, which are not repeated
  /// (`c b | a b c d | c b`).
  ///
  /// - Parameter margin: pixels on each side, fewer than the image has rows and columns
  public func reflectionPadded(
    _ margin: Int, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    guard margin != 0 else { return self }
    let size = spatialSize
    precondition(
      (0..<min(size.height, size.width)).contains(margin),
      "a mirrored margin of \(margin) pixels around \(size); it must be smaller than both sides")
    return Tensor("padding \(shape) by reflection", file: file, line: line) {
      ct_pad_reflecting(pointer, Int64(margin), $0)
    }
  }

  /// The elements along one dimension in reverse order; negative numbers count from the end.
  public func flipped(
    _ dimension: Int, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    Tensor("flipping dimension \(dimension) of \(shape)", file: file, line: line) {
      ct_flip(pointer, Int32(dimension), $0)
    }
  }

  /// The image with rows and columns exchanged, `[…, W, H]`.
  public func transposed(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    Tensor("transposing \(shape)", file: file, line: line) {
      ct_transpose(pointer, -2, -1, $0)
    }
  }

  /// Absolute values; the gradient at 0 is 0.
  public func absolute() -> Tensor {
    Tensor("absolute values of shape \(shape)", file: #fileID, line: #line) {
      ct_absolute(pointer, $0)
    }
  }
}
