import Foundation

/// A host and a port, as the Host header and origins name them.
struct Authority: Equatable, Sendable {
  /// The host in lower case; an IPv6 address in brackets.
  let host: String
  /// The port, if it is named.
  let port: Int?

  /// Reads `localhost`, `127.0.0.1:8642` or `[::1]:8642`.
  init?(_ text: String) {
    let text = text.lowercased()
    let end: String.Index
    if text.hasPrefix("[") {
      guard let bracket = text.firstIndex(of: "]") else { return nil }
      end = text.index(after: bracket)
    } else {
      end = text.firstIndex(of: ":") ?? text.endIndex
    }
    let host = String(text[..<end])
    let rest = text[end...]
    let allowed = "abcdefghijklmnopqrstuvwxyz0123456789-._[]:"
    guard !host.isEmpty, host.allSatisfy({ allowed.contains($0) }) else { return nil }
    if rest.isEmpty {
      port = nil
    } else {
      let digits = rest.dropFirst()
      guard rest.first == ":", (1...5).contains(digits.utf8.count),
        digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits),
        number <= 65535
      else { return nil }
      port = number
    }
    self.host = host
  }

  /// The host and port of an origin such as `http://localhost:8642`.
  init?(origin: String) {
    let schemes = ["http://", "https://"]
    guard let scheme = schemes.first(where: origin.hasPrefix) else { return nil }
    self.init(String(origin.dropFirst(scheme.count)))
  }

  /// Whether the host is a number, which no name server can turn into another.
  var isNumeric: Bool { Self.isIPv6(host) || Self.isIPv4(host) }

  private static func isIPv4(_ host: String) -> Bool {
    var address = in_addr()
    return inet_pton(AF_INET, host, &address) == 1
  }

  private static func isIPv6(_ host: String) -> Bool {
    guard host.hasPrefix("["), host.hasSuffix("]") else { return false }
    var address = in6_addr()
    return inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &address) == 1
  }
}
