import Foundation

/// The files of the page that browsers show.
struct PageFiles: Sendable {
  /// The folder that SwiftPM puts the page into, beside the program.
  private static let places = [
    "USplit_Dashboard.resources/Page", "USplit_Dashboard.bundle/Page",
    "USplit_Dashboard.bundle/Contents/Resources/Page",
  ]

  private static let types = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8", "svg": "image/svg+xml", "png": "image/png",
    "ico": "image/x-icon", "webmanifest": "application/manifest+json", "json": "application/json",
  ]

  private let files: FileRoots
  private let queue: WorkQueue

  /// Takes the files of a folder; without one, those that come with the program.
  ///
  /// - Throws: ``DashboardError`` where they are not there.
  init(folder: String?, queue: WorkQueue) throws(DashboardError) {
    self.queue = queue
    guard let folder = folder ?? Self.standardFolder else {
      throw DashboardError(
        "the files of the page are not beside the program: expected is the folder "
          + "\(Self.places[0]) or \(Self.places[1]) in "
          + "\(Program.folder); copy it there from the folder where the program was built")
    }
    files = try FileRoots(folder)
    guard FileManager.default.fileExists(atPath: files.home.path + "/index.html") else {
      throw DashboardError("\(folder) holds no index.html; it is not the folder of the page")
    }
  }

  private static var standardFolder: String? {
    places.map { Program.folder + "/" + $0 }.first {
      FileManager.default.fileExists(atPath: $0 + "/index.html")
    }
  }

  /// The file that a request names.
  ///
  /// - Throws: ``RequestError`` where there is none.
  func respond(to request: Request) async throws -> Response {
    let name = request.path.isEmpty ? "index.html" : request.path.joined(separator: "/")
    return try await queue.run { try file(name, known: request.headers["if-none-match"]) }
  }

  private func file(_ name: String, known: String?) throws -> Response {
    let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    guard let type = Self.types[ending] else {
      throw RequestError(404, "The page has no file \(name.prefix(100)).")
    }
    let file: FileRoots.Opened
    do {
      file = try files.open(try files.url(FileRoots.first + "/" + name))
    } catch {
      throw RequestError(error.status, "The page has no file \(name.prefix(100)).")
    }
    let tag = "\"\(file.version)\""
    if known == tag {
      try file.handle.close()
      return .unchanged(etag: tag)
    }
    return Response(
      type: type, body: .file(file.handle, length: file.bytes),
      headers: [("ETag", tag), ("Cache-Control", "no-cache")])
  }
}
