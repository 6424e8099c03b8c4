import Foundation
import Imaging
import JSON
import TestSupport
import Testing

@Suite("Refusing metadata of Zarr arrays")
struct ZarrBrokenMetadataTests {
  /// The error of an array, which has to name the metadata file.
  private func refusal(_ array: borrowing ZarrTestArray) -> ImagingError? {
    let name = array.metadata.path
    var found: ImagingError?
    do {
      _ = try array.open()
    } catch {
      found = error as? ImagingError
    }
    #expect(found?.description.contains(name) == true, "\(found?.description ?? "no error")")
    return found
  }

  private static let huge = JSONValue.list([.integer(1 << 40), .integer(1 << 40)])

  private static let second: [(String, JSONValue, ImagingError.Kind)] = [
    ("zarr_format", .integer(1), .unsupported),
    ("shape", .integer(4), .mismatch), ("shape", .sizes(), .unsupported),
    ("shape", .sizes(4, 0), .tooSmall), ("shape", .sizes(4, -6), .mismatch),
    ("shape", .sizes(4), .mismatch), ("shape", huge, .unsupported),
    ("shape", .list([.integer(4), .number(6)]), .mismatch),
    ("shape", .list([.integer(4), .unsigned(.max)]), .mismatch),
    ("chunks", .sizes(2, 0), .mismatch), ("chunks", .null, .mismatch),
    ("chunks", huge, .unsupported), ("chunks", .sizes(1 << 20, 1 << 20), .unsupported),
    ("dtype", .text("|b1"), .unsupported), ("dtype", .text("<i8"), .unsupported),
    ("dtype", .text("|u2"), .unsupported), ("dtype", .text("<c8"), .unsupported),
    ("dtype", .list([.list([.text("r"), .text("<u2")])]), .unsupported),
    ("dtype", .text(""), .unsupported), ("order", .text("A"), .mismatch),
    ("filters", .list([.object(["id": .text("delta")])]), .unsupported),
    ("compressor", .object(["id": .text("lz4")]), .unsupported),
    ("compressor", .text("zstd"), .unsupported),
    ("fill_value", .integer(70000), .mismatch), ("fill_value", .number(0.5), .mismatch),
    ("fill_value", .number(.infinity), .mismatch), ("fill_value", .bool(false), .mismatch),
    ("fill_value", .text("AAA="), .mismatch), ("dimension_separator", .text("-"), .mismatch),
  ]

  @Test("version 2", arguments: second)
  func version2(member: String, value: JSONValue, kind: ImagingError.Kind) throws {
    var array = try ZarrTestArray(version: 2)
    array.members[member] = value
    #expect(refusal(array)?.kind == kind)
  }

  private static let third: [(String, JSONValue, ImagingError.Kind)] = [
    ("zarr_format", .integer(2), .unsupported),
    ("node_type", .text("group"), .notAnImage), ("shape", .sizes(1 << 62, 4), .unsupported),
    ("data_type", .text("bool"), .unsupported), ("data_type", .integer(3), .mismatch),
    ("data_type", .named("numpy.datetime64"), .unsupported),
    ("chunk_grid", .named("rectilinear"), .unsupported), ("chunk_grid", .null, .mismatch),
    ("chunk_grid", .named("regular"), .mismatch),
    ("chunk_key_encoding", .named("fanout"), .unsupported),
    ("chunk_key_encoding", .named("default", ["separator": .text("..")]), .mismatch),
    ("fill_value", .text("0x7fc00000"), .mismatch), ("codecs", .null, .mismatch),
    ("codecs", .list([]), .mismatch), ("codecs", .list([.integer(1)]), .mismatch),
    ("codecs", .list([.named("bytes")]), .mismatch),
    ("codecs", .list([.named("zstd"), .named("bytes")]), .unsupported),
    ("storage_transformers", .list([.named("x")]), .unsupported),
    ("dimension_names", .list([.text("y")]), .mismatch),
    ("dimension_names", .list([.text("y"), .integer(1)]), .mismatch),
    ("more", .object(["must_understand": .bool(true)]), .unsupported),
    ("more", .integer(1), .unsupported),
  ]

  @Test("version 3", arguments: third)
  func version3(member: String, value: JSONValue, kind: ImagingError.Kind) throws {
    var array = try ZarrTestArray(version: 3)
    array.members[member] = value
    #expect(refusal(array)?.kind == kind)
  }

  @Test("a missing fill value of version 3, and bits that do not fit the type")
  func fill() throws {
    var array = try ZarrTestArray(version: 3)
    array.members["fill_value"] = nil
    #expect(refusal(array)?.kind == .mismatch)
    array.members["data_type"] = .text("float16")
    for value: JSONValue in [
      .number(65520), .text("0x7fc00000"), .text("0x+fc0"), .text("nan"), .list([]),
    ] {
      array.members["fill_value"] = value
      #expect(refusal(array)?.kind == .mismatch)
    }
    array.members["data_type"] = .text("float32")
    array.members["fill_value"] = .number(1e39)
    #expect(refusal(array)?.kind == .mismatch)
  }

  @Test("codecs that are unknown, twice, or turn axes that are not there, are named")
  func codecs() throws {
    let bytes = JSONValue.named("bytes", ["endian": .text("little")])
    for (codec, name) in [
      (JSONValue.named("numcodecs.delta"), "numcodecs.delta"), (.named("bytes"), "bytes"),
      (.named("transpose", ["order": .sizes(1, 0)]), "transpose"), (.named("zlib"), "zlib"),
    ] {
      var array = try ZarrTestArray(version: 3)
      array.members["codecs"] = .list([bytes, codec])
      #expect(refusal(array)?.description.contains(name) == true)
    }
    var array = try ZarrTestArray(version: 3)
    array.members["codecs"] = .list([bytes, .named("zstd"), .named("gzip")])
    #expect(refusal(array)?.kind == .unsupported)
    for order: JSONValue in [.sizes(0, 0), .sizes(0), .sizes(1, 2), .text("A"), .null] {
      array.members["codecs"] = .list([.named("transpose", ["order": order]), bytes])
      #expect(refusal(array)?.kind == .mismatch)
    }
  }

  @Test("shards that do not divide, hold too many chunks, or are stored in ways unknown")
  func shards() throws {
    var array = try ZarrTestArray(version: 3)
    array.shard(chunk: .sizes(3, 3))
    #expect(refusal(array)?.kind == .mismatch)
    array.shard(chunk: .sizes(2))
    #expect(refusal(array)?.kind == .mismatch)
    array.shard(chunk: .sizes(1, 1))
    array.members["chunk_grid"] = .named("regular", ["chunk_shape": .sizes(1 << 20, 1 << 20)])
    #expect(refusal(array)?.kind == .unsupported)
    array.shard()
    guard case .object(var codec) = array.members["codecs"]?.list?.first,
      case .object(let configuration) = codec["configuration"]
    else { throw ImagingError(.mismatch, "the test's codecs are broken") }
    for (member, value, kind) in [
      ("codecs", nil, ImagingError.Kind.mismatch), ("index_codecs", nil, .mismatch),
      ("index_location", .text("middle"), .mismatch),
      ("index_codecs", .list([.named("bytes")]), .mismatch),
      ("codecs", .list([.object(codec)]), .unsupported),
      (
        "index_codecs",
        .list([.named("bytes", ["endian": .text("little")]), .named("zstd")]), .unsupported
      ),
    ] as [(String, JSONValue?, ImagingError.Kind)] {
      var changed = configuration
      changed[member] = value
      codec["configuration"] = .object(changed)
      array.members["codecs"] = .list([.object(codec)])
      #expect(refusal(array)?.kind == kind, "\(member)")
    }
    array.shard()
    array.members["codecs"] = .list((array.members["codecs"]?.list ?? []) + [.named("zstd")])
    #expect(refusal(array)?.kind == .unsupported)
  }

  @Test("a folder without metadata, a file, a missing folder, and one outside of the store")
  func places() throws {
    let array = try ZarrTestArray(version: 2)
    func error(_ url: URL, _ root: URL) -> ImagingError? {
      #expect(throws: ImagingError.self) {
        try ZarrArray.open(url, root: root, cacheBytes: 0)
      }
    }
    #expect(error(array.url, array.url)?.kind == .notAnImage)
    _ = try array.open()
    #expect(error(array.metadata, array.url)?.kind == .notAnImage)
    #expect(error(array.url.appendingPathComponent("b"), array.url)?.kind == .missing)
    #expect(error(array.url, array.url.appendingPathComponent("b"))?.kind == .missing)
    #expect(error(array.url.appendingPathComponent(".."), array.url)?.kind == .unsupported)
    #expect(error(array.outside, array.url)?.kind == .unsupported)
    let neighbour = array.outside.appendingPathComponent("a.zarr2")
    try FileManager.default.copyItem(at: array.url, to: neighbour)
    #expect(error(neighbour, array.url)?.kind == .unsupported)
  }
}
