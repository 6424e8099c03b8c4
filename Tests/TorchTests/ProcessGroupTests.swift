import Foundation
import Synchronization
import TestSupport
import Testing
import Torch

/// Ranks as threads of one process: they have nothing in common but the network.
@Suite("Process group")
struct ProcessGroupTests {
  /// Runs `body` once for each rank of a new group and gives what each returned.
  private func ranks<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (ProcessGroup) throws -> Result
  ) throws -> [Result] {
    let port = freePort()
    let results = Mutex([Int: Swift.Result<Result, any Error>]())
    let done = DispatchSemaphore(value: 0)
    for rank in 0..<count {
      let thread = Thread {
        let result = Swift.Result {
          let group = try ProcessGroup(
            ProcessGroup.Meeting(
              rank: rank, count: count, address: "127.0.0.1", port: port, timeout: 20)
          ) { _ in }
          let result = try body(group)
          try group.leave()
          return result
        }
        results.withLock { $0[rank] = result }
        done.signal()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    for _ in 0..<count { done.wait() }
    return try (0..<count).map { rank in
      try #require(results.withLock { $0[rank] }).get()
    }
  }

  /// A network of two layers.
  private static func network(seed: UInt64) throws -> (ParameterStore, (Tensor, Mode) -> Tensor) {
    let store = try ParameterStore(seed: seed, layout: .channelsLast)
    // A bias in front of a normalisation has no gradient but rounding, which AdamW makes large.
    let first = Conv2d(store.root["first"], 1, 3, kernel: 3, bias: false)
    let norm = BatchNorm2d(store.root["norm"], 3)
    let last = Conv2d(store.root["last"], 3, 1, kernel: 3)
    return (store, { x, mode in last(norm(first(x), mode: mode).elu()) })
  }

  private static func images(_ count: Int, from first: Int) -> Tensor {
    let values = (0..<count * 64).map { index in
      Float(((index + first * 64) * 37 % 101)) / 50 - 1
    }
    return Tensor(values, shape: [count, 1, 8, 8])
  }

  @Test("numbers are summed, gathered and handed on", arguments: [1, 2, 3])
  func numbers(_ count: Int) throws {
    let results = try ranks(count) { group in
      [
        try group.sum([Double(group.rank), 1]), try group.broadcast([Double(group.rank) + 5]),
        try group.gather([Double(group.rank) * 10, 0.1]).flatMap(\.self),
        try group.broadcast([Double(group.rank)], from: count - 1), try group.sum([]),
      ]
    }
    for result in results {
      #expect(result[0] == [Double(count * (count - 1) / 2), Double(count)])
      #expect(result[1] == [5])
      #expect(result[2] == (0..<count).flatMap { [Double($0) * 10, 0.1] })
      #expect(result[3] == [Double(count - 1)])
      #expect(result[4].isEmpty)
    }
  }

  @Test("weights and running statistics become those of rank 0")
  func broadcast() throws {
    let results = try ranks(2) { group in
      let (store, _) = try Self.network(seed: UInt64(group.rank))
      try group.broadcast(store)
      return try store.entries.map { try $0.tensor.doubles() }
    }
    #expect(results[0] == results[1])
    let expected = try Self.network(seed: 0).0.entries.map { try $0.tensor.doubles() }
    #expect(results[0] == expected)
  }

  @Test("gradients are averaged, in buckets of any size", arguments: [1 << 20, 40, 1])
  func gradients(_ bucket: Int) throws {
    let results = try ranks(2) { group in
      let store = try ParameterStore(seed: 0)
      let a = store.root.parameter("a", [2], .values([1, 2]))
      let b = store.root.parameter("b", [3], .values([3, 4, 5]))
      _ = store.root.parameter("c", [2], .values([6, 7]))
      // The second has a gradient on rank 1 only, the third nowhere.
      var loss = (a * a).sum()
      if group.rank == 1 { loss = loss * 3 + b.sum() }
      try loss.backward()
      try group.averageGradients(of: store, bucketBytes: bucket)
      return try store.parameters.map { try $0.gradient?.doubles() }
    }
    for result in results { #expect(result == [[4, 8], [0.5, 0.5, 0.5], nil]) }
  }

  @Test("running statistics are averaged, counts are left")
  func buffers() throws {
    let results = try ranks(2) { group in
      let (store, network) = try Self.network(seed: 0)
      _ = network(Self.images(2, from: group.rank * 2), .training(try Generator(seed: 0)))
      let own = try store["norm.running_var"]?.doubles() ?? []
      try group.averageBuffers(of: store)
      return [
        own, try store["norm.running_var"]?.doubles() ?? [],
        try store["norm.num_batches_tracked"]?.doubles() ?? [],
      ]
    }
    #expect(results[0][0] != results[1][0])
    #expect(results[0][1] == results[1][1])
    let mean = zip(results[0][0], results[1][0]).map { ($0 + $1) / 2 }
    #expect(relativeError(results[0][1], mean) < 1e-6)
    #expect(results[0][2] == [1])
  }

  @Test("two ranks with common statistics learn as one process with both batches")
  func synchronisedNorm() throws {
    let step = { @Sendable (group: ProcessGroup?) throws -> [[Double]] in
      let (store, network) = try Self.network(seed: 3)
      let optimiser = AdamW(store, learningRate: 0.01)
      var losses: [Double] = []
      for index in 0..<10 {
        let x = Self.images(group == nil ? 4 : 2, from: index * 4 + 2 * (group?.rank ?? 0))
        let mode = Mode.training(try Generator(seed: 0), statistics: group)
        let loss = (network(x, mode) - x * 0.5).squared().mean()
        store.clearGradients()
        try loss.backward()
        try group?.averageGradients(of: store)
        try optimiser.takeStep()
        let value = try loss.item()
        losses.append(try group.map { try $0.sum([value])[0] / 2 } ?? value)
      }
      return [losses] + (try store.entries.map { try $0.tensor.doubles() })
    }
    let together = try ranks(2) { try step($0) }
    let alone = try step(nil)
    #expect(together[0] == together[1])
    for (mine, other) in zip(together[0], alone) {
      #expect(zip(mine, other).allSatisfy { abs($0 - $1) < 2e-5 }, "\(mine) \(other)")
    }
  }

  @Test("whoever waits in vain is told for whom, where, and what to check")
  func missing() throws {
    let port = freePort()
    let error = #expect(throws: TorchError.self) {
      _ = try ProcessGroup(
        ProcessGroup.Meeting(rank: 0, count: 3, address: "127.0.0.1", port: port, timeout: 0.5)
      ) { _ in }
    }
    let text = error?.description ?? ""
    for words in [
      "rank 0 of 3", "127.0.0.1:\(port)", "2 other processes", "rank 1, 2", "GLOO_SOCKET_IFNAME",
    ] { #expect(text.contains(words), "\(words) in \(text)") }
  }

  @Test("a rank without rank 0 says where it looked")
  func withoutFirst() throws {
    let port = freePort()
    let error = #expect(throws: TorchError.self) {
      _ = try ProcessGroup(
        ProcessGroup.Meeting(rank: 1, count: 2, address: "127.0.0.1", port: port, timeout: 1)
      ) { _ in }
    }
    let text = error?.description ?? ""
    for words in ["rank 1 of 2", "rank 0 at 127.0.0.1:\(port)"] {
      #expect(text.contains(words), "\(words) in \(text)")
    }
  }

  @Test("a rank that fails is the reason why the others end")
  func failing() throws {
    let errors = Mutex<[String]>([])
    let outcome = Result {
      try ranks(2) { group in
        if group.rank == 1 {
          group.fail("the disk is full")
          throw TorchError.group("mine")
        }
        do {
          try group.barrier()
        } catch {
          errors.withLock { $0.append("\(error)") }
          throw error
        }
      }
    }
    #expect(throws: TorchError.self) { try outcome.get() }
    let told = errors.withLock { $0 }
    #expect(told.count == 1)
    #expect(told.first?.contains("rank 1 ended with an error: the disk is full") == true, "\(told)")
  }
}
