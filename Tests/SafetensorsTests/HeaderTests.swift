import Foundation
import Safetensors
import Testing

/// A header that must be refused, and a part of the sentence that says why.
struct BrokenHeader: Sendable, CustomStringConvertible {
  let description: String
  let bytes: Data
  let reason: String

  init(_ description: String, _ bytes: Data, _ reason: String) {
    self.description = description
    self.bytes = bytes
    self.reason = reason
  }
}

private let eight = [UInt8](repeating: 1, count: 8)

private func tensor(_ shape: String, _ offsets: String, type: String = "F32") -> String {
  #"{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(offsets)]}"#
}

private let broken: [BrokenHeader] = [
  .init("an empty file", Data(), "0 bytes"),
  .init("seven bytes", Data([2, 0, 0, 0, 0, 0, 0]), "7 bytes"),
  .init("a length of the whole address space", bytes(header: "{}", length: .max), "18446744"),
  .init("a length past the end", bytes(header: "{}", length: 3), "3 bytes, 2 follow"),
  .init("no header", bytes(header: "", data: eight), "0 bytes"),
  .init("a list for a header", bytes(header: "[]"), "begin with {"),
  .init("a blank first", bytes(header: " {}"), "begin with {"),
  .init("bytes that are not UTF-8", Data([4, 0, 0, 0, 0, 0, 0, 0, 123, 255, 254, 125]), "UTF-8"),
  .init("a header cut short", bytes(header: #"{"a":{"dtype":"F3"#), "expected"),
  .init("text after the header", bytes(header: "{} x"), "expected the end"),
  .init("a comma too many", bytes(header: #"{"a":\#(tensor("2", "0,8")),}"#, data: eight), "\""),
  .init("a missing key", bytes(header: #"{"a":{"dtype":"F32","shape":[2]}}"#), "needs dtype"),
  .init(
    "a shape twice", bytes(header: #"{"a":{"shape":[2],"shape":[2]}}"#), #""shape" twice"#),
  .init("an unknown key", bytes(header: #"{"a":{"colour":[2]}}"#), #"unknown key "colour""#),
  .init(
    "an unknown type", bytes(header: #"{"a":\#(tensor("2", "0,8", type: "F31"))}"#, data: eight),
    #""F31""#),
  .init(
    "one name twice",
    bytes(header: #"{"a":\#(tensor("1", "0,4")),"a":\#(tensor("1", "4,8"))}"#, data: eight),
    #""a" twice"#),
  .init(
    "one name twice behind an escape",
    bytes(header: #"{"a":\#(tensor("1", "0,4")),"\u0061":\#(tensor("1", "4,8"))}"#, data: eight),
    #""a" twice"#),
  .init("metadata twice", bytes(header: #"{"__metadata__":{"k":"v","k":"w"}}"#), "twice"),
  .init("metadata that are no text", bytes(header: #"{"__metadata__":{"k":1}}"#), "expected"),
  .init("too small a range", bytes(header: #"{"a":\#(tensor("3", "0,8"))}"#, data: eight), "12"),
  .init("too large a range", bytes(header: #"{"a":\#(tensor("1", "0,8"))}"#, data: eight), "4"),
  .init("an end before its begin", bytes(header: #"{"a":\#(tensor("2", "8,0"))}"#), "8 to 0"),
  .init("a range past the end", bytes(header: #"{"a":\#(tensor("2", "0,8"))}"#), "data has 0"),
  .init("three offsets", bytes(header: #"{"a":\#(tensor("2", "0,4,8"))}"#), "two data_offsets"),
  .init(
    "an overlap",
    bytes(header: #"{"a":\#(tensor("2", "0,8")),"b":\#(tensor("1", "4,8"))}"#, data: eight),
    "begins at byte 4"),
  .init(
    "a hole",
    bytes(header: #"{"a":\#(tensor("1", "0,4")),"b":\#(tensor("0", "8,8"))}"#, data: eight),
    "begins at byte 8"),
  .init("a hole at the start", bytes(header: #"{"a":\#(tensor("1", "4,8"))}"#, data: eight), "4"),
  .init("bytes that belong to none", bytes(header: "{}", data: eight), "the data has 8"),
  .init(
    "a shape that overflows",
    bytes(header: #"{"a":\#(tensor("4611686018427387904,4,4", "0,8"))}"#, data: eight),
    "impossible shape"),
  .init(
    "a length that overflows",
    bytes(header: #"{"a":\#(tensor("99999999999999999999", "0,8"))}"#, data: eight), "too large"),
  .init("a negative length", bytes(header: #"{"a":\#(tensor("-2", "0,8"))}"#), "whole number"),
  .init("a fraction", bytes(header: #"{"a":\#(tensor("2.5", "0,8"))}"#), "expected"),
  .init("a leading zero", bytes(header: #"{"a":\#(tensor("02", "0,8"))}"#), "whole number"),
  .init("half a surrogate pair", bytes(header: #"{"\ud800":1}"#), "surrogate"),
  .init("an unknown escape", bytes(header: #"{"\x41":1}"#), "escape"),
  .init("a line break in a name", bytes(header: "{\"a\nb\":1}"), "control character"),
]

@Suite("Safetensors headers")
struct HeaderTests {
  @Test("a broken file is refused with its reason", arguments: broken)
  func refuses(_ header: BrokenHeader) throws {
    let text = try #require(try complaint(header.bytes))
    #expect(text.contains(header.reason), "\(text)")
    #expect(text.contains("file.safetensors"))
  }

  @Test("a file cut at any byte is refused")
  func refusesEveryPrefix() throws {
    let header =
      #"{"__metadata__":{"k":"v"},"a":\#(tensor("1", "0,4")),"b":\#(tensor("1,1", "4,8"))}  "#
    let whole = bytes(header: header, data: eight)
    #expect(try complaint(whole) == nil)
    for length in 0..<whole.count {
      #expect(try complaint(whole.prefix(length)) != nil, "\(length) bytes")
    }
  }

  @Test("changed bytes are refused or read, never fatal")
  func survivesChangedBytes() throws {
    let header =
      #"{"__metadata__":{"k":"v"},"a":\#(tensor("1", "0,4")),"b":\#(tensor("1", "4,8"))}"#
    let whole = bytes(header: header, data: eight)
    var state: UInt64 = 1
    for _ in 0..<200 {
      var changed = whole
      for _ in 0..<2 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        changed[Int(state >> 33) % (8 + header.utf8.count)] = UInt8(state >> 56)
      }
      if let file = try? opened(changed) {
        for entry in file.entries { #expect(try file.floats(entry.name).count == entry.count) }
      }
    }
  }

  @Test("escapes in names and metadata are read")
  func readsEscapes() throws {
    let header =
      #"{ "__metadata__" : {"\u00b5\n\"":"\ud83d\ude00\\\/"} , "\u00e9" : {"# + "\n"
      + #""data_offsets":[0,8], "shape" : [ 1 , 2 ],"dtype":"F32"} }  "#
    let file = try opened(bytes(header: header, data: eight))
    #expect(file.metadata == ["µ\n\"": "😀\\/"])
    #expect(file["é"]?.shape == [1, 2])
  }

  @Test("a file without tensors is legal")
  func readsEmpty() throws {
    #expect(try opened(bytes(header: "{}")).entries.isEmpty)
  }
}
