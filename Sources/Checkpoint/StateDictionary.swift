/// The state dict in the pickle of a checkpoint.
struct StateDictionary {
  private(set) var tensors: [(name: String, value: Pickle.Reference)] = []
  /// What is in the state dict but is no tensor that can be read, with what it is.
  private(set) var skipped: [String] = []
  let epoch: Int?
  let steps: Int?

  /// Finds it: under `state_dict`, where Lightning puts it, or the whole pickle.
  init(_ pickle: Pickle) throws(FormatError) {
    let root = pickle.root
    guard pickle.isDictionary(root) else {
      throw FormatError.unsupported(
        "it holds \(pickle.summary(root)), not a dict of weights; write one with "
          + "torch.save(model.state_dict(), …)")
    }
    let inner = pickle.value("state_dict", in: root)
    epoch = pickle.value("epoch", in: root).flatMap(pickle.integer)
    steps = pickle.value("global_step", in: root).flatMap(pickle.integer)
    let dictionary = inner ?? root
    guard pickle.isDictionary(dictionary) else {
      throw FormatError(reason: "its state_dict is \(pickle.summary(dictionary)), not a dict")
    }
    let pairs = pickle[dictionary].pairs
    guard pairs.count <= TorchCheckpoint.tensorLimit else {
      throw FormatError.unsupported(
        "its state dict has \(pairs.count) entries, at most \(TorchCheckpoint.tensorLimit) are read"
      )
    }
    for pair in pairs {
      guard let name = pickle.text(pair.key), name == name.printable, name.utf8.count <= 1000
      else {
        skipped.append("a key that is \(pickle.summary(pair.key).printable)")
        continue
      }
      if let tensor = Self.tensor(pair.value, pickle) {
        tensors.append((name, tensor))
      } else {
        skipped.append("\(name.prefix(200)): \(pickle.summary(pair.value))".printable)
      }
    }
    guard !tensors.isEmpty else {
      throw FormatError.unsupported(
        "its \(inner == nil ? "dict" : "state dict") of \(pairs.count) entries holds no tensor")
    }
  }

  /// The tensor behind a value, which may be a parameter around it.
  private static func tensor(_ value: Pickle.Reference, _ pickle: Pickle) -> Pickle.Reference? {
    switch pickle.function(value) {
    case "torch._utils._rebuild_tensor_v2": return value
    case "torch._utils._rebuild_parameter":
      guard case .call(_, let arguments) = pickle[value].kind,
        let data = pickle.tuple(arguments)?.first,
        pickle.function(data) == "torch._utils._rebuild_tensor_v2"
      else { return nil }
      return data
    default: return nil
    }
  }
}
