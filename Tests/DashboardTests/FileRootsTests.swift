import Dashboard
import Foundation
import TestSupport
import Testing

@Suite("Folders that are served")
final class FileRootsTests {
  private let folder: TemporaryFolder
  private let roots: FileRoots

  init() throws {
    folder = try TemporaryFolder()
    let files = FileManager.default
    for name in ["root/a/b", "root/.git", "other", "rootling"] {
      try files.createDirectory(
        at: folder.url.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    for name in ["root/a/file.txt", "other/file.txt", "root/.git/config", "rootling/file.txt"] {
      try Data("x".utf8).write(to: folder.url.appendingPathComponent(name))
    }
    for (link, place) in [
      ("root/inner", "a"), ("root/outer", "../other"), ("root/sibling", "../rootling"),
      ("root/veiled", ".git"), ("root/nowhere", "gone"), ("root/circle", "circle"),
    ] {
      try files.createSymbolicLink(
        atPath: folder.url.path + "/" + link, withDestinationPath: place)
    }
    roots = try FileRoots(
      folder.url.path + "/root", images: [folder.url.path + "/other"])
  }

  private func status(_ name: String) -> Int? {
    do {
      _ = try roots.url(name)
      return nil
    } catch { return error.status }
  }

  @Test("names lead to files and back")
  func names() throws {
    for name in ["files", "files/a/file.txt", "images1/file.txt", "files/a/b/"] {
      let url = try roots.url(name)
      #expect(roots.name(of: url) == (name.hasSuffix("/") ? "files/a/b" : name))
    }
    #expect(try roots.name(of: roots.url("files/inner/file.txt")) == "files/a/file.txt")
    #expect(roots.name(of: folder.url.appendingPathComponent("rootling/file.txt")) == nil)
  }

  @Test(
    "what leaves a root, is hidden or is not there is refused",
    arguments: [
      ("files/..", 400), ("files/a/../../other/file.txt", 400), ("files//a", 400),
      ("files/./a", 400),
      ("/etc/passwd", 400), ("", 400), ("file", 400), ("images2/a", 400), ("files/a\\b", 400),
      ("files/a\u{0}", 400), ("files/.git/config", 403), ("files/a/.x", 403), ("files/outer", 403),
      ("files/outer/file.txt", 403), ("files/sibling/file.txt", 403), ("files/veiled/config", 403),
      ("files/nowhere", 404), ("files/circle", 403), ("files/none", 404),
      ("files/a/file.txt/x", 404), ("files/%2e%2e/other", 404), ("Files/a", 400),
    ])
  func refused(_ name: String, _ expected: Int) { #expect(status(name) == expected) }

  @Test("new files are made in the first root, where nothing is")
  func making() throws {
    #expect(try roots.newURL("files/a/new.txt").lastPathComponent == "new.txt")
    for (name, expected) in [
      ("images1/new", 403), ("files", 403), ("files/a/file.txt", 409), ("files/nowhere", 409),
      ("files/none/new", 404), ("files/outer/new", 403), ("files/.new", 403), ("files/../new", 400),
    ] {
      #expect { try roots.newURL(name) } throws: { ($0 as? RequestError)?.status == expected }
    }
  }
}
