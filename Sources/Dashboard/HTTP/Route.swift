/// What answers a request; throws ``RequestError`` or an error whose description is the sentence (500).
typealias Handler = @Sendable (Request) async throws -> Response

/// A method, a fixed path, and what answers there.
struct Route: Sendable {
  let method: String
  /// Such as `/api/tile`.
  let path: String
  let handler: Handler
}

/// Finds what answers a request.
struct Router: Sendable {
  private let table: [String: [String: Handler]]
  private let page: Handler

  /// Fixed paths, and what answers everywhere else.
  init(_ routes: [Route], page: @escaping Handler) {
    var table: [String: [String: Handler]] = [:]
    for route in routes { table[route.path, default: [:]][route.method] = route.handler }
    self.table = table
    self.page = page
  }

  /// The answer of whatever is responsible.
  ///
  /// - Throws: ``RequestError`` for a path or a method that nothing answers, and what the handler
  ///   throws.
  func respond(to request: Request) async throws -> Response {
    let path = "/" + request.path.joined(separator: "/")
    let method = request.method == "HEAD" ? "GET" : request.method
    guard let methods = table[path] else {
      guard request.path.first != "api" else {
        throw RequestError(
          404,
          "There is nothing at \(path); the page and the server may be of "
            + "different versions: reload the page.")
      }
      guard method == "GET" else { throw Self.notAllowed(request, at: path, ["GET"]) }
      return try await page(request)
    }
    guard let handler = methods[method] else {
      throw Self.notAllowed(request, at: path, Array(methods.keys))
    }
    return try await handler(request)
  }

  private static func notAllowed(
    _ request: Request, at path: String, _ methods: [String]
  ) -> RequestError {
    let names = (methods + (methods.contains("GET") ? ["HEAD"] : [])).sorted()
      .joined(separator: ", ")
    var error = RequestError(
      405, "\(path) cannot be asked by \(request.method.prefix(20)); possible: \(names).")
    error.headers = [("Allow", names)]
    return error
  }
}
