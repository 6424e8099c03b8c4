/// What a client has to know.
struct AccessToken: Sendable {
  /// The text.
  let text: String

  /// The fewest characters of a token that somebody chooses.
  static let fewest = 16

  /// A random token of 32 hexadecimal digits from the system's source of secrets.
  static func random() -> AccessToken {
    var generator = SystemRandomNumberGenerator()
    let digits = (0..<2).map { _ in
      let text = String(generator.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return AccessToken(text: digits.joined())
  }

  /// Whether another text is the same; takes as long whatever differs.
  func matches(_ other: String) -> Bool {
    let known = Array(text.utf8)
    let given = Array(other.utf8)
    var difference = known.count ^ given.count
    for place in known.indices {
      difference |= Int(known[place] ^ (given.isEmpty ? 0 : given[place % given.count]))
    }
    return difference == 0
  }
}
