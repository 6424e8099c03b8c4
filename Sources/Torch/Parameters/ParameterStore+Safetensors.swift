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
    var missing: [String] = []
    var misshapen: [String] = []
    for entry in entries {
      let shape = entry.tensor.shape
      guard let found = file[prefix + entry.name] else {
        missing.append(entry.name)
        continue
      }
      if found.shape != shape {
        misshapen.append("\(entry.name) is \(found.shape) instead of \(shape)")
      }
    }
    let expected = Set(checkpointNames)
    let unexpected = file.entries.map(\.name)
      .filter { $0.hasPrefix(prefix) && !expected.contains(String($0.dropFirst(prefix.count))) }
    try Self.report(
      file, missing: missing, unexpected: unexpected, misshapen: misshapen, of: entries.count)

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

  private static func report(
    _ file: SafetensorsFile, missing: [String], unexpected: [String], misshapen: [String],
    of count: Int
  ) throws(TorchError) {
    var complaints: [String] = []
    func complain(_ what: String, _ names: [String]) {
      guard !names.isEmpty else { return }
      let shown = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
      complaints.append("\(what): \(shown)")
    }
    complain("lacks \(missing.count) of \(count) tensors", missing)
    complain("has \(unexpected.count) that the network does not know", unexpected)
    complain("has \(misshapen.count) of another shape", misshapen)
    guard !complaints.isEmpty else { return }
    throw .checkpoint(
      "\(file.url.path) \(complaints.joined(separator: "; it ")); "
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
