import Foundation

/// What a server is told at its start.
public struct DashboardOptions: Sendable {
  /// The folder with runs and images.
  public var root = "."
  /// Further folders whose images may be looked at.
  public var images: [String] = []
  /// Where to listen.
  public var address = ListeningAddress.loopback
  /// The port; 0 for a free one.
  public var port = Self.standardPort
  /// Whether the next free port is taken where that one is not free.
  public var takesNextPort = false
  /// What clients have to know; nil for a random one.
  public var token: String?
  /// Whether clients have to know nothing; for loopback only.
  public var isOpen = false
  /// Further names of the computer in the Host header.
  public var hosts: [String] = []
  /// The largest file that is taken, in bytes.
  public var uploadLimit = 4 << 30
  /// Memory for decoded pixels, in bytes.
  public var cacheBytes = 64 << 20
  /// The folder of the page; nil for the one that comes with the program.
  public var page: String?
  /// The version of the program.
  public var version = ""
  /// The program that trains and splits; nil for the one that runs.
  public var program: String?
  /// How much of a client is borne.
  public var limits = HTTPLimits()

  /// The port where nobody names one.
  public static let standardPort = 8642

  /// The usual options.
  public init() {}
}

extension ListeningAddress {
  /// Where only this computer can reach the server.
  public static let loopback = ListeningAddress(number: "127.0.0.1")

  private init(number: String) {
    self.number = number
    self.isIPv6 = false
  }
}
