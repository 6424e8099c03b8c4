import Foundation
import Imaging
import Synchronization

/// How far the levels are that somebody waits for.
enum LevelState: Sendable, Equatable {
  case ready
  /// The share that is done.
  case preparing(Double)
  /// Why there are none.
  case failed(String)
}

/// Reduced levels of large planes whose files have none, made in the background, one plane at a
/// time, and kept in a scratch folder.
///
/// A plane's levels are begun when they are asked for, the latest asked first; those of an image that
/// nobody has asked for lately are given up. Of those that are made, the ones used last stay.
final class PlaneLevels: Sendable {
  /// A plane of one state of a file.
  struct Key: Sendable, Hashable {
    let path: String
    let version: FileVersion
    let plane: ImagePlane
  }

  /// The longest side of an image that needs no levels, in pixels.
  private static let longestSide = 2048
  /// Room that is left on the disk in any case, in bytes.
  private static let leastFree = 1 << 30

  private let state: Mutex<LevelQueue>
  private let queue = DispatchQueue(label: "levels of large planes", qos: .utility)
  private let folder: URL
  private let scratch = Mutex<ScratchFolder?>(nil)
  private let mostBytes: Int

  /// No levels yet.
  ///
  /// - Parameters:
  ///   - folder: where the scratch folder is made, once there is a need for it
  ///   - mostBytes: of all levels on the disk
  ///   - patience: after which time an image counts as left
  init(in folder: URL, mostBytes: Int, patience: Duration) {
    self.folder = folder
    self.mostBytes = mostBytes
    state = Mutex(LevelQueue(patience: patience))
  }

  /// Whether the levels of an image are made here.
  static func isNeeded(for image: ImageDescription) -> Bool {
    image.levels.count == 1 && max(image.height, image.width) > longestSide
  }

  /// The sizes of an image's levels: its own, or those that are made here.
  static func sizes(of image: ImageDescription) -> [ImageDescription.Level] {
    isNeeded(for: image) ? ReducedPlane.levels(of: image.levels[0]) : image.levels
  }

  /// The planes with their levels; nil while some are being made, which is begun now if need be.
  ///
  /// - Throws: ``RequestError`` 422 where they cannot be made.
  func planes(_ planes: [ImagePlane], of file: OpenImages) throws(RequestError) -> [ReducedPlane]? {
    let keys = planes.map { key(of: $0, file) }
    let (made, begins, failure) = state.withLock { state in
      state.ask(for: keys, from: file)
      var made: [ReducedPlane] = []
      for key in keys { if let levels = state.made(key) { made.append(levels) } }
      return (made, state.begin(), keys.lazy.compactMap(state.failure).first)
    }
    if begins { queue.async { [weak self] in self?.work() } }
    if let failure { throw RequestError(422, failure) }
    return made.count == keys.count ? made : nil
  }

  /// The levels of a plane where they are made; nothing is begun.
  func plane(_ plane: ImagePlane, of file: OpenImages) -> ReducedPlane? {
    let key = key(of: plane, file)
    return state.withLock { $0.made(key) }
  }

  /// How far the levels of an image are that were asked for last; nil where none were.
  func progress(of file: OpenImages, series: Int) -> LevelState? {
    state.withLock { $0.progress(of: file.url.path, file.version, series: series) }
  }

  /// Notes that somebody still looks at a file.
  func touch(_ file: OpenImages) { state.withLock { $0.touch(file.url.path) } }

  /// Gives up what is being made and removes all levels.
  func close() {
    state.withLock { $0.close() }
    scratch.withLock { $0 = nil }
  }

  private func key(of plane: ImagePlane, _ file: OpenImages) -> Key {
    Key(path: file.url.path, version: file.version, plane: plane)
  }

  /// Makes the levels of all planes that are asked for.
  private func work() {
    while let (key, file) = state.withLock({ $0.next() }) {
      do throws(ImagingError) {
        let made = try make(key, file.images[key.plane.series])
        state.withLock { $0.finish(key, made) }
      } catch {
        state.withLock { $0.fail(key, error.description) }
      }
    }
  }

  private func make(
    _ key: Key, _ source: any ImageSource
  ) throws(ImagingError) -> ReducedPlane {
    let bytes = ReducedPlane.byteCount(of: source.description)
    if bytes > mostBytes {
      throw ImagingError(
        .unsupported,
        "\(source.place): smaller copies of a plane take \(bytes >> 20) MiB, at most "
          + "\(mostBytes >> 20) are used; write the image with a pyramid (usplit convert)")
    }
    state.withLock { $0.makeRoom(for: bytes, of: mostBytes) }
    let scratch = try scratchFolder()
    if let free = DiskSpace.available(at: scratch.url), free < bytes + Self.leastFree {
      throw ImagingError(
        .unwritable,
        "\(folder.path) has \(free >> 20) MiB left, too little for smaller copies of a plane "
          + "(\(bytes >> 20) MiB); make room, or write the image with a pyramid (usplit convert)")
    }
    return try ReducedPlane(
      source, key.plane.index, at: scratch.newFile()
    ) { done throws(ImagingError) in
      guard self.state.withLock({ $0.advance(key, to: done) }) else {
        throw ImagingError(.truncated, "nobody looks at \(source.place) any more")
      }
    }
  }

  private func scratchFolder() throws(ImagingError) -> ScratchFolder {
    if let known = scratch.withLock(\.self) { return known }
    // Only the thread that makes levels comes here.
    let made = try ScratchFolder(in: folder)
    scratch.withLock { $0 = made }
    return made
  }
}
