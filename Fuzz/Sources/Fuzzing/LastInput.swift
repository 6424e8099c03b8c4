import Foundation

/// A file that always holds the input being run, also after a crash: it is mapped into memory, so
/// that keeping an input is no more than copying it.
final class LastInput {
  private static let head = Array("FUZZLAST".utf8)
  private static let start = 16
  private let memory: UnsafeMutableRawBufferPointer

  init(_ url: URL) throws {
    let size = Self.start + Mutation.sizeLimit
    let descriptor = open(url.path, O_RDWR | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0, ftruncate(descriptor, off_t(size)) == 0,
      let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      address != MAP_FAILED
    else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: url.path]) }
    close(descriptor)
    memory = UnsafeMutableRawBufferPointer(start: address, count: size)
    memory.copyBytes(from: Self.head)
  }

  deinit { munmap(memory.baseAddress, memory.count) }

  /// Keeps an input in place of the one before.
  func keep(_ input: [UInt8]) {
    let kept = input.prefix(Mutation.sizeLimit)
    memory.storeBytes(of: UInt64(kept.count).littleEndian, toByteOffset: 8, as: UInt64.self)
    UnsafeMutableRawBufferPointer(rebasing: memory[Self.start...]).copyBytes(from: kept)
  }

  /// The input in such a file, or all of any other file.
  static func read(_ url: URL) throws -> Data {
    let data = try Data(contentsOf: url)
    guard data.starts(with: head), data.count >= start else { return data }
    let count = data.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
    return Data(data.dropFirst(start).prefix(Int(clamping: count)))
  }
}
