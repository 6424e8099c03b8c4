import Foundation

/// Writes answers in the form of HTTP/1.1.
struct ResponseWriter: Sendable {
  /// The connection.
  let wire: Wire
  /// Where files are read.
  let queue: WorkQueue
  /// How long a client may take.
  let limits: HTTPLimits

  /// Header fields that every answer has.
  private static let always = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
  ]
  /// What a page of this server may load: nothing from elsewhere.
  private static let policy =
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
    + "connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; "
    + "form-action 'self'; frame-ancestors 'none'"
  private static let block = 1 << 18

  /// Sends an answer.
  ///
  /// - Throws: `WireError` when the client does not take it, and what reading a file throws.
  func write(_ response: Response, isHead: Bool, keepsAlive: Bool) async throws {
    let began = ContinuousClock.now
    var head = Self.head(of: response, keepsAlive: keepsAlive)
    switch response.body {
    case .data(let data):
      if !isHead { head += data }
      try await wire.write(head, by: began + limits.time(for: head.count))
    case .file(let handle, let length):
      let file = OpenFile(handle)
      defer { file.close() }
      try await wire.write(head, by: began + limits.grace)
      guard !isHead else { return }
      var sent = 0
      while sent < length {
        let count = min(Self.block, length - sent)
        let piece = try await queue.run { try file.read(count) }
        // A file that became shorter: the client sees that the answer is cut.
        guard !piece.isEmpty else { throw WireError.gone }
        sent += piece.count
        try await wire.write(piece, by: began + limits.time(for: sent))
      }
    }
  }

  private static func head(of response: Response, keepsAlive: Bool) -> Data {
    var text = "HTTP/1.1 \(response.status) \(reason(response.status))\r\n"
    func add(_ name: String, _ value: String) {
      // No line end in a value can begin another field.
      let clean = value.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }
      text += "\(name): \(String(String.UnicodeScalarView(clean)))\r\n"
    }
    for (name, value) in response.headers { add(name, value) }
    for (name, value) in always { add(name, value) }
    if !response.headers.contains(where: { $0.name == "Content-Security-Policy" }) {
      add("Content-Security-Policy", policy)
    }
    add("Date", HTTPDate.text(of: Date()))
    if response.status != 304 {
      switch response.body {
      case .data(let data): add("Content-Length", "\(data.count)")
      case .file(_, let length): add("Content-Length", "\(length)")
      }
    }
    if !keepsAlive { add("Connection", "close") }
    return Data((text + "\r\n").utf8)
  }

  private static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 303: "See Other"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 411: "Length Required"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 421: "Misdirected Request"
    case 422: "Unprocessable Content"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    case 507: "Insufficient Storage"
    default: "Status"
    }
  }
}

/// A file that is read piece by piece and closed once.
private final class OpenFile: Sendable {
  private let handle: FileHandle

  init(_ handle: FileHandle) { self.handle = handle }

  func read(_ count: Int) throws -> Data { try handle.read(upToCount: count) ?? Data() }

  // Reading is over: nothing can be lost.
  func close() { try? handle.close() }
}
