import Checkpoint
import Experiment
import Foundation
import TestSupport
import Torch
import USplit

extension CheckpointFile {
  /// The checkpoint that the authors' program would write of a network.
  init(_ store: ParameterStore) throws {
    self.init()
    for entry in store.entries {
      let names = [entry.name] + Self.secondNames(entry.name, store)
      let item = try entry.tensor.item(named: entry.name)
      if entry.tensor.type == .int64 {
        add(entry.name, item.shape, integers: try entry.tensor.integers())
      } else {
        add(entry.name, item.shape, try entry.tensor.floats())
      }
      for name in names.dropFirst() {
        if let value = state.last?.1 { state.append((.text(name), value)) }
      }
    }
  }

  /// Names that PyTorch gives to a tensor once more because two modules are one.
  private static func secondNames(_ name: String, _ store: ParameterStore) -> [String] {
    let parts = name.split(separator: ".").map(String.init)
    var other: String?
    if parts.count > 2, parts[0] == "bottom_up_layers", parts[2] == "net" {
      other = (parts.prefix(2) + ["lowres_net"] + parts.dropFirst(3)).joined(separator: ".")
    } else if parts[0].hasPrefix("down"), let level = Int(parts[0].dropFirst(4)) {
      other = (["lowres_net", "\(level - 1)"] + parts.dropFirst(3)).joined(separator: ".")
    }
    // A module that is there by itself has its name already; one that is not has none.
    guard let other, !store.entries.contains(where: { $0.name == other }), store[other] != nil
    else { return [] }
    return [other]
  }

  /// The checkpoint as it is read.
  func opened() throws -> TorchCheckpoint { try TorchCheckpoint(data, path: "model.ckpt") }
}

extension ModelStatistics {
  /// Statistics of two targets.
  static let two = ModelStatistics(
    channels: ["nuclei", "filaments"], clip: [500, 500], inputMean: 100, inputStd: 50,
    targetMean: [90, 110], targetStd: [45, 55])
}
