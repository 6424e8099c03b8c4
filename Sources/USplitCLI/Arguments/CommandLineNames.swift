/// The names of the options on a command line.
struct CommandLineNames {
  private let names: [String]

  /// Takes the names out of the words of a command line.
  init(_ words: [String]) {
    names = words.dropFirst().prefix { $0 != "--" }
      .filter { $0.hasPrefix("-") && Double($0) == nil }
      .map { String($0.prefix { $0 != "=" }) }
  }

  /// The first name that is none of the given ones.
  func first(besides allowed: [String]) -> String? { names.first { !allowed.contains($0) } }
}
