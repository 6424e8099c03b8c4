import Foundation

/// Which elements of a storage a tensor is made of.
struct StorageView: Sendable, Equatable {
  let storage: ZipArchive.Entry
  /// The first element.
  let offset: Int
  /// Elements between neighbours along each dimension.
  let strides: [Int]

  /// The number of elements; nil when one lies beyond the storage or there are too many to count.
  func count(shape: [Int], within length: Int) -> Int? {
    if shape.contains(0) { return offset <= length ? 0 : nil }
    var count = 1
    var last = offset
    for (size, stride) in zip(shape, strides) {
      let (product, tooMany) = count.multipliedReportingOverflow(by: size)
      let (reach, tooFar) = (size - 1).multipliedReportingOverflow(by: stride)
      let (end, beyond) = last.addingReportingOverflow(reach)
      guard !tooMany, !tooFar, !beyond else { return nil }
      count = product
      last = end
    }
    return last < length ? count : nil
  }

  /// The elements in C order.
  ///
  /// - Parameters:
  ///   - bytes: of the whole storage
  ///   - width: bytes of an element
  func gathered(_ bytes: Data, shape: [Int], count: Int, width: Int) -> Data {
    guard count > 0 else { return Data() }
    if isContiguous(shape) {
      let start = bytes.startIndex + offset * width
      return bytes[start..<start + count * width]
    }
    var result = Data(count: count * width)
    result.withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes { source in
        var index = [Int](repeating: 0, count: shape.count)
        var element = offset
        for place in 0..<count {
          UnsafeMutableRawBufferPointer(rebasing: target[place * width..<(place + 1) * width])
            .copyMemory(
              from: UnsafeRawBufferPointer(
                rebasing: source[element * width..<(element + 1) * width]))
          for dimension in shape.indices.reversed() {
            index[dimension] += 1
            element += strides[dimension]
            if index[dimension] < shape[dimension] { break }
            element -= index[dimension] * strides[dimension]
            index[dimension] = 0
          }
        }
      }
    }
    return result
  }

  private func isContiguous(_ shape: [Int]) -> Bool {
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      if stride != expected { return false }
      expected *= size
    }
    return true
  }
}
