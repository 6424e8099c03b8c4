import Foundation

/// A checkpoint of PyTorch to be written.
public struct CheckpointFile {
  /// Entries of the state dict.
  public var state: [(PythonValue, PythonValue)] = []
  /// Bytes of the storages by key.
  public var storages: [(key: String, data: Data)] = []
  /// What stands beside the state dict.
  public var others: [(PythonValue, PythonValue)] = [
    (.text("epoch"), .integer(3)), (.text("global_step"), .integer(70_000)),
  ]
  /// Whether the state dict is all there is.
  public var isBare = false
  /// Files beside the pickle.
  public var files: [(name: String, data: Data)] = [("byteorder", Data("little".utf8))]

  /// A checkpoint without tensors.
  public init() {}

  /// Adds a tensor with a storage of its own, elements in C order.
  public mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    add(
      name, shape, storage: "FloatStorage", count: values.count,
      data: values.withUnsafeBytes { Data($0) })
  }

  /// Adds an `int64` tensor with a storage of its own.
  public mutating func add(_ name: String, _ shape: [Int], integers: [Int64]) {
    add(
      name, shape, storage: "LongStorage", count: integers.count,
      data: integers.withUnsafeBytes { Data($0) })
  }

  /// Adds a tensor with a storage of its own.
  public mutating func add(
    _ name: String, _ shape: [Int], storage: String, count: Int, data: Data
  ) {
    let key = String(storages.count)
    storages.append((key, data))
    var strides = [Int](repeating: 1, count: shape.count)
    for place in shape.indices.dropLast().reversed() {
      strides[place] = strides[place + 1] * shape[place + 1]
    }
    state.append(
      (
        .text(name),
        Self.tensor(
          storage: storage, key: key, count: count, offset: 0, shape: shape, strides: strides)
      ))
  }

  /// What `torch.save` writes for a tensor.
  public static func tensor(
    storage: String = "FloatStorage", key: String, count: Int, offset: Int, shape: [Int],
    strides: [Int]
  ) -> PythonValue {
    .call(
      .symbol("torch._utils", "_rebuild_tensor_v2"),
      [
        .persistent(
          .tuple([
            .text("storage"), .symbol("torch", storage), .text(key), .text("cuda:0"),
            .integer(count),
          ])),
        .integer(offset), .tuple(shape.map { .integer($0) }), .tuple(strides.map { .integer($0) }),
        .bool(false), .ordered([]),
      ])
  }

  /// The pickle inside.
  public var pickle: PythonValue {
    isBare ? .ordered(state) : .dictionary(others + [(.text("state_dict"), .ordered(state))])
  }

  /// The archive around it.
  public var archive: ZipFile {
    ZipFile(
      [.init("model/data.pkl", pickle.pickled())]
        + files.map { .init("model/\($0.name)", $0.data) }
        + storages.map { .init("model/data/\($0.key)", $0.data) })
  }

  /// The file.
  public var data: Data { archive.data }
}
