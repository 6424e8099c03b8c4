import Checkpoint

/// Names and shapes of a checkpoint's tensors, asked for as the modules that made them.
struct WeightShapes {
  let checkpoint: TorchCheckpoint

  /// The shape of a tensor; nil when there is none of that name.
  subscript(name: String) -> [Int]? { checkpoint[name]?.shape }

  /// Whether anything lies below a module.
  func has(_ module: String) -> Bool {
    checkpoint.entries.contains { $0.name.hasPrefix(module + ".") }
  }

  /// The first parts of the names below a module.
  func children(of module: String) -> Set<String> {
    let prefix = module + "."
    return Set(
      checkpoint.entries.lazy.filter { $0.name.hasPrefix(prefix) }
        .compactMap { $0.name.dropFirst(prefix.count).split(separator: ".").first.map(String.init) }
    )
  }

  /// How many modules a list has: 0, 1, … without gaps.
  func count(of module: String) -> Int {
    let numbers = Set(children(of: module).compactMap { Int($0) })
    return (0...numbers.count).first { !numbers.contains($0) } ?? 0
  }

  /// Whether all below one module is there again, with the same values, below another.
  func areEqual(_ first: String, _ second: String) throws(CheckpointError) -> Bool {
    for entry in checkpoint.entries where entry.name.hasPrefix(first + ".") {
      let name = second + entry.name.dropFirst(first.count)
      guard let other = checkpoint[name], other.shape == entry.shape else { return false }
      if checkpoint.areShared(entry, other) { continue }
      guard try checkpoint.data(entry.name) == checkpoint.data(name) else { return false }
    }
    return true
  }
}
