import Foundation
import Imaging
import JSON
import TestSupport
import Testing

@Suite("JSON of Zarr")
final class JSONStoreTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ text: String) throws -> JSONValue? {
    let file = folder.url.appendingPathComponent("a.json")
    try Data(text.utf8).write(to: file)
    return try JSONValue.read(file, root: folder.url)
  }

  /// What a message says of a text, which has to name the file.
  private func refusal(_ text: String) -> String? {
    let error = #expect(throws: ImagingError.self) { try read(text) }
    #expect(error?.description.contains("/a.json") == true)
    return error?.description
  }

  @Test("values of all kinds are read")
  func values() throws {
    let text =
      #" {"a": [1, -2.5e1, 18446744073709551615, true, null], "b": {"c": "x\n\u00b5\ud83d\ude00"}}"#
    #expect(
      try read(text)
        == .object([
          "a": .list([
            .integer(1), .number(-25), .unsigned(.max), .bool(true), .null,
          ]),
          "b": .object(["c": .text("x\nµ😀")]),
        ]))
    #expect(try read("\u{FEFF}[-Infinity, 1e-400]") == .list([.number(-.infinity), .number(0)]))
    #expect(try read("NaN")?.number?.isNaN == true)
  }

  @Test("a missing file is nil, a folder and a link out of the store are refused")
  func places() throws {
    let file = folder.url.appendingPathComponent("none.json")
    #expect(try JSONValue.read(file, root: folder.url) == nil)
    let inner = folder.url.appendingPathComponent("store")
    let link = inner.appendingPathComponent("link.json")
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
    _ = try read("{}")
    try FileManager.default.createSymbolicLink(
      at: link, withDestinationURL: folder.url.appendingPathComponent("a.json"))
    #expect(try JSONValue.read(link, root: folder.url) == .object([:]))
    let error = #expect(throws: ImagingError.self) { try JSONValue.read(link, root: inner) }
    #expect(error?.description.contains("out of the Zarr") == true)
    #expect(throws: ImagingError.self) { try JSONValue.read(inner, root: folder.url) }
    #expect(throws: ImagingError.self) {
      try JSONValue.read(folder.url.appendingPathComponent("a.json"), root: inner)
    }
  }

  @Test(
    "text that is no JSON is refused with its place",
    arguments: [
      ("", "line 1, column 1 has the end"), ("{\"a\": 1,\n \"a\": 2}", "line 2, column 2"),
      ("[1, 2", "column 6"), ("[1] 2", "expected the end"), ("[01]", "column 2 has 01"),
      ("[1.]", "no number"), ("[-]", "no number"), ("[1e999]", "no number"),
      ("[\"a", "the end of a text"), (#"["\x"]"#, "unknown escape"), (#"["\ud83d"]"#, "surrogate"),
      (#"["\u12"]"#, "four hexadecimal digits"), ("{1: 2}", "a key in quotes"), ("nul", "a value"),
    ])
  func mistakes(text: String, message: String) {
    #expect(refusal(text)?.contains(message) == true, "\(refusal(text) ?? "")")
  }

  @Test("bytes that are no UTF-8, too deep, too many values and too large are refused")
  func limits() throws {
    let file = folder.url.appendingPathComponent("a.json")
    try Data([0x22, 0xFF, 0x22]).write(to: file)
    #expect(throws: ImagingError.self) { try JSONValue.read(file, root: folder.url) }
    let depth = 64
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try read(nested(depth)) != nil)
    #expect(refusal(nested(depth + 1))?.contains("within each other") == true)
    #expect(refusal(String(repeating: "[", count: 1_000_000))?.contains("within") == true)
    let many = "[" + String(repeating: "1,", count: 1 << 21) + "1]"
    #expect(refusal(many)?.contains("values") == true)
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: 17 << 20)
    try handle.close()
    let error = #expect(throws: ImagingError.self) { try JSONValue.read(file, root: folder.url) }
    #expect(error?.kind == .unsupported)
  }

  @Test("written text has sorted keys and lists on one line, and reads back the same")
  func writing() throws {
    let tree = JSONValue.object([
      "b": .list([.integer(1), .number(0.5), .null]), "a": .text("\"\\\n\u{1}µ"),
      "c": .list([.object(["d": .bool(false)]), .object([:])]),
    ])
    #expect(
      tree.serialised == """
        {
          "a": "\\"\\\\\\n\\u0001µ",
          "b": [1, 0.5, null],
          "c": [
            {
              "d": false
            },
            {}
          ]
        }

        """)
    let file = folder.url.appendingPathComponent("deep/a.json")
    try tree.write(to: file)
    #expect(try JSONValue.read(file, root: folder.url) == tree)
    let number = JSONValue.list([.number(.nan), .number(-.infinity), .number(1)])
    #expect(number.serialised == "[\"NaN\", \"-Infinity\", 1.0]\n")
  }

  @Test("a file that cannot be written is named")
  func unwritable() throws {
    _ = try read("{}")
    let file = folder.url.appendingPathComponent("a.json/b.json")
    let error = #expect(throws: ImagingError.self) { try JSONValue.null.write(to: file) }
    #expect(error?.kind == .unwritable)
    #expect(error?.description.contains("a.json") == true)
  }
}
