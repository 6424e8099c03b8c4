import CTorch
import Foundation

/// Processes that compute together: on one machine or several, each with a number, its rank.
///
/// All ranks call the same operations in the same order. An operation waits for the slowest rank
/// however long it takes; ranks that are gone are noticed by their silence.
public final class ProcessGroup {
  /// How a group comes together.
  public struct Meeting: Equatable, Sendable {
    /// This process's number, from 0.
    public var rank: Int
    /// How many processes there are.
    public var count: Int
    /// The machine of rank 0.
    public var address: String
    /// A port there.
    public var port: Int
    /// Whether this process holds what the group agrees on; else rank 0 or the launcher does.
    public var holdsStore: Bool
    /// What tells this group from an earlier one at the same place.
    public var session: String
    /// Seconds to wait for the others.
    public var timeout: Double

    /// A meeting of `count` processes at an address.
    public init(
      rank: Int, count: Int, address: String, port: Int, holdsStore: Bool? = nil,
      session: String = "0", timeout: Double = 300
    ) {
      precondition(
        count >= 1 && (0..<count).contains(rank), "rank \(rank) of \(count) processes")
      self.rank = rank
      self.count = count
      self.address = address
      self.port = port
      self.holdsStore = holdsStore ?? (rank == 0)
      self.session = session
      self.timeout = timeout
    }
  }

  /// Seconds that an operation may last: a rank may take a long validation, and one that is gone is
  /// noticed otherwise.
  private static let patience = 7.0 * 24 * 3600

  /// This process's number, from 0.
  public let rank: Int
  /// How many processes there are.
  public let count: Int
  let pointer: OpaquePointer
  private let store: RendezvousStore
  private let holdsStore: Bool
  private let heartbeat: Heartbeat
  private let lost: @Sendable (String) -> Void

  /// Whether this is the process that writes files and reports.
  public var isFirst: Bool { rank == 0 }

  /// Meets the others.
  ///
  /// - Parameters:
  ///   - meeting: who and where
  ///   - device: where each rank has its network; NVIDIA GPUs exchange sums directly where NCCL is
  ///     there
  ///   - lost: told, on another thread, what happened to a rank that is gone, while this process may
  ///     wait for it for ever; it should end the program
  /// - Throws: `TorchError.group` that says who was missing and what to check.
  public init(
    _ meeting: Meeting, device: Device = .cpu, lost: @escaping @Sendable (String) -> Void
  ) throws(TorchError) {
    rank = meeting.rank
    count = meeting.count
    holdsStore = meeting.holdsStore
    self.lost = lost
    let deadline = Date(timeIntervalSinceNow: meeting.timeout)
    let store = try meeting.openStore()
    self.store = store
    let address = try meeting.introduce(store, until: deadline)
    let connection = try store.anotherConnection()
    let named = ProcessInfo.processInfo.environment["GLOO_SOCKET_IFNAME"] ?? ""
    let interface = named.split(separator: ",").first.map(String.init)
    let group: OpaquePointer
    do throws(TorchError) {
      let made = try attempt("joining the processes") {
        ct_group_new(
          store.pointer, Int32(meeting.rank), Int32(meeting.count), interface, address,
          max(deadline.timeIntervalSinceNow, 1), Self.patience, $0)
      }
      guard let made else { throw .operation("joining the processes", message: "no result") }
      group = made
    } catch {
      throw .group(
        "rank \(meeting.rank) found all \(meeting.count) processes, but could not connect to each of "
          + "them from \(interface.map { "network interface \($0)" } ?? address): \(error); check "
          + "that no firewall is between the machines, and set GLOO_SOCKET_IFNAME to the network "
          + "interface that joins them")
    }
    pointer = group
    heartbeat = Heartbeat(connection, rank: meeting.rank, count: meeting.count, lost: lost)
    guard case .cuda = device else { return }
    do throws(TorchError) {
      _ = try attempt("joining the GPUs") { ct_group_join_gpus(group, device.c, $0) }
    } catch {
      throw .group(
        "rank \(rank) cannot join \(device) to the other GPUs; each rank needs its own: \(error)")
    }
  }

  deinit {
    heartbeat.end()
    ct_group_free(pointer)
  }

  /// Waits for all ranks and takes leave of them; nothing can be done together after.
  ///
  /// - Throws: `TorchError.group` when a rank is gone.
  public func leave() throws(TorchError) {
    try barrier()
    heartbeat.end()
    guard holdsStore else { return }
    // The others still ask the store; whoever holds it goes last.
    let deadline = Date(timeIntervalSinceNow: 5)
    for other in 0..<count where other != rank {
      while Date() < deadline, (try? store.text(Heartbeat.name(other))) != Pulse.Sign.ended.text {
        Thread.sleep(forTimeInterval: 0.02)
      }
    }
  }

  /// Tells the others that this process ends with an error, so that they can say so.
  public func fail(_ words: String) { heartbeat.fail(words) }

  /// Ends the program for want of a rank, where nothing can be thrown.
  func abandon(because error: TorchError) -> Never {
    lost(reason(for: error))
    fatalError("rank \(rank) lost its group: \(error)")
  }

  // MARK: Operations

  /// Waits until all ranks are here.
  ///
  /// - Throws: `TorchError.group` when a rank is gone.
  public func barrier() throws(TorchError) {
    try together("waiting for each other") { ct_group_barrier(pointer, $0) }
  }

  /// The sums of each number over all ranks.
  ///
  /// - Throws: `TorchError.group` when a rank is gone.
  public func sum(_ values: [Double]) throws(TorchError) -> [Double] {
    guard !values.isEmpty else { return [] }
    let tensor = Tensor(doubles: values)
    try wait(for: try begin(tensor))
    return try tensor.doubles()
  }

  /// The numbers of all ranks, rank by rank; each gives as many.
  ///
  /// - Throws: `TorchError.group` when a rank is gone.
  public func gather(_ values: [Double]) throws(TorchError) -> [[Double]] {
    var all = [Double](repeating: 0, count: values.count * count)
    all.replaceSubrange(rank * values.count..<(rank + 1) * values.count, with: values)
    let sums = try sum(all)
    return (0..<count).map { Array(sums[$0 * values.count..<($0 + 1) * values.count]) }
  }

  /// Gives all ranks the numbers of one.
  ///
  /// - Throws: `TorchError.group` when a rank is gone.
  public func broadcast(_ values: [Double], from root: Int = 0) throws(TorchError) -> [Double] {
    guard !values.isEmpty else { return [] }
    let tensor = Tensor(doubles: values)
    try broadcast(tensor, from: root)
    return try tensor.doubles()
  }

  func broadcast(_ tensor: Tensor, from root: Int) throws(TorchError) {
    try together("a broadcast") { ct_group_broadcast(pointer, tensor.pointer, Int32(root), $0) }
  }

  /// Begins to sum a dense tensor over all ranks, in place.
  func begin(_ tensor: Tensor) throws(TorchError) -> PendingSum {
    var work: OpaquePointer?
    try together("a sum") { slot in
      work = ct_group_sum(pointer, tensor.pointer, slot)
      return work != nil
    }
    guard let work else { throw .operation("a sum over the processes", message: "no result") }
    return PendingSum(work)
  }

  /// Waits until a sum is there.
  func wait(for sum: PendingSum) throws(TorchError) {
    try together("a sum") { ct_work_wait(sum.pointer, $0) }
  }

  /// Does what all ranks take part in; a failure most likely means that one of them is gone.
  private func together(
    _ operation: String, _ body: (UnsafeMutablePointer<ct_error?>) -> Bool
  ) throws(TorchError) {
    do throws(TorchError) {
      _ = try attempt("\(operation) of all processes", body)
    } catch {
      throw .group("rank \(rank) ends: \(reason(for: error))")
    }
  }

  /// What a rank that ended with an error said of it; else the error here.
  private func reason(for error: TorchError) -> String {
    // Gloo adds advice for developers to what it says.
    let words = error.description
    let end = words.range(of: ". This is typically caused by")?.lowerBound ?? words.endIndex
    let error = words[..<end]
    // Its words may come after its connections were closed.
    let deadline = Date(timeIntervalSinceNow: 3)
    repeat {
      for other in 0..<count where other != rank {
        guard let text = try? store.text(Heartbeat.name(other)) else {
          return "rank 0, or the launcher, is gone (\(error))"
        }
        if case .failed(let words)? = Pulse.Sign(text) {
          return "rank \(other) ended with an error: \(words)"
        }
      }
      Thread.sleep(forTimeInterval: 0.1)
    } while Date() < deadline
    return "a process of the group is gone (\(error))"
  }
}

/// A sum over all ranks that was begun.
final class PendingSum {
  fileprivate let pointer: OpaquePointer

  fileprivate init(_ pointer: OpaquePointer) { self.pointer = pointer }

  deinit { ct_work_free(pointer) }
}
