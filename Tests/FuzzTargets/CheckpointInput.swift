import Checkpoint
import Foundation
import TestSupport

/// A checkpoint of PyTorch.
///
/// As bytes: a byte, and an archive where it is even, the pickle of an otherwise good archive where
/// it is odd.
public struct CheckpointInput: Sendable {
  private let archive: Data

  /// What some bytes say.
  public init(_ bytes: [UInt8]) {
    let rest = Data(bytes.dropFirst())
    guard let first = bytes.first, first % 2 == 1 else {
      archive = rest
      return
    }
    var good = Self.file(count: 5, isBare: false).archive
    good.entries[0].data = rest
    archive = good.data
  }

  /// Reads every tensor; whether the checkpoint was accepted.
  func read() -> Bool {
    guard let checkpoint = try? TorchCheckpoint(archive, path: "fuzz") else { return false }
    var size = 0
    for entry in checkpoint.entries {
      guard let bytes = try? checkpoint.data(entry.name),
        let floats = try? checkpoint.floats(entry.name)
      else { preconditionFailure("\(entry) was accepted and cannot be read") }
      precondition(bytes.count == entry.count * entry.type.byteCount, "\(entry)")
      precondition(floats.count == entry.count, "\(entry)")
      size += bytes.count
    }
    precondition(size <= 4 * archive.count + 1 << 20, "\(archive.count) bytes gave \(size)")
    return true
  }

  /// A checkpoint with tensors of several types, and views of them.
  public static func file(count: Int, isBare: Bool) -> CheckpointFile {
    var file = CheckpointFile()
    file.isBare = isBare
    let types = ["FloatStorage", "HalfStorage", "LongStorage", "BoolStorage", "DoubleStorage"]
    let widths = [4, 2, 8, 1, 8]
    for index in 0..<count {
      let kind = index % types.count
      file.add(
        "layer.\(index).weight", [2, 3], storage: types[kind], count: 6,
        data: Data((0..<6 * widths[kind]).map { UInt8(truncatingIfNeeded: 7 * $0 + index) }))
    }
    for (name, offset, shape, strides) in [
      ("transposed", 0, [3, 2], [1, 3]), ("part", 2, [2], [1]), ("repeated", 0, [4, 2], [0, 1]),
    ] {
      file.state.append(
        (
          .text(name),
          CheckpointFile.tensor(key: "0", count: 6, offset: offset, shape: shape, strides: strides)
        ))
    }
    return file
  }
}
