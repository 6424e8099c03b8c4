import CImageIO
import Foundation
import Synchronization

/// One open libtiff handle.
///
/// libtiff's handles may be used by one thread at a time: whoever takes one from `TIFFHandles` has
/// it alone until it is given back, which is why it may go from thread to thread unchecked.
final class TIFFHandle: @unchecked Sendable {
  /// The file's path.
  let path: String
  /// libtiff's handle.
  let pointer: OpaquePointer
  /// Place of the current page's directory; 0 where it is not known.
  fileprivate(set) var directory: UInt64 = 0

  /// Opens a file; libtiff reads its first directory.
  init(_ path: String) throws(ImagingError) {
    var message = [CChar](repeating: 0, count: 512)
    // m: no memory mapping, so that a file cut short meanwhile is an error and not a signal;
    // c: no cutting of a large strip into many.
    guard let pointer = cimageio_tiff_open(path, "rmc", &message, message.count) else {
      throw ImagingError(
        .truncated,
        "\(path) starts like a TIFF file but its first page cannot be read"
          + Self.reason(message) + "; it is empty, cut off or broken")
    }
    self.path = path
    self.pointer = pointer
  }

  deinit {
    _ = cimageio_tiff_close(pointer, nil, 0)
  }

  /// What libtiff said last, as the end of a phrase.
  var reason: String {
    let message = String(cString: cimageio_tiff_message(pointer))
    return message.isEmpty ? "" : " (\(message))"
  }

  /// Makes the page of a directory the current one.
  ///
  /// - Parameter name: the page for messages
  func go(to directory: UInt64, name: @autoclosure () -> String) throws(ImagingError) {
    if directory == self.directory { return }
    self.directory = 0
    if cimageio_tiff_go(pointer, directory) == 0 {
      throw ImagingError(.truncated, "\(path): \(name()) cannot be read" + reason)
    }
    self.directory = directory
  }

  /// Reads bytes of the file as they are.
  ///
  /// - Parameter name: the page for messages
  func bytes(
    at offset: UInt64, count: Int, into target: UnsafeMutableRawPointer,
    name: @autoclosure () -> String
  ) throws(ImagingError) {
    let read = cimageio_tiff_bytes(pointer, offset, target, Int64(count))
    if read != Int64(count) {
      throw ImagingError(
        .truncated,
        "\(path), \(name()): \(count) bytes from \(offset) on cannot be read; the file is cut off")
    }
  }

  private static func reason(_ message: [CChar]) -> String {
    let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.isEmpty ? "" : " (\(text))"
  }
}

/// Open handles of the files of an image that nobody uses just now, a few of them.
final class TIFFHandles: Sendable {
  private let idle = Mutex<[TIFFHandle]>([])
  private static let mostIdle = 8

  /// Runs something with a handle of a file.
  ///
  /// - Parameter directory: the page that the handle should be at, where one is; nil where any
  ///   does
  func use<Result>(
    _ path: String, at directory: UInt64?, _ body: (TIFFHandle) throws(ImagingError) -> Result
  ) throws(ImagingError) -> Result {
    let found = idle.withLock { handles -> TIFFHandle? in
      // A handle that is elsewhere is left for those who read there, as long as there are few.
      let same = handles.lastIndex {
        $0.path == path && (directory == nil || $0.directory == directory)
      }
      let other = handles.count < Self.mostIdle ? nil : handles.firstIndex { $0.path == path }
      return (same ?? other).map { handles.remove(at: $0) }
    }
    let handle: TIFFHandle
    if let found { handle = found } else { handle = try TIFFHandle(path) }
    let result = try body(handle)
    let surplus = idle.withLock { handles -> TIFFHandle? in
      handles.append(handle)
      return handles.count > Self.mostIdle ? handles.removeFirst() : nil
    }
    _ = surplus  // closed here, after the lock is given back
    return result
  }
}
