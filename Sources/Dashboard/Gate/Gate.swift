import Experiment
import Foundation

/// Decides who may ask: people with the link, through the page of this server alone.
///
/// Any web page that the same browser shows can send requests to this computer. Names that point
/// here by a trick (DNS rebinding) are refused by the Host header, other pages by the token in a
/// strict cookie, by the browser's Sec-Fetch-Site, by the origin, and by a header that other origins
/// cannot send.
struct Gate: Sendable {
  /// The name of the header that everything but reading needs, in lower case.
  static let header = "x-usplit"

  private let hosts: Set<String>
  private let takesNumbers: Bool
  private let token: AccessToken?
  private let cookie: String

  /// The gate of a server.
  ///
  /// - Parameters:
  ///   - address: where it listens
  ///   - port: the port there
  ///   - hosts: further names of the computer
  ///   - token: what clients have to know; nil for nothing
  init(address: ListeningAddress, port: Int, hosts: [String], token: AccessToken?) {
    var names: Set = ["127.0.0.1", "localhost", "[::1]", address.host]
    names.formUnion(hosts.map { $0.lowercased() })
    // Whoever listens everywhere is known by all addresses of the computer.
    if address.isEverywhere { names.insert(HostName.current.lowercased()) }
    self.hosts = names
    self.takesNumbers = address.isEverywhere
    self.token = token
    self.cookie = "usplit-\(port)"
  }

  /// Lets a request pass, or answers it.
  ///
  /// - Returns: an answer where the gate gives it; nil for a request that may pass
  /// - Throws: ``RequestError`` for one that may not.
  func check(_ request: Request) throws(RequestError) -> Response? {
    let host = try checkHost(request)
    if let token, request.path.isEmpty, Self.isReading(request), let given = request.query["token"],
      token.matches(given)
    {
      return welcome(token)
    }
    try checkOrigin(request, host)
    if let token { try checkToken(request, token) }
    return nil
  }

  private func checkHost(_ request: Request) throws(RequestError) -> Authority {
    guard let host = Authority(request.headers["host"] ?? "") else {
      throw RequestError(400, "The Host header of the request names no host.")
    }
    guard hosts.contains(host.host) || takesNumbers && host.isNumeric else {
      throw RequestError(
        421,
        "This server is not known as \(host.host.prefix(100)); use the link that usplit serve has "
          + "printed, or start it with --allow-host and this name.")
    }
    return host
  }

  private func checkOrigin(_ request: Request, _ host: Authority) throws(RequestError) {
    let site = request.headers["sec-fetch-site"]?.lowercased()
    if Self.isReading(request) {
      let isForeign =
        site == "cross-site" || site == "same-site" && request.path.first == "api"
      guard !isForeign else { throw Self.foreign }
      return
    }
    if let site, site != "same-origin", site != "none" { throw Self.foreign }
    if let origin = request.headers["origin"] {
      guard let authority = Authority(origin: origin), authority == host else {
        throw Self.foreign
      }
    }
    guard request.headers[Self.header] == "1" else {
      throw RequestError(
        403, "The request lacks the header X-USplit: 1, which shows that no other page sent it.")
    }
  }

  private func checkToken(_ request: Request, _ token: AccessToken) throws(RequestError) {
    if let header = request.headers["authorization"] {
      let words = header.split(separator: " ", maxSplits: 1)
      if words.count == 2, words[0].lowercased() == "bearer", token.matches(String(words[1])) {
        return
      }
    }
    for part in (request.headers["cookie"] ?? "").split(separator: ";") {
      let pair = part.split(separator: "=", maxSplits: 1).map {
        String($0.drop { $0 == " " })
      }
      if pair.count == 2, pair[0] == cookie, token.matches(pair[1]) { return }
    }
    throw RequestError(
      401,
      "This browser does not have the key of this server. Open the link with ?token=… that "
        + "usplit serve has printed in its terminal.")
  }

  /// Gives the browser the token to keep, and takes it out of the address.
  private func welcome(_ token: AccessToken) -> Response {
    Response(
      status: 303, type: "text/plain", Data(),
      headers: [
        ("Location", "/"), ("Cache-Control", "no-store"),
        ("Set-Cookie", "\(cookie)=\(token.text); HttpOnly; SameSite=Strict; Path=/"),
      ])
  }

  private static func isReading(_ request: Request) -> Bool {
    request.method == "GET" || request.method == "HEAD"
  }

  private static let foreign = RequestError(
    403,
    "The request comes from another web page. Open the link that usplit serve has printed, in a "
      + "window of its own.")
}
