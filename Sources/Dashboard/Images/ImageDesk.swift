import Foundation

/// An image shelf with all that it needs, asked without a connection: for tests and measurements.
package final class ImageDesk: Sendable {
  /// What was answered.
  package struct Answer: Sendable {
    /// The status code.
    package let status: Int
    /// The header fields.
    package let headers: [String: String]
    /// The content.
    package let body: Data
  }

  private let shelf: ImageShelf
  private let handlers: [String: Handler]

  /// A shelf for the images below a folder, which is called `files`.
  ///
  /// - Parameters:
  ///   - folder: the folder
  ///   - cacheBytes: the most bytes of decoded pixels that are kept
  ///   - scratch: a folder for levels of large images
  ///   - levelBytes: the most bytes of these levels
  ///   - patience: after which time an image counts as left
  package init(
    _ folder: URL, cacheBytes: Int = 64 << 20, scratch: URL, levelBytes: Int = 32 << 30,
    patience: Duration = .seconds(60)
  ) throws {
    shelf = ImageShelf(
      roots: try FileRoots(folder.path), work: WorkQueue(), cacheBytes: cacheBytes,
      scratch: scratch,
      levelBytes: levelBytes, patience: patience)
    handlers = Dictionary(uniqueKeysWithValues: shelf.routes.map { ($0.path, $0.handler) })
  }

  /// What is answered to a request.
  package func get(
    _ path: String, _ query: [String: String], headers: [String: String] = [:]
  ) async -> Answer {
    guard let handler = handlers[path] else {
      return Self.refusal(404, "There is nothing at \(path).")
    }
    let request = Request(
      method: "GET", path: path.split(separator: "/").map(String.init), query: query,
      headers: headers, body: .none)
    do {
      let response = try await handler(request)
      guard case .data(let body) = response.body else {
        return Self.refusal(500, "A file was answered, not bytes.")
      }
      let fields = Dictionary(response.headers.map { ($0.name, $0.value) }) { $1 }
      return Answer(status: response.status, headers: fields, body: body)
    } catch let error as RequestError {
      return Self.refusal(error.status, error.sentence)
    } catch {
      return Self.refusal(500, "\(error)")
    }
  }

  /// Why a file is no image that can be read; nil where it is one.
  package func obstacle(to url: URL) -> Answer? {
    do {
      try shelf.checkImage(at: url)
      return nil
    } catch let error as RequestError {
      return Self.refusal(error.status, error.sentence)
    } catch {
      return Self.refusal(500, "\(error)")
    }
  }

  /// Closes all images and removes the levels that were made.
  package func close() { shelf.close() }

  private static func refusal(_ status: Int, _ sentence: String) -> Answer {
    Answer(status: status, headers: [:], body: Data(sentence.utf8))
  }
}
