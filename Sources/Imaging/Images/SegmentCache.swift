import Synchronization

/// Decoded strips, tiles or chunks of a file, the latest used of them, up to a number of bytes.
///
/// A region that is read row by row meets the same tiles again and again; here they are decoded
/// once. One segment larger than the limit is handed out and not kept.
final class SegmentCache<Key: Hashable & Sendable>: Sendable {
  /// One decoded segment; its bytes live as long as somebody holds it.
  final class Segment: Sendable {
    /// The bytes.
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  private struct Content {
    var segments: [Key: (segment: Segment, turn: Int)] = [:]
    var byteCount = 0
    var turn = 0
  }

  private let content = Mutex(Content())
  private let mostBytes: Int

  /// An empty cache of at most so many bytes.
  init(mostBytes: Int) { self.mostBytes = mostBytes }

  /// The segment of a key; nil where it is not there.
  func known(_ key: Key) -> Segment? {
    content.withLock { content in
      content.turn += 1
      guard let found = content.segments[key] else { return nil }
      content.segments[key] = (found.segment, content.turn)
      return found.segment
    }
  }

  /// The segment of a key, made now where it is not there.
  ///
  /// Two threads that ask for one segment at once may both make it.
  func segment(
    _ key: Key, _ make: () throws(ImagingError) -> [UInt8]
  ) throws(ImagingError) -> Segment {
    if let known = known(key) { return known }
    let segment = Segment(try make())
    guard segment.bytes.count <= mostBytes else { return segment }
    content.withLock { content in
      if let old = content.segments[key] { content.byteCount -= old.segment.bytes.count }
      content.segments[key] = (segment, content.turn)
      content.byteCount += segment.bytes.count
      guard content.byteCount > mostBytes else { return }
      // An eighth more than needed goes at once, so that sorting is rare.
      for oldest in content.segments.sorted(by: { $0.value.turn < $1.value.turn }) {
        if content.byteCount <= mostBytes - mostBytes / 8 || oldest.key == key { break }
        content.segments[oldest.key] = nil
        content.byteCount -= oldest.value.segment.bytes.count
      }
    }
    return segment
  }
}
