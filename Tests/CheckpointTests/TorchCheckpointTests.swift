import Checkpoint
import Foundation
import TestSupport
import Testing

@Suite("Checkpoints of PyTorch")
struct TorchCheckpointTests {
  private static func small() -> CheckpointFile {
    var file = CheckpointFile()
    file.add("a.weight", [2, 3], [1, 2, 3, 4, 5, 6])
    file.add("a.count", [], integers: [-9])
    return file
  }

  private func open(_ file: CheckpointFile) throws -> TorchCheckpoint {
    try TorchCheckpoint(file.data, path: "model.ckpt")
  }

  private func refusal(_ data: Data) -> String {
    do {
      _ = try TorchCheckpoint(data, path: "model.ckpt")
      return "no error"
    } catch {
      return error.description
    }
  }

  @Test("weights, epoch and steps are read")
  func reads() throws {
    let checkpoint = try open(Self.small())
    #expect(checkpoint.entries.map(\.name) == ["a.weight", "a.count"])
    #expect(checkpoint["a.weight"]?.shape == [2, 3])
    #expect(checkpoint["a.weight"]?.type == .float32)
    #expect(checkpoint["a.count"]?.shape == [])
    #expect(try checkpoint.floats("a.weight") == [1, 2, 3, 4, 5, 6])
    #expect(try checkpoint.integers("a.count") == [-9])
    #expect(try checkpoint.integers("a.weight") == nil)
    #expect(checkpoint.epoch == 3)
    #expect(checkpoint.steps == 70_000)
    #expect(checkpoint.skipped.isEmpty)
    #expect(throws: CheckpointError.missing(path: "model.ckpt", name: "b", count: 2)) {
      try checkpoint.data("b")
    }
  }

  @Test("a state dict alone is read, and archives of every layout")
  func layouts() throws {
    var file = Self.small()
    file.isBare = true
    #expect(try open(file).entries.count == 2)
    #expect(try open(file).epoch == nil)
    for (hasDescriptors, isZip64) in [(true, true), (true, false), (false, true), (false, false)] {
      var archive = file.archive
      archive.hasDescriptors = hasDescriptors
      archive.isZip64 = isZip64
      let checkpoint = try TorchCheckpoint(archive.data, path: "model.ckpt")
      #expect(try checkpoint.floats("a.weight") == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test("every type of element is converted")
  func types() throws {
    var file = CheckpointFile()
    func add<Number: FixedWidthInteger>(_ storage: String, _ bits: [Number]) {
      file.add(
        storage, [bits.count], storage: storage, count: bits.count,
        data: bits.reduce(into: Data()) { $0 += littleEndian($1) })
    }
    add("DoubleStorage", [(-2.5).bitPattern])
    add("HalfStorage", [0xC100 as UInt16, 1, 0x7C00])
    add("BFloat16Storage", [0xC020 as UInt16])
    add("LongStorage", [-3 as Int64])
    add("IntStorage", [-4 as Int32])
    add("ShortStorage", [-5 as Int16])
    add("CharStorage", [-6 as Int8])
    add("ByteStorage", [250 as UInt8])
    add("BoolStorage", [0 as UInt8, 1])
    let checkpoint = try open(file)
    #expect(try checkpoint.floats("DoubleStorage") == [-2.5])
    #expect(try checkpoint.floats("HalfStorage") == [-2.5, 0x1p-24, .infinity])
    #expect(try checkpoint.floats("BFloat16Storage") == [-2.5])
    for (name, value) in [
      ("LongStorage", -3), ("IntStorage", -4), ("ShortStorage", -5), ("CharStorage", -6),
      ("ByteStorage", 250),
    ] as [(String, Int64)] {
      #expect(try checkpoint.integers(name) == [value])
      #expect(try checkpoint.floats(name) == [Float(value)])
    }
    #expect(try checkpoint.floats("BoolStorage") == [0, 1])
  }

  @Test("views of shared storages with any strides are gathered")
  func views() throws {
    var file = CheckpointFile()
    file.add("whole", [2, 3], [1, 2, 3, 4, 5, 6])
    func view(_ name: String, offset: Int, shape: [Int], strides: [Int]) {
      file.state.append(
        (
          .text(name),
          CheckpointFile.tensor(key: "0", count: 6, offset: offset, shape: shape, strides: strides)
        ))
    }
    view("transposed", offset: 0, shape: [3, 2], strides: [1, 3])
    view("row", offset: 3, shape: [3], strides: [1])
    view("column", offset: 1, shape: [2], strides: [3])
    view("repeated", offset: 2, shape: [2, 2], strides: [0, 1])
    view("empty", offset: 6, shape: [0, 3], strides: [3, 1])
    view("again", offset: 0, shape: [2, 3], strides: [3, 1])
    file.state.append(
      (
        .text("parameter"),
        .call(
          .symbol("torch._utils", "_rebuild_parameter"),
          [
            CheckpointFile.tensor(key: "0", count: 6, offset: 0, shape: [6], strides: [1]),
            .bool(true), .ordered([]),
          ])
      ))
    let checkpoint = try open(file)
    #expect(try checkpoint.floats("transposed") == [1, 4, 2, 5, 3, 6])
    #expect(try checkpoint.floats("row") == [4, 5, 6])
    #expect(try checkpoint.floats("column") == [2, 5])
    #expect(try checkpoint.floats("repeated") == [3, 4, 3, 4])
    #expect(try checkpoint.floats("empty") == [])
    #expect(try checkpoint.floats("parameter") == [1, 2, 3, 4, 5, 6])
    let whole = try #require(checkpoint["whole"])
    #expect(checkpoint.areShared(whole, try #require(checkpoint["again"])))
    #expect(!checkpoint.areShared(whole, try #require(checkpoint["row"])))
  }

  @Test("what is no tensor is left out and named")
  func skipped() throws {
    var file = Self.small()
    file.state += [
      (.text("extra"), .call(.symbol("os", "system"), [.text("ls")])),
      (.text("number"), .integer(1)), (.integer(5), .integer(1)), (.text("a\u{1B}"), .none),
      (.text("other"), .call(.symbol("torch._utils", "_rebuild_parameter"), [.integer(1)])),
    ]
    let checkpoint = try open(file)
    #expect(checkpoint.entries.count == 2)
    #expect(
      checkpoint.skipped == [
        "extra: an object of os.system", "number: an int", "a key that is an int",
        "a key that is a str", "other: an object of torch._utils._rebuild_parameter",
      ])
  }

  static let badTensors: [(tensor: PythonValue, words: String)] = {
    func tensor(
      storage: String = "FloatStorage", key: String = "0", count: Int = 6, offset: Int = 0,
      shape: [Int] = [6], strides: [Int] = [1]
    ) -> PythonValue {
      CheckpointFile.tensor(
        storage: storage, key: key, count: count, offset: offset, shape: shape, strides: strides)
    }
    let huge = Int.max
    return [
      (tensor(shape: [7]), "does not lie within"),
      (tensor(offset: 1), "does not lie within"),
      (tensor(shape: [2, 3], strides: [4, 1]), "does not lie within"),
      (tensor(offset: huge), "does not lie within"),
      (tensor(shape: [huge, huge], strides: [0, 0]), "does not lie within"),
      (tensor(shape: [2], strides: [huge]), "does not lie within"),
      (tensor(shape: [1 << 40], strides: [0]), "cannot hold"),
      (tensor(offset: -1), "not described"),
      (tensor(shape: [-6]), "not described"),
      (tensor(strides: [-1]), "not described"),
      (tensor(shape: [2, 3]), "not described"),
      (
        tensor(shape: [Int](repeating: 1, count: 17), strides: [Int](repeating: 1, count: 17)),
        "not"
      ),
      (tensor(key: "9"), "no storage data/9"),
      (tensor(count: 5), "should have 5 elements"),
      (tensor(storage: "DoubleStorage"), "should have 6 elements"),
      (tensor(storage: "QInt8Storage"), "convert it"),
      (tensor(count: -1), "storage that is not described"),
      (.call(.symbol("torch._utils", "_rebuild_tensor_v2"), []), "not described"),
      (
        .call(
          .symbol("torch._utils", "_rebuild_tensor_v2"),
          [.none, .integer(0), .tuple([]), .tuple([]), .bool(false), .none]),
        "storage that is not described"
      ),
    ]
  }()

  @Test("tensors that reach beyond their storage, or lie, are refused", arguments: badTensors)
  func bad(_ tensor: PythonValue, _ words: String) {
    var file = Self.small()
    file.state.append((.text("bad"), tensor))
    let text = refusal(file.data)
    #expect(text.contains(words), "\(text)")
    #expect(text.contains("model.ckpt"), "\(text)")
  }

  @Test("many views of one storage that would fill the memory are refused")
  func inflated() {
    var file = CheckpointFile()
    file.add("whole", [1000], [Float](repeating: 1, count: 1000))
    for index in 0..<1000 {
      file.state.append(
        (
          .text("view\(index)"),
          CheckpointFile.tensor(key: "0", count: 1000, offset: 0, shape: [1000], strides: [1])
        ))
    }
    #expect(refusal(file.data).contains("cannot hold"))
  }

  @Test("a name twice is refused")
  func twice() {
    var file = Self.small()
    file.add("a.weight", [1], [1])
    #expect(refusal(file.data).contains("twice"))
  }

  @Test("files without weights are refused with what they are")
  func others() {
    var file = Self.small()
    file.state = [(.text("number"), .integer(1))]
    #expect(refusal(file.data).contains("holds no tensor"))
    var archive = file.archive
    archive.entries[0].data = PythonValue.list([]).pickled()
    #expect(refusal(archive.data).contains("a list, not a dict of weights"))
    archive.entries[0].data = PythonValue.named(["state_dict": .integer(1)]).pickled()
    #expect(refusal(archive.data).contains("its state_dict is an int"))
    archive.entries[0].name = "model/other.pkl"
    #expect(refusal(archive.data).contains("0 files named data.pkl"))
    #expect(refusal(PythonValue.none.pickled()).contains("--config"))
    let legacy = Data([
      0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ])
    #expect(refusal(legacy + [0x2E]).contains("before 1.6"))
    #expect(refusal(Data()).contains("empty"))
    #expect(refusal(Data("some text that is long".utf8)).contains("zip"))
    #expect(refusal(Data([9, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D])).contains("safetensors"))
    #expect(refusal(Data("PK".utf8)).contains("end is missing"))
  }

  @Test("TorchScript and foreign byte orders are refused with advice")
  func foreign() {
    var file = Self.small()
    file.files = [("byteorder", Data("big".utf8))]
    #expect(refusal(file.data).contains("byte order is \"big\""))
    file.files = [("byteorder", Data(count: 99))]
    #expect(refusal(file.data).contains("99 bytes"))
    file.files = [("constants.pkl", Data())]
    #expect(refusal(file.data).contains("TorchScript"))
    file.files = [("code/__torch__.py", Data())]
    #expect(refusal(file.data).contains("TorchScript"))
    file.files = []
    #expect(refusal(file.data) == "no error")
  }

  @Test("a file cut short anywhere is refused")
  func cutShort() {
    let data = Self.small().data
    for count in 0..<data.count {
      #expect(refusal(data.prefix(count)) != "no error", "\(count) of \(data.count) bytes")
    }
  }

  @Test("no changed byte stops the program or changes a weight")
  func changed() throws {
    let data = Self.small().data
    for place in data.indices {
      var changed = data
      changed[place] ^= 0x55
      guard let checkpoint = try? TorchCheckpoint(changed, path: "model.ckpt"),
        checkpoint["a.weight"] != nil
      else { continue }
      #expect(try checkpoint.floats("a.weight") == [1, 2, 3, 4, 5, 6], "byte \(place)")
    }
  }

  @Test("a slice of a larger buffer is read alike")
  func slice() throws {
    let data = Data(count: 100) + Self.small().data + Data(count: 100)
    let checkpoint = try TorchCheckpoint(data.dropFirst(100).dropLast(100), path: "model.ckpt")
    #expect(try checkpoint.floats("a.weight") == [1, 2, 3, 4, 5, 6])
  }

  @Test("files and folders that are not there are refused")
  func missing() throws {
    let folder = try TemporaryFolder()
    #expect(throws: CheckpointError.self) { try TorchCheckpoint(contentsOf: folder.url) }
    let url = folder.url.appendingPathComponent("model.ckpt")
    #expect(
      throws: CheckpointError.unreadable(path: url.path, reason: "there is no such file")
    ) { try TorchCheckpoint(contentsOf: url) }
    try Self.small().data.write(to: url)
    #expect(try TorchCheckpoint(contentsOf: url).entries.count == 2)
  }
}
