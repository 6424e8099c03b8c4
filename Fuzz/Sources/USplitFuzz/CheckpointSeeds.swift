import FuzzTargets
import TestSupport

/// Good checkpoints, pickles and configurations.
enum CheckpointSeeds {
  private static var files: [CheckpointFile] {
    [
      CheckpointInput.file(count: 2, isBare: false), CheckpointInput.file(count: 12, isBare: true),
    ]
  }

  /// Archives, and pickles that go into one.
  static var inputs: [[UInt8]] {
    files.flatMap { [[0] + [UInt8]($0.data), [1] + [UInt8]($0.pickle.pickled())] }
  }

  static var pickles: [[UInt8]] {
    [config]
      + files.flatMap { [[UInt8]($0.pickle.pickled()), [UInt8]($0.pickle.pickled(version: 4))] }
  }

  /// A configuration as ml_collections writes it.
  private static let config: [UInt8] = {
    func text(_ text: String) -> [UInt8] {
      [0x8C, UInt8(text.utf8.count)] + Array(text.utf8) + [0x94]
    }
    let type =
      text("ml_collections.config_dict.config_dict") + text("FrozenConfigDict") + [0x93, 0x94]
    let inner: [UInt8] =
      [0x68, 2, 0x29, 0x81, 0x94, 0x7D, 0x94, 0x28, 0x68, 4, 0x7D, 0x28] + text("image_size")
      + [0x4B, 64] + text("z_dims") + [0x4B, 4, 0x4B, 4, 0x86, 0x94, 0x75, 0x75, 0x62]
    return [0x80, 4] + type
      + [0x29, 0x81, 0x94, 0x7D, 0x28] + text("_fields") + [0x7D, 0x28] + text("data")
      + inner + text("rate") + [0x47, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0] + [0x75, 0x75]
      + [0x62, 0x2E]
  }()
}
