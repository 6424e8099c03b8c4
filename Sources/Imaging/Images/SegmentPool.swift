import Synchronization

/// A bound on the decoded pixels that are kept of several images together.
///
/// Of all strips, tiles and chunks, those used last stay. One segment larger than the bound is
/// handed out and not kept.
public final class SegmentPool: Sendable {
  /// One decoded segment; its bytes live as long as somebody holds it.
  final class Segment: Sendable {
    /// The bytes.
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  /// A segment's key in the cache of its file.
  struct Place: Hashable, Sendable {
    let owner: ObjectIdentifier
    let key: any Hashable & Sendable

    static func == (a: Place, b: Place) -> Bool {
      a.owner == b.owner && AnyHashable(a.key) == AnyHashable(b.key)
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(owner)
      hasher.combine(key)
    }
  }

  /// A segment that one thread makes and others wait for.
  private final class Making: Sendable {
    let segment = Mutex<Segment?>(nil)
  }

  private struct Content {
    var segments: [Place: (segment: Segment, turn: Int)] = [:]
    var making: [Place: Making] = [:]
    var byteCount = 0
    var turn = 0
  }

  private let content = Mutex(Content())
  private let mostBytes: Int

  /// No segments yet, and never more than so many bytes of them.
  public init(mostBytes: Int) { self.mostBytes = mostBytes }

  /// Bytes of all segments that are kept.
  package var byteCount: Int { content.withLock(\.byteCount) }

  /// The segment at a place; nil where it is not there.
  func known(_ place: Place) -> Segment? {
    content.withLock { content in
      content.turn += 1
      guard let index = content.segments.index(forKey: place) else { return nil }
      content.segments.values[index].turn = content.turn
      return content.segments.values[index].segment
    }
  }

  /// The segment at a place, made now where it is not there.
  ///
  /// Of several threads that ask for one at once, one makes it; where it fails, so does the next.
  func segment(
    _ place: Place, _ make: () throws(ImagingError) -> [UInt8]
  ) throws(ImagingError) -> Segment {
    if let known = known(place) { return known }
    let making = content.withLock { content in
      let making = content.making[place] ?? Making()
      content.making[place] = making
      return making
    }
    let result = making.segment.withLock { made -> Result<Segment, ImagingError> in
      if let made { return .success(made) }
      // It may have been finished between the two looks above.
      if let known = known(place) { return .success(known) }
      do throws(ImagingError) {
        let segment = Segment(try make())
        keep(segment, at: place)
        made = segment
        return .success(segment)
      } catch {
        return .failure(error)
      }
    }
    content.withLock { content in
      if content.making[place] === making { content.making[place] = nil }
    }
    return try result.get()
  }

  /// Keeps a segment, in place of those that were not used for longest.
  private func keep(_ segment: Segment, at place: Place) {
    guard segment.bytes.count <= mostBytes else { return }
    content.withLock { content in
      if let old = content.segments[place] { content.byteCount -= old.segment.bytes.count }
      content.segments[place] = (segment, content.turn)
      content.byteCount += segment.bytes.count
      guard content.byteCount > mostBytes else { return }
      // An eighth more than needed goes at once, so that sorting is rare.
      for oldest in content.segments.sorted(by: { $0.value.turn < $1.value.turn }) {
        if content.byteCount <= mostBytes - mostBytes / 8 || oldest.key == place { break }
        content.segments[oldest.key] = nil
        content.byteCount -= oldest.value.segment.bytes.count
      }
    }
  }

  /// Forgets the segments of a file.
  func remove(all owner: ObjectIdentifier) {
    content.withLock { content in
      for (place, kept) in content.segments where place.owner == owner {
        content.segments[place] = nil
        content.byteCount -= kept.segment.bytes.count
      }
    }
  }
}
