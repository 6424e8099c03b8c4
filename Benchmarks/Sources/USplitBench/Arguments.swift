/// A command followed by `--name value` pairs, each of which must be asked for.
struct Arguments {
  let command: String
  private var values: [String: String] = [:]
  private var problem: ArgumentError?

  init(_ words: ArraySlice<String>) {
    command = words.first ?? ""
    var rest = words.dropFirst()
    while let name = rest.popFirst() {
      guard name.hasPrefix("--"), let value = rest.popFirst() else {
        problem = ArgumentError("\"\(name)\" is no option with a value")
        return
      }
      values[String(name.dropFirst(2))] = value
    }
  }

  /// Takes a whole number.
  mutating func number(_ name: String, _ standard: Int, least: Int = 1) throws -> Int {
    guard let text = values.removeValue(forKey: name) else { return standard }
    guard let number = Int(text), number >= least else {
      throw ArgumentError("--\(name) is \"\(text)\", a whole number from \(least) on is needed")
    }
    return number
  }

  /// Takes a text.
  mutating func text(_ name: String, _ standard: String) -> String {
    values.removeValue(forKey: name) ?? standard
  }

  /// Refuses what nobody took.
  func finish() throws {
    if let problem { throw problem }
    if let name = values.keys.sorted().first { throw ArgumentError("unknown option --\(name)") }
  }
}

/// A command line that cannot be understood.
struct ArgumentError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
