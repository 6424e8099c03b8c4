import Foundation
import Safetensors
import TestSupport

/// The bytes of a safetensors file with that header and data, right or wrong.
func bytes(header: String, data: [UInt8] = [], length: UInt64? = nil) -> Data {
  let json = Data(header.utf8)
  var file = withUnsafeBytes(of: (length ?? UInt64(json.count)).littleEndian) { Data($0) }
  file.append(json)
  file.append(contentsOf: data)
  return file
}

/// Opens the bytes as a file.
func opened(_ bytes: Data) throws -> SafetensorsFile {
  let folder = try TemporaryFolder()
  let url = folder.url.appendingPathComponent("file.safetensors")
  try bytes.write(to: url)
  return try SafetensorsFile(contentsOf: url)
}

/// What opening the bytes complains about, nil when it does not.
func complaint(_ bytes: Data) throws -> String? {
  do {
    _ = try opened(bytes)
    return nil
  } catch let error as SafetensorsError {
    return error.description
  }
}
