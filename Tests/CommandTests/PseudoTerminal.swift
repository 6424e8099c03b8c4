import Foundation
import Testing

/// A terminal that nobody looks at, of 80 columns for those that find no size.
struct PseudoTerminal {
  private let descriptor: Int32
  /// What a command writes to.
  let output: FileHandle

  init() throws {
    #if os(Linux)
      descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      // TIOCSPTLCK and TIOCGPTN, which the system's module does not have.
      var (lock, number): (Int32, Int32) = (0, 0)
      try #require(
        descriptor >= 0 && ioctl(descriptor, 0x4004_5431, &lock) == 0
          && ioctl(descriptor, 0x8004_5430, &number) == 0)
      let name = "/dev/pts/\(number)"
    #else
      descriptor = posix_openpt(O_RDWR | O_NOCTTY)
      try #require(descriptor >= 0 && grantpt(descriptor) == 0 && unlockpt(descriptor) == 0)
      let name = String(cString: try #require(ptsname(descriptor)))
    #endif
    output = try FileHandle(forUpdating: URL(fileURLWithPath: name))
  }

  /// What was written, once everybody who may write has ended; nothing can be written after.
  func written() throws -> String {
    try output.close()
    var data = Data()
    var bytes = [UInt8](repeating: 0, count: 4096)
    while case let count = read(descriptor, &bytes, bytes.count), count > 0 {
      data.append(contentsOf: bytes[..<count])
    }
    close(descriptor)
    return String(decoding: data, as: UTF8.self)
  }
}
