import Foundation

/// A TCP port of this machine where nobody listens at the moment.
public func freePort() -> Int {
  #if os(Linux)
    let kind = Int32(SOCK_STREAM.rawValue)
  #else
    let kind = SOCK_STREAM
  #endif
  let descriptor = socket(AF_INET, kind, 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  return withUnsafeMutablePointer(to: &address) { place in
    place.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
      // Port 0 asks for any; without one the tests that need it say so themselves.
      guard bind(descriptor, general, length) == 0,
        getsockname(descriptor, general, &length) == 0
      else { return 29500 }
      return Int(UInt16(bigEndian: place.pointee.sin_port))
    }
  }
}
