import Checkpoint
import Foundation
import TestSupport
import Testing

@Suite("Pickles")
struct PickleTests {
  private func read(_ bytes: [UInt8]) throws -> Pickle { try Pickle(Data(bytes), path: "a.pkl") }

  private func refusal(_ bytes: Data) -> String {
    do {
      _ = try Pickle(bytes, path: "a.pkl")
      return "no error"
    } catch {
      return error.description
    }
  }

  static let everything: PythonValue = .named([
    "none": .none, "yes": .bool(true), "small": .integer(7), "medium": .integer(700),
    "negative": .integer(-70_000), "large": .integer(1 << 40), "float": .float(0.1),
    "text": .text("Käse"), "list": .list([.integer(1), .list([])]),
    "tuple": .tuple([.integer(1), .integer(2), .integer(3), .integer(4)]),
    "ordered": .ordered([(.text("a"), .integer(1))]),
    "object": .object(.symbol("some.module", "Class"), state: .named(["x": .integer(5)])),
    "storage": .persistent(.tuple([.text("storage")])),
  ])

  @Test("values of protocols 2 and 4 are read", arguments: [2, 4] as [UInt8])
  func values(_ version: UInt8) throws {
    let pickle = try Pickle(Self.everything.pickled(version: version), path: "a.pkl")
    let root = pickle.root
    func value(_ key: String) throws -> Pickle.Reference {
      try #require(pickle.value(key, in: root), "\(key)")
    }
    #expect(pickle.isDictionary(root))
    #expect(try pickle[value("none")].kind == .none)
    #expect(try pickle[value("yes")].kind == .bool(true))
    #expect(try pickle.integer(value("small")) == 7)
    #expect(try pickle.integer(value("medium")) == 700)
    #expect(try pickle.integer(value("negative")) == -70_000)
    #expect(try pickle.integer(value("large")) == 1 << 40)
    #expect(try pickle[value("float")].kind == .float(0.1))
    #expect(try pickle.text(value("text")) == "Käse")
    #expect(try pickle[value("list")].elements.count == 2)
    #expect(try pickle.tuple(value("tuple"))?.map(pickle.integer) == [1, 2, 3, 4])
    let ordered = try value("ordered")
    #expect(pickle.isDictionary(ordered))
    #expect(try pickle.integer(#require(pickle.value("a", in: ordered))) == 1)
    let object = try value("object")
    #expect(pickle.function(object) == "some.module.Class")
    let state = try #require(pickle[object].state)
    #expect(try pickle.integer(#require(pickle.value("x", in: state))) == 5)
    if case .persistent(let id) = try pickle[value("storage")].kind {
      #expect(pickle.tuple(id)?.first.flatMap(pickle.text) == "storage")
    } else {
      Issue.record("the storage is something else")
    }
    #expect(pickle.description == "a pickle of \(pickle.count) values")
  }

  @Test("whole numbers of any length are read")
  func longIntegers() throws {
    func kind(_ digits: [UInt8]) throws -> Pickle.Kind {
      let pickle = try read([0x80, 2, 0x8A, UInt8(digits.count)] + digits + [0x2E])
      return pickle[pickle.root].kind
    }
    #expect(try kind([]) == .integer(0))
    #expect(try kind([0xFF]) == .integer(-1))
    #expect(try kind([0xFF, 0x00]) == .integer(255))
    #expect(try kind([0, 0, 0, 0, 0, 0, 0, 0x80]) == .integer(.min))
    #expect(try kind([1, 0, 0, 0, 0, 0, 0, 0, 0]) == .largeInteger)
  }

  @Test("bytes, sets, kept values and marks are read as Python reads them")
  func rareInstructions() throws {
    // bytes 'ab' kept as 0, popped, taken again with a set {1, 2} in a tuple.
    let pickle = try read(
      [0x80, 4, 0x43, 2, 0x61, 0x62, 0x94, 0x30, 0x28, 0x30, 0x28, 0x68, 0, 0x8F, 0x28]
        + [0x4B, 1, 0x4B, 2, 0x90, 0x28, 0x4B, 3, 0x91, 0x74, 0x2E])
    let parts = try #require(pickle.tuple(pickle.root))
    #expect(pickle[parts[0]].kind == .bytes(count: 2))
    #expect(pickle[parts[1]].kind == .set)
    #expect(pickle[parts[1]].elements.count == 2)
    #expect(pickle[parts[2]].elements.count == 1)
  }

  @Test("objects with keyword arguments keep both kinds of arguments")
  func keywords() throws {
    let pickle = try read(
      [0x80, 4, 0x63] + Array("m\nC\n".utf8) + [0x29, 0x7D, 0x92, 0x2E])
    guard case .call(_, let arguments) = pickle[pickle.root].kind else {
      Issue.record("no call")
      return
    }
    #expect(pickle.tuple(arguments)?.count == 2)
  }

  @Test("a pickle that is cut short anywhere is refused", arguments: [2, 4] as [UInt8])
  func cutShort(_ version: UInt8) {
    let bytes = Self.everything.pickled(version: version)
    for count in 0..<bytes.count {
      let text = refusal(bytes.prefix(count))
      #expect(text.contains("a.pkl"), "\(count): \(text)")
    }
  }

  @Test("a list that holds itself does no harm")
  func cycle() throws {
    let pickle = try read([0x80, 2, 0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E])
    #expect(pickle[pickle.root].elements == [pickle.root])
    #expect(pickle.summary(pickle.root) == "a list")
  }

  @Test("a pickle that unfolds to more than the world holds stays small")
  func bomb() throws {
    // [] kept as 0, then 10 000 lists of the one before, 250 times each.
    var bytes: [UInt8] = [0x80, 2, 0x5D, 0x71, 0]
    for _ in 0..<10_000 {
      bytes += [0x5D, 0x28]
      for _ in 0..<250 { bytes += [0x68, 0] }
      bytes += [0x65, 0x71, 0, 0x30, 0x68, 0]
    }
    bytes.append(0x2E)
    // Each round leaves one value below; all but the last are taken away here.
    let pickle = try read([0x80, 2, 0x28] + Array(bytes.dropFirst(2).dropLast()) + [0x74, 0x2E])
    #expect(pickle.count == 10_002)
    #expect("\(pickle)".count < 100)
  }

  @Test("values nested deeper than any stack are given up without recursion")
  func deep() throws {
    var bytes: [UInt8] = [0x80, 2, 0x29]
    // A tuple of the value before, again and again.
    bytes += [UInt8](repeating: 0x85, count: 900_000)
    let pickle = try read(bytes + [0x2E])
    #expect(pickle.count == 900_001)
  }

  @Test("too many values, instructions, marks or bytes are refused")
  func limits() {
    let head = Data([0x80, 2])
    #expect(
      refusal(head + Data(repeating: 0x4E, count: 1_000_001)).contains("more than 1000000 values"))
    var turns = Data([0x4B, 1, 0x71, 0])
    for _ in 0..<4_000_000 { turns += [0x68, 0, 0x30] }
    #expect(refusal(head + turns).contains("more than 8000000 instructions"))
    #expect(refusal(head + Data(repeating: 0x28, count: 1001)).contains("nested deeper than 1000"))
    #expect(refusal(head + Data(count: 32 << 20)).contains("at most 33554432"))
  }

  static let broken: [(bytes: [UInt8], words: String)] = [
    ([0x80, 2, 0x49], "INT (0x49) at byte 2"),
    ([0x80, 2, 0x82, 1], "EXT1 (0x82) at byte 2"),
    ([0x80, 2, 0x05], "byte 2: 0x05 is no instruction"),
    ([0x80, 1, 0x4E, 0x2E], "protocol 1"),
    ([0x80, 9, 0x4E, 0x2E], "protocol 9"),
    ([0x80, 2, 0x2E], "nothing to take"),
    ([0x80, 2, 0x4E, 0x4E, 0x2E], "1 values and marks left over"),
    ([0x80, 2, 0x4E, 0x2E, 0x4E], "1 bytes after it"),
    ([0x80, 2, 0x68, 7], "nothing was kept as 7"),
    ([0x80, 2, 0x71, 7], "the stack is empty"),
    ([0x80, 2, 0x74], "no mark"),
    ([0x80, 2, 0x5D, 0x28, 0x61], "less than the 1 values"),
    ([0x80, 2, 0x4E, 0x4E, 0x61], "takes none"),
    ([0x80, 2, 0x5D, 0x4E, 0x4E, 0x73], "no dictionary"),
    ([0x80, 2, 0x7D, 0x28, 0x4E, 0x75], "not pairs"),
    ([0x80, 2, 0x4E, 0x4E, 0x62], "no object"),
    ([0x80, 2, 0x4E, 0x4E, 0x93], "a name is no text"),
    ([0x80, 2, 0x58, 2, 0, 0, 0, 0xC3, 0x28], "not UTF-8"),
    ([0x80, 2, 0x63, 0xFF, 0x0A, 0x0A], "not UTF-8"),
    ([0x80, 4, 0x95, 9, 0, 0, 0, 0, 0, 0, 0, 0x4E, 0x2E], "a frame there should have 9 bytes"),
    ([0x80, 4, 0x8D, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "a length there is"),
    ([0x80, 4, 0x8E, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], "cut short"),
  ]

  @Test("what is broken is told with its place", arguments: broken)
  func brokenOnes(_ bytes: [UInt8], _ words: String) {
    let text = refusal(Data(bytes))
    #expect(text.contains(words), "\(text)")
    #expect(text.contains("a.pkl"), "\(text)")
  }

  @Test("errors hold no control characters of the file")
  func printable() {
    let text = refusal(Data([0x80, 2, 0x1B]))
    #expect(!text.unicodeScalars.contains { $0.value < 32 })
  }

  @Test("everything is described in words")
  func summaries() throws {
    let pickle = try Pickle(Self.everything.pickled(), path: "a.pkl")
    let words = pickle[pickle.root].pairs.map { pickle.summary($0.value) }
    #expect(
      words == [
        "None", "a bool", "an int", "an int", "an int", "an int", "a float", "a str", "a list",
        "a tuple", "an object of collections.OrderedDict", "an object of some.module.Class",
        "a storage",
      ])
  }
}
