import Foundation
import Safetensors

/// Loading and saving.
extension ParameterStore {
  /// All tensors, ready to be written, row-major.
  ///
  /// - Parameter prefix: put before every name.
  /// - Throws: `TorchError` when the device cannot be read.
  public func items(prefix: String = "") throws(TorchError) -> [SafetensorsFile.Item] {
    var items: [SafetensorsFile.Item] = []
    for entry in entries {
      items.append(try entry.tensor.item(named: prefix + entry.name))
    }
    return items
  }

  /// Overwrites every tensor with that of the same name in the file.
  ///
  /// - Parameters:
  ///   - file: a safetensors file
  ///   - prefix: what stands before every name in the file; other names are ignored
  /// - Throws: `TorchError.checkpoint` with all names that are missing, unexpected or of another
  ///   shape at once (nothing is overwritten then), or when the file cannot be read.
  public func load(_ file: SafetensorsFile, prefix: String = "") throws(TorchError) {
    let found = file.entries.filter { $0.name.hasPrefix(prefix) }
      .map { (name: String($0.name.dropFirst(prefix.count)), shape: $0.shape) }
    try check(found, of: file.url.path)
    for entry in entries {
      let values: Tensor
      do throws(SafetensorsError) {
        values = try Tensor(file, named: prefix + entry.name)
      } catch {
        throw .checkpoint(error.description)
      }
      try entry.tensor.assign(values)
    }
  }

  /// Overwrites every tensor with that of the same name.
  ///
  /// - Parameters:
  ///   - tensors: all tensors of a PyTorch checkpoint; those that it has under two names must be
  ///     equal
  ///   - path: what messages call the checkpoint
  /// - Throws: `TorchError.checkpoint` as `load(_:prefix:)`; nothing is overwritten then.
  public func load(
    _ tensors: [(name: String, tensor: Tensor)], from path: String
  ) throws(TorchError) {
    try check(tensors.map { ($0.name, $0.tensor.shape) }, of: path)
    var values: [String: Tensor] = [:]
    for (name, tensor) in tensors { values[name] = tensor }
    for (name, tensor) in tensors {
      let first = resolved(name)
      guard first != name, let original = values[first] else { continue }
      guard try tensor.item(named: "").data == original.item(named: "").data else {
        throw .checkpoint(
          "\(path) has different values for \(first) and \(name), which are one tensor in this "
            + "network; was it saved with separate branches for the context?")
      }
    }
    for entry in entries {
      if let tensor = values[entry.name] { try entry.tensor.assign(tensor) }
    }
  }

  /// Checks that names and shapes are those of this network.
  ///
  /// - Parameters:
  ///   - found: what a checkpoint holds
  ///   - path: what messages call it
  /// - Throws: `TorchError.checkpoint` with all names that are missing, unexpected or of another
  ///   shape at once.
  public func check(
    _ found: [(name: String, shape: [Int])], of path: String
  ) throws(TorchError) {
    var shapes: [String: [Int]] = [:]
    for (name, shape) in found { shapes[name] = shape }
    var missing: [String] = []
    var misshapen: [String] = []
    for name in checkpointNames {
      let expected = self[name]?.shape ?? []
      if let shape = shapes[name] {
        if shape != expected { misshapen.append("\(name) is \(shape) instead of \(expected)") }
      } else if resolved(name) == name {
        missing.append(name)
      }
    }
    let expected = Set(checkpointNames)
    var complaints: [String] = []
    func complain(_ what: String, _ names: [String]) {
      guard !names.isEmpty else { return }
      let shown = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
      complaints.append("\(what): \(shown)")
    }
    complain("lacks \(missing.count) of \(entries.count) tensors", missing)
    let unexpected = found.map(\.name).filter { !expected.contains($0) }
    complain("has \(unexpected.count) that the network does not know", unexpected)
    complain("has \(misshapen.count) of another shape", misshapen)
    guard !complaints.isEmpty else { return }
    throw .checkpoint(
      "\(path) \(complaints.joined(separator: "; it ")); "
        + "was it saved with another configuration?")
  }
}

extension Tensor {
  /// A tensor of a safetensors file; 64-bit integers stay integers, all else becomes float32.
  ///
  /// - Throws: `SafetensorsError` when the file has no such tensor.
  public init(_ file: SafetensorsFile, named name: String) throws(SafetensorsError) {
    let shape = file[name]?.shape ?? []
    if file[name]?.type == .i64 {
      self.init(integers: try file.integers(name).map(Int64.init), shape: shape)
    } else {
      self.init(try file.floats(name), shape: shape)
    }
  }

  /// A tensor of a safetensors file that must have a shape.
  ///
  /// - Throws: `TorchError.checkpoint` when the file has none of that name and shape.
  init(_ file: SafetensorsFile, named name: String, shape: [Int]) throws(TorchError) {
    guard let found = file[name]?.shape, found == shape else {
      let found = file[name].map { "is \($0.shape)" } ?? "is missing"
      throw .checkpoint("\(file.url.path): \(name) \(found), \(shape) is needed")
    }
    do throws(SafetensorsError) {
      try self.init(file, named: name)
    } catch {
      throw .checkpoint(error.description)
    }
  }

  /// The tensor as it stands in a safetensors file.
  ///
  /// - Throws: `TorchError` when the device cannot be read.
  public func item(named name: String) throws(TorchError) -> SafetensorsFile.Item {
    if type == .int64 {
      let values = try integers()
      return SafetensorsFile.Item(
        name: name, type: .i64, shape: shape, data: values.withUnsafeBytes { Data($0) })
    }
    let values = try floats()
    return SafetensorsFile.Item(
      name: name, type: .f32, shape: shape, data: values.withUnsafeBytes { Data($0) })
  }
}
