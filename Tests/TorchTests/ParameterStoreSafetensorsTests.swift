import Foundation
import Safetensors
import TestSupport
import Testing
import Torch

@Suite("Weights in files")
struct ParameterStoreSafetensorsTests {
  private func store(_ seed: UInt64, _ layout: Layout = .channelsFirst) throws -> ParameterStore {
    let store = try ParameterStore(seed: seed, layout: layout)
    _ = Conv2d(store.root["net"]["conv"], 2, 3, kernel: 3)
    _ = BatchNorm2d(store.root["norm"], 3)
    store.root.alias("twin", of: "net")
    return store
  }

  private func values(_ store: ParameterStore) throws -> [[Float]] {
    try store.entries.map { try $0.tensor.floats() }
  }

  private func save(
    _ items: [SafetensorsFile.Item], _ folder: borrowing TemporaryFolder
  ) throws -> SafetensorsFile {
    let url = folder.url.appendingPathComponent("weights.safetensors")
    try SafetensorsFile.write(items, metadata: [:], to: url)
    return try SafetensorsFile(contentsOf: url)
  }

  @Test("what was saved is loaded, whatever the order in memory")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let saved = try store(1, .channelsLast)
    try saved.set("norm.num_batches_tracked", to: [12])
    let file = try save(saved.items(), folder)
    #expect(file["norm.num_batches_tracked"]?.type == .i64)
    #expect(file["net.conv.weight"]?.type == .f32)
    let loaded = try store(2)
    try loaded.load(file)
    #expect(try values(loaded) == values(saved))
    #expect(try loaded["norm.num_batches_tracked"]?.integers() == [12])
  }

  @Test("a prefix is put before every name, and others are ignored")
  func prefixes() throws {
    let folder = try TemporaryFolder()
    let saved = try store(1)
    let file = try save(saved.items(prefix: "model.") + store(3).items(prefix: "other."), folder)
    let loaded = try store(2)
    try loaded.load(file, prefix: "model.")
    #expect(try values(loaded) == values(saved))
  }

  @Test("second names of a module are known and need not be there")
  func aliases() throws {
    let folder = try TemporaryFolder()
    let saved = try store(1)
    let twin = try #require(saved["net.conv.bias"]).item(named: "twin.conv.bias")
    let loaded = try store(2)
    try loaded.load(try save(saved.items() + [twin], folder))
    #expect(try values(loaded) == values(saved))
  }

  @Test("all that does not fit is told at once, and nothing is changed")
  func misfit() throws {
    let folder = try TemporaryFolder()
    var items = try store(1).items().filter { $0.name != "norm.bias" && $0.name != "net.conv.bias" }
    items.append(try Tensor.zeros([7]).item(named: "net.conv.bias"))
    items.append(try Tensor.zeros([1]).item(named: "stranger"))
    let file = try save(items, folder)
    let loaded = try store(2)
    let before = try values(loaded)
    let error = #expect(throws: TorchError.self) { try loaded.load(file) }
    #expect(
      error
        == .checkpoint(
          "\(file.url.path) lacks 1 of 7 tensors: norm.bias; it has 1 that the network does not "
            + "know: stranger; it has 1 of another shape: net.conv.bias is [7] instead of [3]; "
            + "was it saved with another configuration?"))
    #expect(try values(loaded) == before)
  }

  @Test("of many misfits the first four are named")
  func manyMisfits() throws {
    let folder = try TemporaryFolder()
    let file = try save([Tensor.zeros([1]).item(named: "stranger")], folder)
    let error = #expect(throws: TorchError.self) { try store(2).load(file) }
    #expect(error?.description.contains("lacks 7 of 7 tensors: net.conv.weight, ") == true)
    #expect(error?.description.contains(", …; it has 1 that") == true)
  }

  @Test("tensors in memory are loaded, those with two names once")
  func inMemory() throws {
    let saved = try store(1)
    var tensors = saved.entries.map { (name: $0.name, tensor: $0.tensor) }
    let twins = tensors.filter { $0.name.hasPrefix("net.") }
      .map { (name: "twin." + $0.name.dropFirst(4), tensor: $0.tensor) }
    tensors += twins
    let loaded = try store(2)
    try loaded.load(tensors, from: "a.ckpt")
    #expect(try values(loaded) == values(saved))

    tensors[tensors.count - 1].tensor = tensors[tensors.count - 1].tensor + 1
    let untouched = try store(3)
    let before = try values(untouched)
    #expect(throws: TorchError.self) { try untouched.load(tensors, from: "a.ckpt") }
    #expect(throws: TorchError.self) { try untouched.load([], from: "a.ckpt") }
    #expect(try values(untouched) == before)
  }

  @Test("names and shapes are compared without values")
  func checked() throws {
    let store = try store(1)
    let shapes = store.entries.map { (name: $0.name, shape: $0.tensor.shape) }
    try store.check(shapes, of: "a.ckpt")
    let twin = [(name: "twin.conv.bias", shape: [9])]
    #expect(throws: TorchError.self) { try store.check(shapes + twin, of: "a.ckpt") }
  }
}
