import Checkpoint
import Foundation

/// What must hold of pickles and configurations however they came to be.
enum PickleCheck {
  /// Reads all that can be had from a pickle; whether it was accepted.
  static func read(_ bytes: [UInt8]) -> Bool {
    let data = Data(bytes)
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
}
