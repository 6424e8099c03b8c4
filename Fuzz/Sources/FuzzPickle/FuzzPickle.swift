import Checkpoint
import Foundation
import Fuzzing

/// Feeds broken pickles to the reader of pickles and configurations.
@main
enum FuzzPickle {
  static func main() {
    var maker = SeededGenerator(seed: 0)
    let seeds = (0..<64).map { _ in InstructionGenerator.pickle(using: &maker) } + [config]
    var fuzzer = Fuzzer()
    fuzzer.fuzz(
      { generator in
        switch generator.next(upTo: 3) {
        case 0: return InstructionGenerator.pickle(using: &generator)
        case 1:
          let seed = InstructionGenerator.pickle(using: &generator)
          return Mutation.mutated(seed, seeds: seeds, using: &generator)
        default:
          let seed = generator.once(in: 2) ? config : seeds[generator.next(upTo: seeds.count)]
          return Mutation.mutated(seed, seeds: seeds, using: &generator)
        }
      }, run: read)
  }

  /// Reads all that can be had from a pickle.
  private static func read(_ data: Data) -> Bool {
    let configuration = try? AuthorsConfigFile(data, path: "fuzz")
    if let configuration { precondition(configuration.json.utf8.count <= 11_000_000) }
    guard let pickle = try? Pickle(data, path: "fuzz") else { return false }
    let root = pickle.root
    let words =
      "\(pickle)" + pickle.summary(root)
      + pickle[root].elements.prefix(1000).map(pickle.summary).joined()
      + (pickle.value("state_dict", in: root).map(pickle.summary) ?? "")
    precondition(words.count < 1_000_000, "a pickle is told in \(words.count) characters")
    return true
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
