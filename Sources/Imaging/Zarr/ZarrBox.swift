import Foundation

/// All indices of a grid from one to another, the last axis fastest.
struct IndexBox: Sendable {
  /// Number of indices.
  let count: Int
  private let first: [Int]
  private let sizes: [Int]

  /// The indices from `first` up to and with `last` along each axis.
  init(from first: [Int], through last: [Int]) {
    self.first = first
    sizes = zip(first, last).map { max(0, $1 - $0 + 1) }
    count = sizes.reduce(1, *)
  }

  /// The index at a place.
  subscript(place: Int) -> [Int] {
    var index = first
    var rest = place
    for axis in sizes.indices.reversed() {
      index[axis] += rest % sizes[axis]
      rest /= sizes[axis]
    }
    return index
  }
}

/// Boxes of elements inside arrays in C order.
enum ZarrBox {
  /// An array in memory and where the box begins in it.
  struct Place {
    let shape: [Int]
    let origin: [Int]
  }

  /// Copies a box from one array to another, in pieces that lie together in both.
  static func copy(
    _ box: [Int], elementSize: Int, from source: UnsafeRawPointer, at sourcePlace: Place,
    to target: UnsafeMutableRawPointer, at targetPlace: Place
  ) {
    forEachPiece(of: box, elementSize, sourcePlace, targetPlace) { from, to, count in
      (target + to).copyMemory(from: source + from, byteCount: count)
    }
  }

  /// Fills a box with one element's bytes.
  static func fill(
    _ box: [Int], with element: [UInt8], in target: UnsafeMutableRawPointer, at place: Place
  ) {
    let isOneByte = element.allSatisfy { $0 == element[0] }
    forEachPiece(of: box, element.count, place, place) { _, to, count in
      let start = target + to
      if isOneByte {
        memset(start, Int32(element[0]), count)
      } else {
        element.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(start: start, count: count)
            .copyMemory(from: $0)
        }
        var done = element.count
        while done < count {
          let more = min(done, count - done)
          (start + done).copyMemory(from: start, byteCount: more)
          done += more
        }
      }
    }
  }

  /// Brings an array whose axes are stored in another order into C order.
  ///
  /// - Parameters:
  ///   - bytes: the elements as stored: stored axis i is axis `order[i]`
  ///   - order: a permutation of the axes
  ///   - shape: the array's shape, its axes in their own order
  ///   - elementSize: 1, 2, 4 or 8
  static func ordered(
    _ bytes: [UInt8], order: [Int], shape: [Int], elementSize: Int
  ) -> [UInt8] {
    // Axes of one element may be anywhere.
    let long = order.filter { shape[$0] > 1 }
    if long == long.sorted() { return bytes }
    var strides = [Int](repeating: 0, count: shape.count)
    var stride = 1
    for axis in order.reversed() {
      strides[axis] = stride
      stride *= shape[axis]
    }
    return switch elementSize {
    case 1: gathered(bytes, UInt8.self, shape, strides)
    case 2: gathered(bytes, UInt16.self, shape, strides)
    case 4: gathered(bytes, UInt32.self, shape, strides)
    default: gathered(bytes, UInt64.self, shape, strides)
    }
  }

  private static func gathered<Word: BitwiseCopyable>(
    _ bytes: [UInt8], _: Word.Type, _ shape: [Int], _ strides: [Int]
  ) -> [UInt8] {
    let columns = shape[shape.count - 1]
    let step = strides[shape.count - 1]
    return [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
      bytes.withUnsafeBytes { source in
        let source = source.assumingMemoryBound(to: Word.self)
        let words = UnsafeMutableRawBufferPointer(target).assumingMemoryBound(to: Word.self)
        var row = 0
        walk(shape.dropLast(), strides, strides) { from, _ in
          for column in 0..<columns { words[row &+ column] = source[from &+ column &* step] }
          row += columns
        }
      }
      count = bytes.count
    }
  }

  /// Calls `body` with the byte offsets in both arrays, and the length, of every piece.
  private static func forEachPiece(
    of box: [Int], _ elementSize: Int, _ source: Place, _ target: Place,
    _ body: (_ source: Int, _ target: Int, _ count: Int) -> Void
  ) {
    let sourceStrides = strides(source.shape, elementSize)
    let targetStrides = strides(target.shape, elementSize)
    // Rows that follow one another in both arrays are one piece.
    var axis = box.count - 1
    while axis > 0, box[axis] == source.shape[axis], box[axis] == target.shape[axis] { axis -= 1 }
    let count = box[axis] * sourceStrides[axis]
    let sourceStart = zip(source.origin, sourceStrides).reduce(0) { $0 + $1.0 * $1.1 }
    let targetStart = zip(target.origin, targetStrides).reduce(0) { $0 + $1.0 * $1.1 }
    walk(box.prefix(axis), sourceStrides, targetStrides) {
      body(sourceStart + $0, targetStart + $1, count)
    }
  }

  private static func strides(_ shape: [Int], _ elementSize: Int) -> [Int] {
    var strides = [Int](repeating: elementSize, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }

  /// Goes through a box, the last axis fastest, counting along in two arrays.
  private static func walk(
    _ box: ArraySlice<Int>, _ first: [Int], _ second: [Int], _ body: (Int, Int) -> Void
  ) {
    var index = [Int](repeating: 0, count: box.count)
    var (a, b) = (0, 0)
    while true {
      body(a, b)
      var axis = box.count - 1
      while axis >= 0 {
        index[axis] += 1
        a += first[axis]
        b += second[axis]
        if index[axis] < box[axis] { break }
        a -= first[axis] * box[axis]
        b -= second[axis] * box[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
