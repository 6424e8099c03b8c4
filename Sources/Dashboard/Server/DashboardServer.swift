import FlyingSocks
import Foundation

/// A local web server over a folder with runs and images.
public struct DashboardServer: Sendable {
  /// What opens the page: an address with the token.
  public let link: String
  /// The port where it listens.
  public let port: Int

  /// The connections that are open.
  package var connectionCount: Int { table.count }

  private let options: DashboardOptions
  private let listener: Listener
  private let gate: Gate
  private let router: Router
  private let services: Services
  private let queue: WorkQueue
  private let table: ConnectionTable

  private static let watchPause = Duration.milliseconds(100)
  /// After so many connections too many, further ones are closed without a word.
  private static let mostRefused = 64

  /// Begins to listen; clients wait until ``run()``.
  ///
  /// - Throws: ``DashboardError`` where a folder is missing or the port is taken.
  public init(_ options: DashboardOptions) throws(DashboardError) {
    let token = try Self.token(options)
    let roots = try FileRoots(options.root, images: options.images)
    let queue = WorkQueue()
    let page = try PageFiles(folder: options.page, queue: queue)
    let listener = try Listener(
      options.address, port: options.port, takesNext: options.takesNextPort)
    self.options = options
    self.queue = queue
    self.listener = listener
    self.port = listener.port
    self.table = ConnectionTable(limit: options.limits.connections)
    self.gate = Gate(
      address: options.address, port: listener.port, hosts: options.hosts, token: token)
    let services = try Services(options: options, roots: roots, queue: queue, port: listener.port)
    self.services = services
    self.router = Router(services.routes) { try await page.respond(to: $0) }
    let host = options.address.isEverywhere ? "127.0.0.1" : options.address.host
    self.link = "http://\(host):\(listener.port)/" + (token.map { "?token=\($0.text)" } ?? "")
  }

  /// Serves until the task is cancelled.
  ///
  /// - Throws: `CancellationError` at the end, or what keeps the server from going on.
  public func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    let pool: any AsyncSocketPool = SocketPool.make(maxEvents: 256)
    try await pool.prepare()
    // A socket that cannot be closed is closed with the process.
    defer { try? listener.socket.close() }
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await pool.run() }
        group.addTask { [table] in try await table.watch(every: Self.watchPause) }
        group.addTask { try await accept(pool) }
        defer {
          table.interrupt()
          group.cancelAll()
        }
        try await group.next()
      }
    } catch {
      await services.jobs.end()
      throw error
    }
  }

  private func accept(_ pool: any AsyncSocketPool) async throws {
    try await withThrowingDiscardingTaskGroup { group in
      while true {
        try Task.checkCancellation()
        do {
          let socket = Socket(file: try listener.socket.accept().file)
          let wire = try Wire(socket, pool: pool)
          // Counted here, so that who came first is served, in whatever order tasks begin.
          let (number, isTooMany) = table.add(wire)
          group.addTask {
            await serve(wire, isTooMany: isTooMany)
            table.remove(number)
          }
        } catch SocketError.blocked {
          try await pool.suspendSocket(listener.socket, untilReadyFor: .connection)
        } catch SocketError.failed(_, let number, _)
          where [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(number)
        {
          // Others have to end before more can come.
          try await Task.sleep(for: .milliseconds(50))
        } catch SocketError.failed(_, let number, _)
          where ![EBADF, EINVAL, ENOTSOCK].contains(number)
        {
          // The client went before it was served.
        }
      }
    }
  }

  private func serve(_ wire: Wire, isTooMany: Bool) async {
    let connection = Connection(
      wire: wire, gate: gate, router: router, queue: queue, limits: options.limits)
    guard isTooMany else { return await connection.serve() }
    guard table.count <= options.limits.connections + Self.mostRefused else { return }
    let error = RequestError(
      503, "The server has \(options.limits.connections) connections open; try again later.")
    // A client that does not listen is closed all the same.
    try? await connection.refuse(error)
  }

  private static func token(_ options: DashboardOptions) throws(DashboardError) -> AccessToken? {
    guard !options.isOpen else {
      guard options.address.isLoopback else {
        throw DashboardError(
          "\(options.address.number) can be reached by others, who must not do without the token; "
            + "leave out --no-token, or listen at 127.0.0.1")
      }
      return nil
    }
    guard let text = options.token else { return .random() }
    let isPlain = text.utf8.allSatisfy { byte in
      RequestLine.isTokenByte(byte) && byte != UInt8(ascii: "%") && byte != UInt8(ascii: "#")
        && byte != UInt8(ascii: "&") && byte != UInt8(ascii: "+")
    }
    guard text.utf8.count >= AccessToken.fewest, text.utf8.count <= 256, isPlain else {
      throw DashboardError(
        "the token has to be \(AccessToken.fewest) to 256 letters, digits, hyphens and underscores")
    }
    return AccessToken(text: text)
  }
}
