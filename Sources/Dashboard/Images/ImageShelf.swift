import Foundation
import Imaging
import Synchronization

/// The images that are looked at: opened when they are asked for, closed when others are.
///
/// Answers requests for what is known of an image, for its pixels in tiles, single and along lines,
/// for how it is shown at first, and for how well it agrees with another. All may be asked for at
/// once; files that change meanwhile are opened anew.
final class ImageShelf: Sendable {
  /// The most files that are open.
  private static let mostOpen = 16

  let roots: FileRoots
  let work: WorkQueue
  let levels: PlaneLevels
  private let pool: SegmentPool
  private let slots = Mutex<(slots: [String: Slot], turn: Int)>(([:], 0))

  /// A place for one open file; who opens it is waited for.
  private final class Slot: Sendable {
    let content = Mutex<OpenImages?>(nil)
    let turn = Mutex(0)
  }

  /// A shelf without images.
  ///
  /// From now on, memory that the process frees goes back to the system.
  ///
  /// - Parameters:
  ///   - roots: the folders whose images may be looked at
  ///   - work: where images are read
  ///   - cacheBytes: the most bytes of decoded pixels that are kept of all images together
  ///   - scratch: a folder for levels of large images that have none
  ///   - levelBytes: the most bytes of these levels
  ///   - patience: after which time an image counts as left, and its levels are not made any more
  init(
    roots: FileRoots, work: WorkQueue = WorkQueue(), cacheBytes: Int, scratch: URL,
    levelBytes: Int = 32 << 30, patience: Duration = .seconds(60)
  ) {
    DecodedMemory.returnToSystem()
    self.roots = roots
    self.work = work
    pool = SegmentPool(mostBytes: cacheBytes)
    levels = PlaneLevels(in: scratch, mostBytes: levelBytes, patience: patience)
  }

  deinit { levels.close() }

  /// What is answered here.
  var routes: [Route] {
    [
      route("/api/image", image), route("/api/tile", tile), route("/api/contrast", contrast),
      route("/api/pixel", pixel), route("/api/profile", profile),
      Route(method: "GET", path: "/api/score") { [self] in try await score(ImageQuery($0)) },
    ]
  }

  /// Closes all images and removes the levels that were made.
  func close() {
    levels.close()
    slots.withLock { $0.slots = [:] }
  }

  /// Stops a file that is no image that can be read.
  ///
  /// - Parameter url: a file or folder, such as one that was just received
  /// - Throws: ``RequestError`` 422 with the reader's sentence.
  func checkImage(at url: URL) throws {
    try Self.answering(url, "the file") {
      for image in try OpenImages(url, pool: pool).images {
        let size = image.description
        let (height, width) = (min(size.height, 16), min(size.width, 16))
        for (row, column) in [(0, 0), (size.height - height, size.width - width)] {
          let region = PlaneRegion(row: row, column: column, height: height, width: width)
          let last = PlaneIndex(
            time: size.times - 1, channel: size.channels.count - 1, slice: size.slices - 1)
          let plane = row + column == 0 ? PlaneIndex() : last
          _ = try ViewedPixels(source: image, plane: plane, level: 0).values(region)
        }
      }
    }
  }

  /// A route whose handler does its work where work is done, unless nobody waits for it any more.
  private func route(
    _ path: String, _ answer: @escaping @Sendable (ImageQuery, Request) throws -> Response
  ) -> Route {
    Route(method: "GET", path: path) { [work] request in
      let waiting = Waiting()
      return try await withTaskCancellationHandler {
        try await work.run {
          try waiting.check()
          return try answer(ImageQuery(request), request)
        }
      } onCancel: {
        waiting.end()
      }
    }
  }

  /// Does something with the image of a request, and says what is wrong in the words of the client.
  ///
  /// - Parameters:
  ///   - name: the file's name for the client
  ///   - series: the image's number in it
  func with<Result>(
    _ name: String, series: Int, _ body: (OpenImages, ImageDescription) throws -> Result
  ) throws -> Result {
    let url = try roots.url(name)
    return try Self.answering(url, name) {
      let file = try open(url)
      guard file.images.indices.contains(series) else {
        throw RequestError(
          404,
          "There is no image \(series) in \(name), which has \(file.images.count) (counted from 0)."
        )
      }
      levels.touch(file)
      return try body(file, file.images[series].description)
    }
  }

  /// The images of a file as it is now.
  private func open(_ url: URL) throws -> OpenImages {
    let (slot, left) = slots.withLock { shelf -> (Slot, Slot?) in
      shelf.turn += 1
      let slot = shelf.slots[url.path] ?? Slot()
      slot.turn.withLock { $0 = shelf.turn }
      shelf.slots[url.path] = slot
      guard shelf.slots.count > Self.mostOpen else { return (slot, nil) }
      let oldest = shelf.slots.min {
        $0.value.turn.withLock(\.self) < $1.value.turn.withLock(\.self)
      }
      return (slot, oldest.flatMap { shelf.slots.removeValue(forKey: $0.key) })
    }
    _ = left  // closed after the lock is given back
    return try slot.content.withLock { content in
      if let known = content, known.isCurrent { return known }
      content = nil
      let opened = try OpenImages(url, pool: pool)
      // A link may have been put in the place of a folder since the path was looked at.
      guard Self.isReal(url) else {
        throw RequestError(
          403, "\(url.lastPathComponent) was moved while it was opened; try again.")
      }
      content = opened
      return opened
    }
  }

  /// Whether there is no link in a path.
  private static func isReal(_ url: URL) -> Bool {
    guard let real = realpath(url.path, nil) else { return false }
    defer { free(real) }
    return strcmp(real, url.path) == 0
  }

  /// Turns errors of reading into those of a request, with the client's name for the file.
  private static func answering<Result>(
    _ url: URL, _ name: String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as ImagingError {
      let folder = url.deletingLastPathComponent().path + "/"
      let nameOfFolder = name.lastIndex(of: "/").map { name[...$0] } ?? ""
      let sentence = error.description.replacingOccurrences(of: url.path, with: name)
        .replacingOccurrences(of: folder, with: nameOfFolder)
      let isGone = error.kind == .missing && access(url.path, F_OK) != 0
      throw RequestError(isGone ? 404 : 422, sentence)
    }
  }
}

/// Whether somebody waits for an answer.
private final class Waiting: Sendable {
  private let isOver = Mutex(false)

  /// Nobody waits any more.
  func end() { isOver.withLock { $0 = true } }

  /// Stops work that nobody waits for.
  func check() throws { if isOver.withLock(\.self) { throw CancellationError() } }
}
