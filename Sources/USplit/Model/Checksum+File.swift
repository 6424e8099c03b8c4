import Foundation

extension SplitModel {
  /// A hash of a model's file: whether it is still the same one.
  ///
  /// - Throws: `ModelError` when the file cannot be read.
  public static func checksum(ofFile url: URL) throws(ModelError) -> String {
    do {
      let file = try FileHandle(forReadingFrom: url)
      var checksum = Checksum()
      while let block = try file.read(upToCount: 1 << 20), !block.isEmpty {
        // Eight bytes at a time; what is left at the end of a block as a number of its own.
        block.withUnsafeBytes { bytes in
          let words = bytes.count / 8
          for word in 0..<words {
            checksum.add(
              UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)))
          }
          for byte in bytes[(words * 8)...] { checksum.add(UInt64(byte)) }
        }
      }
      return checksum.text
    } catch {
      throw ModelError("\(url.path) cannot be read: \(error.localizedDescription)")
    }
  }
}
