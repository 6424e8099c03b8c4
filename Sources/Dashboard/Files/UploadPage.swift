import Foundation
import Imaging

/// Takes in images that clients send.
struct UploadPage: Sendable {
  /// The folders.
  let roots: FileRoots
  /// Where disks are waited for.
  let queue: WorkQueue
  /// The largest file, in bytes.
  let limit: Int
  /// Refuses what is no image that can be read.
  let check: @Sendable (URL) throws -> Void

  /// What is left free on the disk, in bytes.
  private static let reserve = 256 << 20
  private static let folder = "uploads"

  /// What answers where.
  var routes: [Route] {
    [Route(method: "POST", path: "/api/upload") { try await take($0) }]
  }

  private struct Answer: Encodable { let path: String }

  private func take(_ request: Request) async throws -> Response {
    let name = try request.required("name")
    try checkName(name)
    let length = request.body.length
    guard length > 0 else { throw RequestError(400, "The file \(name) is empty.") }
    guard length <= limit else {
      throw RequestError(
        413,
        "\(name) has \(length) bytes, and at most \(limit) are taken (--upload-limit); copy it "
          + "into the folder of the server instead.")
    }
    let temporary = try await queue.run { try prepare(name, length) }
    do {
      try await write(request.body, to: temporary)
      let path = try await queue.run { () throws -> String in
        try checkContent(temporary, name)
        return try publish(temporary, as: name)
      }
      return try .json(Answer(path: path), status: 201)
    } catch {
      try await queue.run { try FileManager.default.removeItem(at: temporary) }
      throw error
    }
  }

  private func checkName(_ name: String) throws(RequestError) {
    let isPlain =
      !name.hasPrefix(".") && !name.hasPrefix("-") && name.utf8.count <= 200
      && !name.contains { "/\\:*?\"<>|".contains($0) }
    guard isPlain else {
      throw RequestError(400, "\"\(name.prefix(100))\" cannot be the name of a file here.")
    }
    guard ImageFolder.isImage(name), ImageName(name).format?.hasLevels != nil,
      !name.lowercased().hasSuffix(".zarr")
    else {
      throw RequestError(
        415,
        "\(name) is no image that can be sent: TIFF files are, whose names end with .tif, "
          + ".tiff or the like.")
    }
  }

  /// Makes the folder and an empty file in it that nobody sees.
  private func prepare(_ name: String, _ length: Int) throws -> URL {
    let folder = try roots.url(try roots.makeFolder(Self.folder))
    removeLeftOvers(in: folder)
    var disk = statvfs()
    if statvfs(folder.path, &disk) == 0 {
      let free = Int(clamping: UInt64(disk.f_bavail) &* UInt64(disk.f_frsize))
      guard free - Self.reserve > length else { throw full(name) }
    }
    let file = folder.appendingPathComponent(".\(UUID().uuidString)-\(name)")
    let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw RequestError(403, "Nothing can be written into \(FileRoots.first)/\(Self.folder).")
    }
    close(descriptor)
    return file
  }

  /// Removes what a server that was killed has left behind.
  private func removeLeftOvers(in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let yesterday = Date().timeIntervalSince1970 - 86400
    for name in names where name.hasPrefix(".") && name.dropFirst(37).first == "-" {
      let file = folder.appendingPathComponent(name)
      guard let stamp = FileStamp(path: file.path), stamp.modified < yesterday else { continue }
      try? FileManager.default.removeItem(at: file)  // what stays is tried again next time
    }
  }

  private func full(_ name: String) -> RequestError {
    RequestError(507, "The disk of the server has no room for \(name); remove something there.")
  }

  private func write(_ body: RequestBody, to file: URL) async throws {
    let handle = try await queue.run { try FileHandle(forWritingTo: file) }
    var pending: [UInt8] = []
    while let piece = try await body.next() {
      pending += piece
      guard pending.count >= 1 << 20 else { continue }
      try await write(pending, handle, file)
      pending = []
    }
    try await write(pending, handle, file)
    try await queue.run { try handle.close() }
  }

  private func write(_ bytes: [UInt8], _ handle: FileHandle, _ file: URL) async throws {
    do {
      try await queue.run { try handle.write(contentsOf: bytes) }
    } catch let error as RequestError {
      throw error
    } catch {
      throw full(String(file.lastPathComponent.dropFirst(38)))
    }
  }

  private func checkContent(_ file: URL, _ name: String) throws(RequestError) {
    do {
      try check(file)
    } catch let error as RequestError {
      // The user knows the file by its own name.
      throw RequestError(
        415,
        error.sentence.replacing(file.path, with: name)
          .replacing(file.lastPathComponent, with: name))
    } catch {
      throw RequestError(415, "\(error)".replacing(file.path, with: name))
    }
  }

  /// Gives a file its name, or the same with a number where that is taken.
  private func publish(_ file: URL, as name: String) throws(RequestError) -> String {
    let parts = ImageName(name)
    for number in 1...1000 {
      let candidate = parts.stem + (number > 1 ? "_\(number)" : "") + parts.fileExtension
      let target = file.deletingLastPathComponent().appendingPathComponent(candidate)
      // A link is made only where nothing is, which a renaming would not see to.
      if link(file.path, target.path) == 0 {
        unlink(file.path)
        return "\(FileRoots.first)/\(Self.folder)/\(candidate)"
      }
      guard errno != EEXIST else { continue }
      var status = stat()
      guard lstat(target.path, &status) != 0 else { continue }
      guard rename(file.path, target.path) == 0 else {
        throw RequestError(
          403, "\(candidate) cannot be written into \(FileRoots.first)/\(Self.folder).")
      }
      return "\(FileRoots.first)/\(Self.folder)/\(candidate)"
    }
    throw RequestError(409, "There are 1000 files called \(name); remove some.")
  }
}
