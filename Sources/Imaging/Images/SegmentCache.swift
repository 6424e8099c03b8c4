import Synchronization

/// Decoded strips, tiles or chunks of a file, the latest used of them, up to a number of bytes.
///
/// A region that is read row by row meets the same tiles again and again; here they are decoded
/// once. The bound may be shared with other files' caches, by a ``SegmentPool``.
final class SegmentCache<Key: Hashable & Sendable>: Sendable {
  typealias Segment = SegmentPool.Segment

  private let pool: SegmentPool

  /// An empty cache within a bound.
  init(_ pool: SegmentPool) { self.pool = pool }

  deinit { pool.remove(all: ObjectIdentifier(self)) }

  /// The segment of a key; nil where it is not there.
  func known(_ key: Key) -> Segment? { pool.known(place(of: key)) }

  /// The segment of a key, made now where it is not there, by one of the threads that ask for it.
  func segment(
    _ key: Key, _ make: () throws(ImagingError) -> [UInt8]
  ) throws(ImagingError) -> Segment {
    try pool.segment(place(of: key), make)
  }

  private func place(of key: Key) -> SegmentPool.Place {
    SegmentPool.Place(owner: ObjectIdentifier(self), key: key)
  }
}
