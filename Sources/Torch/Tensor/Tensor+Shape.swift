import CTorch

/// Reductions and changes of shape.
extension Tensor {
  /// The sum over the given dimensions; over all when none is given.
  public func sum(over dimensions: [Int] = [], keepingDimensions: Bool = false) -> Tensor {
    let numbers = dimensions.map(Int32.init)
    return Tensor("sum over \(dimensions) of shape \(shape)", file: #fileID, line: #line) {
      ct_sum(pointer, numbers, Int32(numbers.count), keepingDimensions, $0)
    }
  }

  /// The mean over the given dimensions; over all when none is given.
  public func mean(over dimensions: [Int] = [], keepingDimensions: Bool = false) -> Tensor {
    let numbers = dimensions.map(Int32.init)
    return Tensor("mean over \(dimensions) of shape \(shape)", file: #fileID, line: #line) {
      ct_mean(pointer, numbers, Int32(numbers.count), keepingDimensions, $0)
    }
  }

  /// The same elements in another shape.
  public func reshaped(_ shape: [Int], file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    let dimensions = shape.map(Int64.init)
    return Tensor("reshaping \(self.shape) to \(shape)", file: file, line: line) {
      ct_reshape(pointer, dimensions, Int32(shape.count), $0)
    }
  }

  /// A part of one dimension.
  public func sliced(
    _ dimension: Int, _ range: Range<Int>, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    Tensor("slice \(range) of dimension \(dimension) of \(shape)", file: file, line: line) {
      ct_narrow(pointer, Int32(dimension), Int64(range.lowerBound), Int64(range.count), $0)
    }
  }

  /// The channels of `[B, C, H, W]` in two halves.
  public func channelHalves() -> (Tensor, Tensor) {
    let half = size(1) / 2
    return (sliced(1, 0..<half), sliced(1, half..<2 * half))
  }

  /// Tensors joined along one dimension.
  public static func concatenated(
    _ tensors: [Tensor], along dimension: Int = 1, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    let pointers = tensors.map { Optional($0.pointer) }
    return Tensor(
      "joining shapes \(tensors.map(\.shape)) along dimension \(dimension)", file: file, line: line
    ) {
      ct_concatenate(pointers, Int32(pointers.count), Int32(dimension), $0)
    }
  }

  /// The slices of one dimension, which they no longer have.
  ///
  /// Cheaper than a slice each where gradients are wanted: theirs are joined in one piece.
  public func unstacked(along dimension: Int) -> [Tensor] {
    let count = size(dimension)
    var pointers = [OpaquePointer?](repeating: nil, count: count)
    _ = require("unstacking dimension \(dimension) of \(shape)", file: #fileID, line: #line) {
      slot in
      pointers.withUnsafeMutableBufferPointer {
        ct_unstack(pointer, Int32(dimension), $0.baseAddress, Int32(count), slot)
      }
    }
    return pointers.compactMap { $0.map(Tensor.init(owning:)) }
  }

  /// Tensors of one shape joined along a new dimension.
  public static func stacked(_ tensors: [Tensor], along dimension: Int) -> Tensor {
    let pointers = tensors.map { Optional($0.pointer) }
    return Tensor(
      "stacking shapes \(tensors.map(\.shape)) along dimension \(dimension)", file: #fileID,
      line: #line
    ) {
      ct_stack(pointers, Int32(pointers.count), Int32(dimension), $0)
    }
  }

  // MARK: Images, `[…, H, W]`

  /// Zeros around the image up to the given size: half of them, rounded down, before it.
  public func zeroPadded(to size: Size) -> Tensor {
    let current = spatialSize
    guard current != size else { return self }
    let rows = size.height - current.height
    let columns = size.width - current.width
    precondition(rows >= 0 && columns >= 0, "cannot pad \(current) to the smaller \(size)")
    let (top, left) = (rows / 2, columns / 2)
    return Tensor("padding \(current) to \(size)", file: #fileID, line: #line) {
      ct_pad(
        pointer, Int64(left), Int64(columns - left), Int64(top), Int64(rows - top), $0)
    }
  }

  /// The middle of the image.
  ///
  /// - Parameter rounding: of the rows and columns before it, half of what is cut: down, or to the
  ///   nearest even number as torchvision does
  public func centerCropped(
    to size: Size, rounding: FloatingPointRoundingRule = .down
  ) -> Tensor {
    let current = spatialSize
    guard current != size else { return self }
    precondition(
      size.height <= current.height && size.width <= current.width,
      "cannot crop \(current) to the larger \(size)")
    func before(_ cut: Int) -> Int { Int((Double(cut) / 2).rounded(rounding)) }
    let top = before(current.height - size.height)
    let left = before(current.width - size.width)
    return sliced(-2, top..<top + size.height).sliced(-1, left..<left + size.width)
  }

  /// Extents of the last two dimensions.
  public var spatialSize: Size { Size(height: size(-2), width: size(-1)) }
}

/// Rows and columns of an image.
public struct Size: Hashable, Sendable, CustomStringConvertible {
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// Rows and columns.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// As many rows as columns.
  public init(_ side: Int) { self.init(height: side, width: side) }

  /// Rows × columns.
  public var description: String { "\(height) × \(width)" }
}
