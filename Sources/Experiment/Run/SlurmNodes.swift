/// Slurm's way to write names of machines, such as `gpu[03-07,9],login1`.
enum SlurmNodes {
  /// The first name; nil for what is no list.
  static func first(of list: String) -> String? {
    var name = ""
    var rest = Substring(list)
    while let character = rest.popFirst() {
      switch character {
      case ",": return name.isEmpty ? nil : name
      case "[":
        guard let end = rest.firstIndex(of: "]") else { return nil }
        // The digits as they are written: 03 is not 3.
        let number = rest[..<end].prefix { $0.isASCII && $0.isNumber }
        let after = rest[..<end].dropFirst(number.count).first
        guard !number.isEmpty, after == nil || after == "-" || after == "," else { return nil }
        name += number
        rest = rest[rest.index(after: end)...]
      case _ where character.isASCII && (character.isLetter || character.isNumber),
        "-", ".", "_":
        name.append(character)
      default: return nil
      }
    }
    return name.isEmpty ? nil : name
  }
}
