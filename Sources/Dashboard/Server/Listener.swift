import FlyingSocks
import Foundation

/// The socket where clients arrive.
struct Listener: Sendable {
  /// The socket.
  let socket: Socket
  /// The port.
  let port: Int

  /// How many ports are tried where the first is taken.
  private static let mostTries = 100

  /// Begins to listen.
  ///
  /// - Parameter takesNext: whether the next free port is taken where that one is not free
  /// - Throws: ``DashboardError`` where that is not possible.
  init(_ address: ListeningAddress, port: Int, takesNext: Bool) throws(DashboardError) {
    let last = takesNext ? min(port + Self.mostTries, 65535) : port
    var candidate = port
    while true {
      do {
        socket = try Self.bound(address, UInt16(candidate))
        break
      } catch SocketError.failed(_, EADDRINUSE, _) where candidate < last {
        candidate += 1
      } catch {
        throw Self.failure(address, candidate, error)
      }
    }
    do {
      try socket.listen(maxPendingConnection: 256)
      try socket.setFlags(.nonBlocking)
      self.port = try Self.port(of: socket)
    } catch {
      throw Self.failure(address, candidate, error)
    }
  }

  private static func bound(_ address: ListeningAddress, _ port: UInt16) throws -> Socket {
    let socket = try Socket(domain: address.isIPv6 ? AF_INET6 : AF_INET, type: .stream)
    do {
      try Wire.closeOnExec(socket)
      try socket.setValue(true, for: .localAddressReuse)
      if address.isIPv6 {
        try socket.bind(to: .inet6(ip6: address.number, port: port))
      } else {
        try socket.bind(to: .inet(ip4: address.number, port: port))
      }
    } catch {
      try? socket.close()  // the reason to give up is known already
      throw error
    }
    return socket
  }

  private static func port(of socket: Socket) throws -> Int {
    switch try socket.sockname() {
    case .ip4(_, let port), .ip6(_, let port): Int(port)
    case .unix: 0
    }
  }

  private static func failure(
    _ address: ListeningAddress, _ port: Int, _ error: any Error
  ) -> DashboardError {
    let place = "\(address.host):\(port)"
    guard case SocketError.failed(_, let number, let message) = error else {
      return DashboardError("cannot listen at \(place): \(error.localizedDescription)")
    }
    return switch number {
    case EADDRINUSE:
      DashboardError(
        "another program listens at \(place); name another --port, or 0 for a free one")
    case EADDRNOTAVAIL:
      DashboardError("\(address.host) is no address of this computer; name another --address")
    case EACCES:
      DashboardError("port \(port) is kept for the system; name a --port from 1024 on")
    default: DashboardError("cannot listen at \(place): \(message)")
    }
  }
}
