import Foundation

/// Hands out the small files of runs: pictures, reports, metrics and logs.
struct FilePage: Sendable {
  /// The folders.
  let roots: FileRoots
  /// Where disks are waited for.
  let queue: WorkQueue

  private static let types = [
    "png": "image/png", "svg": "image/svg+xml", "html": "text/html; charset=utf-8",
    "json": "application/json", "jsonl": "text/plain; charset=utf-8",
    "txt": "text/plain; charset=utf-8", "log": "text/plain; charset=utf-8",
  ]
  /// Files may come from anywhere: what is shown of them runs nothing and reaches nothing.
  private static let sandbox =
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    + "frame-ancestors 'none'"

  /// What answers where.
  var routes: [Route] {
    [
      Route(method: "GET", path: "/api/file") { request in
        let path = try request.required("path")
        let known = request.headers["if-none-match"]
        return try await queue.run { try file(path, known: known) }
      }
    ]
  }

  private func file(_ path: String, known: String?) throws -> Response {
    let url = try roots.url(path)
    // The name that counts is that of the file, not of a link to it.
    guard let type = Self.types[url.pathExtension.lowercased()] else {
      throw RequestError(
        415,
        "\(path) is not shown: only files that end with "
          + Self.types.keys.sorted().map { "." + $0 }.joined(separator: ", ") + " are.")
    }
    let file = try roots.open(url)
    let tag = "\"\(file.version)\""
    if known == tag {
      try file.handle.close()
      return .unchanged(etag: tag)
    }
    return Response(
      type: type, body: .file(file.handle, length: file.bytes),
      headers: [
        ("ETag", tag), ("Cache-Control", "no-cache"), ("Content-Security-Policy", Self.sandbox),
      ])
  }
}
