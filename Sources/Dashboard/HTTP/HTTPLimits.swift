/// How much of a client is borne.
public struct HTTPLimits: Sendable {
  /// Bytes of a request line.
  public var requestLine = 8 << 10
  /// Bytes of all header lines.
  public var headerBytes = 32 << 10
  /// Header lines.
  public var headerLines = 100
  /// Bytes of a JSON body.
  public var jsonBytes = 1 << 20
  /// Time in which the head of a request has to arrive.
  public var head = Duration.seconds(10)
  /// Time after which a connection without a request is closed.
  public var idle = Duration.seconds(60)
  /// Time that a body or an answer may take in any case.
  public var grace = Duration.seconds(20)
  /// Bytes per second that a body or an answer has to move beyond that.
  public var leastRate = 4096
  /// Connections at once.
  public var connections = 512

  /// The usual limits.
  public init() {}

  /// How long so many bytes may take.
  func time(for bytes: Int) -> Duration { grace + .seconds(Double(bytes) / Double(leastRate)) }
}
