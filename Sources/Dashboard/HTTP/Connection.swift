import Foundation

/// One client: request after request.
struct Connection: Sendable {
  /// Its socket.
  let wire: Wire
  /// Who may ask what.
  let gate: Gate
  /// What answers.
  let router: Router
  /// Where files are read.
  let queue: WorkQueue
  /// How much is borne.
  let limits: HTTPLimits

  private static let block = 16 << 10
  /// What is left of a body and is read so that the connection can be used again, in bytes.
  private static let mostDrained = 256 << 10
  /// What is thrown away of a client that is told to go, in bytes.
  private static let mostThrownAway = 4 << 20

  /// Serves requests until the client goes, breaks the rules, or is too slow.
  func serve() async {
    var scanner = HeadScanner(limits)
    do {
      while true {
        let head: RequestHead
        do {
          guard let next = try await self.head(&scanner) else { return }
          head = next
        } catch let error as RequestError {
          return try await refuse(error)
        }
        guard try await answer(head, &scanner) else {
          return await wire.finish(within: .seconds(2), atMost: Self.mostThrownAway)
        }
      }
    } catch {
      // The client is gone or does not listen: there is nobody to tell.
    }
  }

  /// Refuses a client at the door.
  func refuse(_ error: RequestError) async throws {
    try await writer.write(error.response, isHead: false, keepsAlive: false)
    await wire.finish(within: .seconds(1), atMost: Self.mostThrownAway)
  }

  private var writer: ResponseWriter { ResponseWriter(wire: wire, queue: queue, limits: limits) }

  /// The next head; nil when the client has none.
  private func head(_ scanner: inout HeadScanner) async throws -> RequestHead? {
    var deadline: ContinuousClock.Instant?
    while true {
      if let head = try scanner.next() { return head }
      if scanner.hasBegun, deadline == nil { deadline = .now + limits.head }
      let piece: [UInt8]
      do {
        piece = try await wire.read(atMost: Self.block, by: deadline ?? .now + limits.idle)
      } catch WireError.expired {
        guard scanner.hasBegun else { return nil }
        throw RequestError(408, "The head of the request did not arrive in time; send it again.")
      }
      guard !piece.isEmpty else {
        guard scanner.hasBegun else { return nil }
        throw RequestError(400, "The request ended before its head did.")
      }
      scanner.feed(piece)
    }
  }

  /// Answers one request.
  ///
  /// - Returns: whether another may follow.
  private func answer(_ head: RequestHead, _ scanner: inout HeadScanner) async throws -> Bool {
    let body = BodyReader(
      wire, scanner, length: head.contentLength,
      asksToContinue: head.headers["expect"]?.lowercased() == "100-continue", limits)
    let request = Request(
      method: head.method, path: head.target.path, query: head.target.query, headers: head.headers,
      body: RequestBody(length: head.contentLength) { try await body.next() })
    let response = try await self.response(to: request)
    // What is left of the body is read first, lest the client wait for us and we for it.
    let isDrained = await body.drain(atMost: response.status < 400 ? Self.mostDrained : 0)
    let keepsAlive = head.keepsAlive && isDrained
    try await writer.write(
      response, isHead: head.method == "HEAD", keepsAlive: keepsAlive)
    scanner = await body.rest
    return keepsAlive
  }

  private func response(to request: Request) async throws -> Response {
    let isAPI = request.path.first == "api"
    do {
      if let response = try gate.check(request) { return response }
      return try await router.respond(to: request)
    } catch let error as WireError {
      throw error
    } catch let error as CancellationError {
      throw error
    } catch let error as RequestError {
      return isAPI ? error.response : error.page
    } catch {
      return RequestError(500, "\(error)").response
    }
  }
}
