import Foundation

/// What breaks a header, in words.
struct HeaderError: Error {
  let reason: String
}

/// The JSON header: exactly the grammar of the format, read without recursion.
struct Header {
  private(set) var metadata: [String: String] = [:]
  private var tensors: [Tensor] = []

  private struct Tensor {
    let name: String
    let type: SafetensorsFile.ElementType
    let shape: [Int]
    let begin: Int
    let end: Int
  }

  init(_ bytes: [UInt8]) throws(HeaderError) {
    guard String(bytes: bytes, encoding: .utf8) != nil else {
      throw HeaderError(reason: "its header is not UTF-8")
    }
    guard bytes.first == UInt8(ascii: "{") else {
      throw HeaderError(reason: "its header does not begin with {")
    }
    var scanner = HeaderScanner(bytes)
    var names: Set<String> = []
    try scanner.expect("{")
    if !scanner.accept("}") {
      repeat {
        let name = try scanner.string()
        guard names.insert(name).inserted else {
          throw HeaderError(reason: "its header names \"\(name)\" twice")
        }
        try scanner.expect(":")
        if name == "__metadata__" {
          metadata = try Self.metadata(&scanner)
        } else {
          tensors.append(try Self.tensor(name, &scanner))
        }
      } while scanner.accept(",")
      try scanner.expect("}")
    }
    try scanner.expectEnd()
  }

  /// The tensors by offset, after checking sizes, holes and overlaps against the data part.
  func entries(dataSize: Int) throws(HeaderError) -> [SafetensorsFile.Entry] {
    var entries: [SafetensorsFile.Entry] = []
    entries.reserveCapacity(tensors.count)
    var end = 0
    for tensor in tensors.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard tensor.begin <= tensor.end, tensor.end <= dataSize else {
        throw HeaderError(
          reason: "tensor \"\(tensor.name)\" lies at bytes \(tensor.begin) to \(tensor.end),"
            + " the data has \(dataSize)")
      }
      guard tensor.begin == end else {
        throw HeaderError(
          reason: "tensor \"\(tensor.name)\" begins at byte \(tensor.begin), the one before ends"
            + " at \(end)")
      }
      var size = tensor.type.byteCount
      for length in tensor.shape {
        let (product, overflow) = size.multipliedReportingOverflow(by: length)
        guard !overflow else {
          throw HeaderError(
            reason: "tensor \"\(tensor.name)\" has the impossible shape"
              + " \(tensor.shape)")
        }
        size = product
      }
      guard tensor.end - tensor.begin == size else {
        throw HeaderError(
          reason: "tensor \"\(tensor.name)\" of \(tensor.type.rawValue) \(tensor.shape) needs"
            + " \(size) bytes, the header gives it \(tensor.end - tensor.begin)")
      }
      end = tensor.end
      entries.append(
        .init(
          name: tensor.name, type: tensor.type, shape: tensor.shape,
          range: tensor.begin..<tensor.end))
    }
    guard end == dataSize else {
      throw HeaderError(reason: "its tensors end at byte \(end), the data has \(dataSize)")
    }
    return entries
  }

  private static func metadata(
    _ scanner: inout HeaderScanner
  ) throws(HeaderError) -> [String: String] {
    var metadata: [String: String] = [:]
    try scanner.expect("{")
    if scanner.accept("}") { return metadata }
    repeat {
      let key = try scanner.string()
      try scanner.expect(":")
      guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
        throw HeaderError(reason: "its metadata name \"\(key)\" twice")
      }
    } while scanner.accept(",")
    try scanner.expect("}")
    return metadata
  }

  private static func tensor(
    _ name: String, _ scanner: inout HeaderScanner
  ) throws(HeaderError) -> Tensor {
    var type: SafetensorsFile.ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.expect("{")
    repeat {
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "dtype" where type == nil:
        let text = try scanner.string()
        type = .init(rawValue: text)
        guard type != nil else {
          throw HeaderError(reason: "tensor \"\(name)\" has the unknown element type \"\(text)\"")
        }
      case "shape" where shape == nil:
        shape = try scanner.integers()
      case "data_offsets" where offsets == nil:
        offsets = try scanner.integers()
      case "dtype", "shape", "data_offsets":
        throw HeaderError(reason: "tensor \"\(name)\" has the key \"\(key)\" twice")
      default:
        throw HeaderError(reason: "tensor \"\(name)\" has the unknown key \"\(key)\"")
      }
    } while scanner.accept(",")
    try scanner.expect("}")
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw HeaderError(
        reason: "tensor \"\(name)\" needs dtype, shape and two data_offsets in the header")
    }
    return Tensor(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }
}
