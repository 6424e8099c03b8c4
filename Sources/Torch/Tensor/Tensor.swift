import CTorch

/// An array of numbers on a device; copies share storage.
///
/// No public operation writes into an existing tensor; only optimisers, running statistics and
/// loading do. A tensor belongs to the thread that made it.
public struct Tensor {
  final class Handle {
    let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { self.pointer = pointer }
    deinit { ct_free(pointer) }
  }

  let handle: Handle
  var pointer: OpaquePointer { handle.pointer }

  init(owning pointer: OpaquePointer) { self.handle = Handle(pointer) }

  /// Wraps the result of a shim function; a failure is the caller's mistake and stops the program.
  init(
    _ operation: @autoclosure () -> String, file: StaticString, line: UInt,
    _ body: (UnsafeMutablePointer<ct_error?>) -> OpaquePointer?
  ) {
    let pointer = require(operation(), file: file, line: line, body)
    guard let pointer else {
      fatalError("\(operation()) gave no result", file: file, line: line)
    }
    self.init(owning: pointer)
  }

  // MARK: Making

  /// A tensor of the given values in row-major order.
  public init(
    _ values: [Float], shape: [Int], device: Device = .cpu,
    file: StaticString = #fileID, line: UInt = #line
  ) {
    let count = shape.reduce(1, *)
    precondition(values.count == count, "shape \(shape) needs \(count) values, got \(values.count)")
    self = values.withUnsafeBytes {
      Tensor(
        bytes: $0, source: .float32, shape: shape, type: .float32, device: device, file: file,
        line: line)
    }
  }

  /// A tensor of integers in row-major order.
  public init(
    integers values: [Int64], shape: [Int], file: StaticString = #fileID, line: UInt = #line
  ) {
    let count = shape.reduce(1, *)
    precondition(values.count == count, "shape \(shape) needs \(count) values, got \(values.count)")
    self = values.withUnsafeBytes {
      Tensor(
        bytes: $0, source: .int64, shape: shape, type: .int64, device: .cpu, file: file, line: line)
    }
  }

  /// A row of numbers in double precision.
  init(doubles values: [Double]) {
    self = values.withUnsafeBytes {
      Tensor(
        bytes: $0, source: .float64, shape: [values.count], type: .float64, device: .cpu)
    }
  }

  /// A tensor of the given row-major elements.
  init(
    bytes: UnsafeRawBufferPointer, source: DType, shape: [Int], type: DType, device: Device,
    file: StaticString = #fileID, line: UInt = #line
  ) {
    let dimensions = shape.map(Int64.init)
    self.init("making a tensor of shape \(shape)", file: file, line: line) {
      ct_from_data(
        bytes.baseAddress, source.c, dimensions, Int32(shape.count), type.c, device.c, $0)
    }
  }

  /// A tensor filled with one value.
  public static func full(
    _ value: Double, shape: [Int], type: DType = .float32, device: Device = .cpu,
    file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let dimensions = shape.map(Int64.init)
    return Tensor("filling shape \(shape)", file: file, line: line) {
      ct_full(value, dimensions, Int32(shape.count), type.c, device.c, $0)
    }
  }

  /// A tensor of zeros.
  public static func zeros(
    _ shape: [Int], type: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    full(0, shape: shape, type: type, device: device)
  }

  /// Independent standard normal numbers.
  public static func normal(
    _ shape: [Int], generator: Generator, device: Device? = nil,
    file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let dimensions = shape.map(Int64.init)
    let device = device ?? generator.device
    return Tensor("drawing shape \(shape)", file: file, line: line) {
      ct_randn(dimensions, Int32(shape.count), CT_FLOAT32, device.c, generator.handle, $0)
    }
  }

  /// Independent numbers, uniform in `range`.
  public static func uniform(
    in range: ClosedRange<Double>, _ shape: [Int], generator: Generator, device: Device? = nil,
    file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let dimensions = shape.map(Int64.init)
    let device = device ?? generator.device
    return Tensor("drawing shape \(shape)", file: file, line: line) {
      ct_uniform(
        range.lowerBound, range.upperBound, dimensions, Int32(shape.count), CT_FLOAT32, device.c,
        generator.handle, $0)
    }
  }

  // MARK: Looking

  /// Extents of all dimensions, such as `[B, C, H, W]`.
  public var shape: [Int] {
    (0..<ct_rank(pointer)).map { Int(ct_dimension(pointer, $0)) }
  }

  /// The extent of one dimension; negative numbers count from the end.
  public func size(_ dimension: Int) -> Int {
    let rank = Int(ct_rank(pointer))
    let index = dimension < 0 ? dimension + rank : dimension
    precondition(
      (0..<rank).contains(index), "dimension \(dimension) of a tensor with \(rank) dimensions")
    return Int(ct_dimension(pointer, Int32(index)))
  }

  /// Number of elements.
  public var elementCount: Int { Int(ct_element_count(pointer)) }
  /// Element type.
  public var type: DType { DType(ct_tensor_dtype(pointer)) }
  /// Where the values are.
  public var device: Device { Device(ct_tensor_device(pointer)) }
  /// Whether memory runs pixel by pixel.
  public var isChannelsLast: Bool { ct_is_channels_last(pointer) }

  // MARK: Values out

  /// All values in row-major order.
  ///
  /// - Throws: `TorchError.operation` when a computation on the device failed, which may come to
  ///   light only here.
  public func floats() throws(TorchError) -> [Float] { try values(.float32, zero: 0) }

  /// All values in row-major order, in double precision.
  ///
  /// - Throws: as `floats()`.
  public func doubles() throws(TorchError) -> [Double] { try values(.float64, zero: 0) }

  /// All values in row-major order, as integers.
  ///
  /// - Throws: as `floats()`.
  public func integers() throws(TorchError) -> [Int64] { try values(.int64, zero: 0) }

  /// The value of a tensor with one element.
  ///
  /// - Throws: as `floats()`.
  public func item() throws(TorchError) -> Double {
    precondition(elementCount == 1, "item() of a tensor with \(elementCount) elements")
    return try doubles()[0]
  }

  private func values<Element>(_ type: DType, zero: Element) throws(TorchError) -> [Element] {
    var result = [Element](repeating: zero, count: elementCount)
    _ = try attempt("reading a tensor of shape \(shape)") { slot in
      result.withUnsafeMutableBytes { ct_copy_data(pointer, type.c, $0.baseAddress, slot) }
    }
    return result
  }

  // MARK: Elsewhere

  /// The same values on another device or of another type; itself when nothing changes.
  ///
  /// - Throws: `TorchError.operation` when the device has no room.
  public func moved(to device: Device, type: DType? = nil) throws(TorchError) -> Tensor {
    let made = try attempt("moving a tensor of shape \(shape) to \(device)") {
      ct_to(pointer, (type ?? self.type).c, device.c, $0)
    }
    guard let made else { throw .operation("moving a tensor", message: "no result") }
    return Tensor(owning: made)
  }

  /// The same values as another type; itself when it is of this type.
  public func cast(
    to type: DType, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    if self.type == type { return self }
    return Tensor("casting shape \(shape) to \(type)", file: file, line: line) {
      ct_to(pointer, type.c, device.c, $0)
    }
  }

  /// The same values in another order in memory; itself when the order is so already.
  public func arranged(
    _ layout: Layout, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    guard ct_rank(pointer) == 4 else { return self }
    return Tensor("arranging shape \(shape)", file: file, line: line) {
      ct_with_layout(pointer, layout == .channelsLast, $0)
    }
  }
}
