import Foundation

/// What `torch.save` puts around the pickle.
enum TorchFile {
  /// Refuses what is no zip archive, with advice where the kind of file is known.
  static func refuseOtherFormats(_ data: Data) throws(FormatError) {
    if data.isEmpty { throw FormatError(reason: "it is empty") }
    if data.starts(with: [0x50, 0x4B]) { return }
    // torch.save before 1.6: protocol 2, and the magic number as the first value.
    let magic: [UInt8] = [
      0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ]
    if data.starts(with: magic) {
      throw FormatError.unsupported(
        "it has the format of PyTorch before 1.6; load it with torch.load in a later PyTorch and "
          + "write it again with torch.save")
    }
    if data.first == 0x80 {
      throw FormatError.unsupported(
        "it is a bare pickle and no checkpoint; is it the configuration, to be given with --config?"
      )
    }
    if data.count > 9, data[data.startIndex + 8] == UInt8(ascii: "{") {
      throw FormatError.unsupported(
        "it seems to be a safetensors file; a checkpoint (.ckpt, .pt) of PyTorch is expected")
    }
    throw FormatError(reason: "it does not begin as a zip archive does")
  }

  /// The folder in the archive that holds everything, with its slash; refuses other kinds of files.
  static func root(of archive: ZipArchive) throws(FormatError) -> String {
    let name = "data.pkl"
    let roots = archive.entries.map(\.name).filter { $0 == name || $0.hasSuffix("/" + name) }
      .map { String($0.dropLast(name.count)) }
    guard let root = roots.first, roots.count == 1 else {
      throw FormatError(
        reason: "its zip archive has \(roots.count) files named data.pkl, a checkpoint has 1")
    }
    let isScript = archive.entries.contains {
      $0.name == root + "constants.pkl" || $0.name.hasPrefix(root + "code/")
    }
    if isScript {
      throw FormatError.unsupported(
        "it is a program in TorchScript; write the weights alone, with "
          + "torch.save(model.state_dict(), …)")
    }
    if let entry = archive[root + "byteorder"] {
      guard entry.range.count <= 16 else {
        throw FormatError(reason: "its byteorder has \(entry.range.count) bytes")
      }
      let order = String(decoding: try archive.data(entry), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      guard order == "little" else {
        throw FormatError.unsupported(
          "its byte order is \"\(order)\", only \"little\" is read; write it again on another "
            + "machine")
      }
    }
    return root
  }
}
