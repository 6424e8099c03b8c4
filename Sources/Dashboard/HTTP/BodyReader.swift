import Foundation

/// Reads the body of one request from a connection, and not a byte more.
actor BodyReader {
  private let wire: Wire
  private let limits: HTTPLimits
  private let length: Int
  private let began = ContinuousClock.now
  private var scanner: HeadScanner
  private var received = 0
  private var asksToContinue: Bool

  /// A body of so many bytes, the first of which may have arrived with the head.
  init(
    _ wire: Wire, _ scanner: HeadScanner, length: Int, asksToContinue: Bool, _ limits: HTTPLimits
  ) {
    self.wire = wire
    self.scanner = scanner
    self.length = length
    self.asksToContinue = asksToContinue && length > 0
    self.limits = limits
  }

  /// The bytes that have not been read.
  var left: Int { length - received }

  /// What has arrived beyond the body.
  var rest: HeadScanner { scanner }

  /// The next piece; nil at the end.
  ///
  /// - Throws: ``RequestError`` when the client is too slow, `WireError` when it is gone.
  func next() async throws -> [UInt8]? {
    guard left > 0 else { return nil }
    let arrived = scanner.take(atMost: left)
    if !arrived.isEmpty {
      received += arrived.count
      return arrived
    }
    if asksToContinue {
      asksToContinue = false
      try await wire.write(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8), by: .now + limits.grace)
    }
    do {
      let piece = try await wire.read(
        atMost: min(left, 1 << 18), by: began + limits.time(for: received))
      guard !piece.isEmpty else { throw WireError.gone }
      received += piece.count
      return piece
    } catch WireError.expired {
      throw RequestError(
        408, "Of \(length) bytes \(received) arrived, and then too little for too long; send again."
      )
    }
  }

  /// Reads the rest if that is little.
  ///
  /// - Returns: whether another request can follow.
  func drain(atMost limit: Int) async -> Bool {
    guard !asksToContinue || left == 0, left <= limit else { return left == 0 }
    do {
      while try await next() != nil {}
      return true
    } catch { return false }
  }
}
