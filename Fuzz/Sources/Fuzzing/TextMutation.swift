import Foundation

/// Random damage to texts that leaves most of their structure as it is.
public enum TextMutation {
  /// A few changes: numbers and words replaced, parts repeated or left out, and plain damage.
  public static func mutated(
    _ text: [UInt8], seeds: [[UInt8]], words: [String], using generator: inout SeededGenerator
  ) -> [UInt8] {
    var result = text
    for _ in 0...generator.next(upTo: 3) {
      switch generator.next(upTo: 4) {
      case 0, 1: replaceNumber(&result, &generator)
      case 2: replaceWord(&result, words, &generator)
      default:
        if generator.once(in: 3) {
          result = Mutation.mutated(result, seeds: seeds, using: &generator)
        } else {
          moveElement(&result, &generator)
        }
      }
    }
    return Array(result.prefix(Mutation.sizeLimit))
  }

  /// Puts another number in place of one.
  private static func replaceNumber(_ text: inout [UInt8], _ generator: inout SeededGenerator) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let starts = text.indices.filter {
      digits.contains(text[$0]) && ($0 == 0 || !digits.contains(text[$0 - 1]))
    }
    guard let start = starts.randomElement(using: &generator) else { return }
    let end = text[start...].firstIndex { !digits.contains($0) } ?? text.endIndex
    let number = generator.awkwardNumber()
    let spelled =
      switch generator.next(upTo: 12) {
      case 0: "-\(number)"
      case 1: "\(number).5"
      case 2: "1e\(generator.next(upTo: 400))"
      case 3: "NaN"
      case 4: ""
      default: "\(number)"
      }
    text.replaceSubrange(start..<end, with: Array(spelled.utf8))
  }

  /// Puts one of the format's words in place of what stands between two marks.
  private static func replaceWord(
    _ text: inout [UInt8], _ words: [String], _ generator: inout SeededGenerator
  ) {
    guard let word = words.randomElement(using: &generator), let range = part(of: text, &generator)
    else { return }
    text.replaceSubrange(range, with: Array(word.utf8))
  }

  /// Repeats, removes or moves what stands between two marks.
  private static func moveElement(_ text: inout [UInt8], _ generator: inout SeededGenerator) {
    guard let range = part(of: text, &generator) else { return }
    let piece = Array(text[range])
    if !generator.once(in: 3) { text.removeSubrange(range) }
    if !generator.once(in: 3) {
      text.insert(contentsOf: piece, at: generator.next(upTo: text.count + 1))
    }
  }

  /// A stretch between two of the characters that texts are cut at.
  private static func part(
    of text: [UInt8], _ generator: inout SeededGenerator
  ) -> Range<Int>? {
    let marks = Set("<>\"=,:[]{}\n ".utf8)
    let places = text.indices.filter { marks.contains(text[$0]) }
    guard places.count > 1 else { return nil }
    let first = generator.next(upTo: places.count - 1)
    let reach = generator.once(in: 4) ? 40 : 3
    let last = min(first + 1 + generator.next(upTo: reach), places.count - 1)
    return places[first] + 1..<places[last]
  }
}
