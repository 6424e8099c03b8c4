import Checkpoint
import Foundation
import Fuzzing
import Seeds

/// Feeds broken archives to the reader of checkpoints.
@main
enum FuzzCheckpoint {
  static func main() {
    let files = [file(count: 2, isBare: false), file(count: 12, isBare: true)]
    let pickles = files.map { [UInt8]($0.pickle.pickled()) }
    let archives = files.map { [UInt8]($0.data) }
    var fuzzer = Fuzzer()
    fuzzer.fuzz(
      { generator in
        let choice = generator.next(upTo: files.count)
        var archive = files[choice].archive
        switch generator.next(upTo: 4) {
        case 0, 1:
          archive.entries[0].data = Data(
            Mutation.mutated(pickles[choice], seeds: pickles, using: &generator))
        case 2: lie(&archive, &generator)
        default: return Mutation.mutated(archives[choice], seeds: archives, using: &generator)
        }
        return Array([UInt8](archive.data).prefix(Mutation.sizeLimit))
      }, run: read)
  }

  /// Reads every tensor of a checkpoint.
  private static func read(_ data: Data) -> Bool {
    guard let checkpoint = try? TorchCheckpoint(data, path: "fuzz") else { return false }
    var size = 0
    for entry in checkpoint.entries {
      guard let bytes = try? checkpoint.data(entry.name),
        let floats = try? checkpoint.floats(entry.name)
      else { preconditionFailure("\(entry) was accepted and cannot be read") }
      precondition(bytes.count == entry.count * entry.type.byteCount, "\(entry)")
      precondition(floats.count == entry.count, "\(entry)")
      size += bytes.count
    }
    precondition(size <= 4 * data.count + 1 << 20, "\(data.count) bytes gave \(size)")
    return true
  }

  /// Tells something wrong in one or two places.
  private static func lie(_ archive: inout ZipFile, _ generator: inout SeededGenerator) {
    archive.isZip64 = generator.once(in: 2)
    archive.hasDescriptors = generator.once(in: 2)
    for _ in 0...generator.next(upTo: 2) {
      let place = generator.next(upTo: archive.entries.count)
      let number = generator.awkwardNumber()
      let small = Int(UInt32(truncatingIfNeeded: number))
      switch generator.next(upTo: 8) {
      case 0: archive.entries[place].size = small
      case 1: archive.entries[place].headerSize = small
      case 2: archive.entries[place].offset = small
      case 3: archive.entries[place].name = archive.entries[0].name
      case 4: archive.entries[place].flags = Int(UInt16(truncatingIfNeeded: number))
      case 5: archive.count = Int(UInt16(truncatingIfNeeded: number))
      case 6: archive.start = small
      default: archive.entries[place].data.removeLast(min(1, archive.entries[place].data.count))
      }
    }
  }

  /// A checkpoint with tensors of several types, and views of them.
  private static func file(count: Int, isBare: Bool) -> CheckpointFile {
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
