import Foundation

/// An address of this computer where a server listens.
public struct ListeningAddress: Sendable, Equatable {
  /// The number, such as `127.0.0.1` or `::1`.
  public let number: String
  /// Whether it is one of IPv6.
  public let isIPv6: Bool

  /// Reads a number, or `localhost`; nil for another name.
  public init?(_ text: String) {
    let text =
      text == "localhost" ? "127.0.0.1" : text.trimmingCharacters(in: .init(charactersIn: "[]"))
    var four = in_addr()
    var six = in6_addr()
    guard inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1 else {
      return nil
    }
    number = text.lowercased()
    isIPv6 = text.contains(":")
  }

  /// Whether only this computer can reach it.
  public var isLoopback: Bool { number.hasPrefix("127.") || number == "::1" }

  /// Whether it means all addresses of the computer.
  public var isEverywhere: Bool { number == "0.0.0.0" || number == "::" }

  /// As links have it.
  public var host: String { isIPv6 ? "[\(number)]" : number }
}
