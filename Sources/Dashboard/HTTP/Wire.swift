import FlyingSocks
import Foundation
import Synchronization

/// Why a connection cannot go on.
enum WireError: Error {
  /// The client did not send or take anything in time.
  case expired
  /// The client is gone.
  case gone
}

/// A client's socket, where every wait has a deadline.
///
/// Whoever waits sets the deadline; ``ConnectionTable`` looks at all of them and shuts the sockets
/// whose time is over, which ends the wait.
final class Wire: Sendable {
  private struct State {
    var deadline: ContinuousClock.Instant?
    var isWriting = false
    var hasExpired = false
    var isClosed = false
  }

  private let socket: Socket
  private let pool: any AsyncSocketPool
  private let state = Mutex(State())

  /// Takes over an accepted socket.
  ///
  /// - Throws: `SocketError` when it cannot be set up.
  init(_ socket: Socket, pool: any AsyncSocketPool) throws {
    self.socket = socket
    self.pool = pool
    try socket.setFlags(.nonBlocking)
    try Self.closeOnExec(socket)
    #if canImport(Darwin)
      try socket.setValue(true, for: .noSIGPIPE)
    #endif
    var isOn: Int32 = 1
    // Answers are written whole, so nothing is gained by waiting for more; it is no loss without.
    setsockopt(
      socket.file.rawValue, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn,
      socklen_t(MemoryLayout<Int32>.size))
  }

  /// Keeps a socket from being handed on to other programs.
  ///
  /// - Throws: `SocketError` when that fails.
  static func closeOnExec(_ socket: Socket) throws {
    guard fcntl(socket.file.rawValue, F_SETFD, FD_CLOEXEC) == 0 else {
      throw SocketError.makeFailed("SetFlags")
    }
  }

  /// What the client has sent; empty at its end.
  ///
  /// - Throws: ``WireError``.
  func read(
    atMost count: Int, by deadline: ContinuousClock.Instant
  ) async throws(WireError) -> [UInt8] {
    begin(deadline, isWriting: false)
    defer { end() }
    var isLastTry = false
    while true {
      do {
        return try socket.read(atMost: count)
      } catch SocketError.blocked {
        guard !isLastTry else { throw failure }
      } catch SocketError.disconnected {
        if hasExpired { throw .expired }
        return []
      } catch { throw failure }
      // What arrived before the client went is still read.
      isLastTry = await !waits(for: .read)
    }
  }

  /// Sends bytes.
  ///
  /// - Throws: ``WireError``.
  func write(_ data: Data, by deadline: ContinuousClock.Instant) async throws(WireError) {
    begin(deadline, isWriting: true)
    defer { end() }
    var sent = data.startIndex
    while sent < data.endIndex {
      do {
        sent = try socket.write(data, from: sent)
        continue
      } catch SocketError.blocked {
        // The socket is full.
      } catch { throw failure }
      guard await waits(for: .write) else { throw failure }
    }
  }

  /// Tells the client that nothing follows, and takes what it still sends for a moment, since an
  /// answer is lost where a socket is closed before all was read.
  func finish(within time: Duration, atMost limit: Int) async {
    shutdown(socket.file.rawValue, Int32(SHUT_WR))
    let deadline = ContinuousClock.now + time
    var left = limit
    while left > 0, let bytes = try? await read(atMost: 65536, by: deadline), !bytes.isEmpty {
      left -= bytes.count
    }
  }

  /// Ends a wait whose time is over.
  func check(_ now: ContinuousClock.Instant) {
    state.withLock { state in
      guard let deadline = state.deadline, deadline < now, !state.isClosed else { return }
      state.hasExpired = true
      // Reading ends; an answer that says why can still be sent.
      shutdown(socket.file.rawValue, Int32(state.isWriting ? SHUT_RDWR : SHUT_RD))
    }
  }

  /// Ends all waits.
  func interrupt() {
    state.withLock { state in
      guard !state.isClosed else { return }
      shutdown(socket.file.rawValue, Int32(SHUT_RDWR))
    }
  }

  /// Closes the socket, when nobody waits for it any more.
  func close() {
    state.withLock { state in
      guard !state.isClosed else { return }
      state.isClosed = true
      // The descriptor is gone whatever this returns.
      try? socket.close()
    }
  }

  private var hasExpired: Bool { state.withLock(\.hasExpired) }
  private var failure: WireError { hasExpired ? .expired : .gone }

  private func begin(_ deadline: ContinuousClock.Instant, isWriting: Bool) {
    state.withLock { state in
      state.deadline = deadline
      state.isWriting = isWriting
    }
  }

  private func end() { state.withLock { $0.deadline = nil } }

  private func waits(for event: Socket.Event) async -> Bool {
    do {
      try await pool.suspendSocket(socket, untilReadyFor: [event])
      return true
    } catch { return false }
  }
}
