import Foundation

/// What a server has sent.
struct Reply: Sendable {
  /// All bytes.
  let bytes: [UInt8]

  /// The text, as far as it is one.
  var text: String { String(decoding: bytes, as: UTF8.self) }
  /// The status code of the first answer; nil where there is none.
  var status: Int? {
    guard text.hasPrefix("HTTP/1.1 ") else { return nil }
    return Int(text.dropFirst(9).prefix(3))
  }
  /// How many answers there are.
  var count: Int { text.components(separatedBy: "HTTP/1.1 ").count - 1 }
  /// What follows the head.
  var body: String {
    text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
  }

  /// A header field of the first answer.
  func header(_ name: String) -> String? {
    for line in text.components(separatedBy: "\r\n").dropFirst() {
      if line.isEmpty { return nil }
      if line.lowercased().hasPrefix(name.lowercased() + ": ") {
        return String(line.dropFirst(name.count + 2))
      }
    }
    return nil
  }
}

/// A client that can break every rule: bytes go out as they are.
enum Client {
  /// Sends pieces of bytes one after the other, and gives what came until the server closed.
  ///
  /// - Parameters:
  ///   - pieces: sent with a pause after each
  ///   - patience: seconds after which it does not wait any longer
  static func send(
    _ pieces: [[UInt8]], pause: Double = 0, to port: Int, patience: Double = 10
  ) async -> Reply {
    await withCheckedContinuation { continuation in
      // Away from the threads of tasks, which the server needs.
      Thread.detachNewThread {
        continuation.resume(returning: exchange(pieces, pause, port, patience))
      }
    }
  }

  /// Sends one request as text.
  static func send(_ text: String, to port: Int) async -> Reply {
    await send([Array(text.utf8)], to: port)
  }

  private static func exchange(
    _ pieces: [[UInt8]], _ pause: Double, _ port: Int, _ patience: Double
  ) -> Reply {
    let socket = connected(to: port)
    defer { close(socket) }
    var time = timeval(tv_sec: Int(patience), tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    for piece in pieces {
      var sent = 0
      while sent < piece.count {
        let count = piece[sent...].withUnsafeBytes {
          Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { break }
        sent += count
      }
      if pause > 0 { Thread.sleep(forTimeInterval: pause) }
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { return Reply(bytes: bytes) }
      bytes += buffer[..<count]
    }
  }

  /// A socket to the server.
  static func connected(to port: Int) -> Int32 {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    _ = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return number
  }
}
