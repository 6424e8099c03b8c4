import Foundation

/// Finds the bytes of the tensors that a pickle describes.
struct TensorReader {
  let pickle: Pickle
  let archive: ZipArchive
  let root: String

  /// The most dimensions of a tensor.
  private static let rankLimit = 16

  /// Reads the arguments of `torch._utils._rebuild_tensor_v2`: storage, offset, shape, strides.
  func entry(
    _ tensor: Pickle.Reference, named name: String
  ) throws(FormatError) -> TorchCheckpoint.Entry {
    guard case .call(_, let call) = pickle[tensor].kind, let arguments = pickle.tuple(call),
      (6...7).contains(arguments.count), let offset = pickle.integer(arguments[1]),
      let shape = numbers(arguments[2]), let strides = numbers(arguments[3]),
      shape.count == strides.count, offset >= 0
    else { throw broken(name, "is not described as PyTorch does") }
    let (type, storage, length) = try storage(arguments[0], of: name)
    let view = StorageView(storage: storage, offset: offset, strides: strides)
    guard let count = view.count(shape: shape, within: length) else {
      throw broken(
        name,
        "of shape \(shape) with strides \(strides) from \(offset) does not lie within its storage "
          + "of \(length) elements")
    }
    return TorchCheckpoint.Entry(name: name, type: type, shape: shape, count: count, view: view)
  }

  /// Compares the storages of the tensors with their checksums, each once.
  func checkStorages(of entries: [TorchCheckpoint.Entry]) throws(FormatError) {
    var checked: Set<String> = []
    for entry in entries where checked.insert(entry.view.storage.name).inserted {
      _ = try archive.data(entry.view.storage)
    }
  }

  /// Reads `('storage', torch.FloatStorage, '12', 'cpu', 216)`.
  private func storage(
    _ reference: Pickle.Reference, of name: String
  ) throws(FormatError) -> (TorchCheckpoint.ElementType, ZipArchive.Entry, count: Int) {
    guard case .persistent(let id) = pickle[reference].kind, let parts = pickle.tuple(id),
      parts.count == 5, pickle.text(parts[0]) == "storage",
      case .symbol("torch", let kind) = pickle[parts[1]].kind, let key = pickle.text(parts[2]),
      let count = pickle.integer(parts[4]), count >= 0
    else { throw broken(name, "has a storage that is not described as PyTorch does") }
    guard let type = TorchCheckpoint.ElementType(rawValue: kind) else {
      throw FormatError.unsupported(
        "its tensor \"\(name.prefix(200))\" is kept in a \(kind.prefix(80)), which holds no plain "
          + "numbers; convert it to float32")
    }
    guard let entry = archive[root + "data/" + key] else {
      throw broken(name, "has no storage data/\(key.prefix(80))")
    }
    // A storage of bytes may end in part of an element.
    guard entry.range.count / type.byteCount == count else {
      throw broken(
        name,
        "should have \(count) elements of \(type.byteCount) bytes in its storage, which has "
          + "\(entry.range.count) bytes")
    }
    return (type, entry, count)
  }

  private func numbers(_ reference: Pickle.Reference) -> [Int]? {
    guard let tuple = pickle.tuple(reference), tuple.count <= Self.rankLimit else { return nil }
    let numbers = tuple.compactMap(pickle.integer)
    return numbers.count == tuple.count && numbers.allSatisfy { $0 >= 0 } ? numbers : nil
  }

  private func broken(_ name: String, _ what: String) -> FormatError {
    FormatError(reason: "its tensor \"\(name.prefix(200))\" \(what)")
  }
}
