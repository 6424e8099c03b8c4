import Foundation
import Imaging
import TestSupport
import Testing

@Suite("The images that a path means")
struct ImageListingTests {
  private func make(_ names: [String], in folder: URL) throws {
    for name in names {
      if name.hasSuffix("/") {
        try FileManager.default.createDirectory(
          at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
      } else {
        try Data().write(to: folder.appendingPathComponent(name))
      }
    }
  }

  private func names(_ path: String) throws -> [String] {
    try ImageListing.images(at: path).map(\.lastPathComponent)
  }

  @Test("a folder means the images in it, numbers by their value, nothing else that is there")
  func folder() throws {
    let folder = try TemporaryFolder()
    try make(
      [
        "a10.tif", "a2.tif", "a02b.tif", "b.TIFF", ".hidden.tif", "notes.txt", "c.ome.zarr/", "tif",
      ],
      in: folder.url)
    #expect(
      try names(folder.url.path) == ["a2.tif", "a02b.tif", "a10.tif", "b.TIFF", "c.ome.zarr"])
  }

  @Test("companion files and all endings of TIFF count as images in folders")
  func endings() throws {
    let folder = try TemporaryFolder()
    try make(["a.companion.ome", "b.ome", "c.ome.tf2", "d.tf8", "e.btf"], in: folder.url)
    #expect(try names(folder.url.path) == ["a.companion.ome", "c.ome.tf2", "d.tf8", "e.btf"])
  }

  @Test("a folder that is an image in Zarr is one image")
  func zarr() throws {
    let folder = try TemporaryFolder()
    try make(["x.zarr/", "x.zarr/zarr.json", "y/", "y/.zgroup"], in: folder.url)
    #expect(try names(folder.url.appendingPathComponent("x.zarr").path) == ["x.zarr"])
    #expect(try names(folder.url.appendingPathComponent("y").path) == ["y"])
  }

  @Test("a pattern means what matches, unless a file has that very name")
  func pattern() throws {
    let folder = try TemporaryFolder()
    try make(["n1.tif", "n2.tif", "m1.tif", "x[1].tif", "n10.tif"], in: folder.url)
    let path = folder.url.path
    #expect(try names(path + "/n*.tif") == ["n1.tif", "n2.tif", "n10.tif"])
    #expect(try names(path + "/?1.tif") == ["m1.tif", "n1.tif"])
    #expect(try names(path + "/x[1].tif") == ["x[1].tif"])
    #expect(try names(path + "/one.tif") == ["one.tif"])
  }

  @Test("nothing that matches and folders without images are refused")
  func nothing() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.path
    let pattern = #expect(throws: ImagingError.self) { try names(path + "/*.tif") }
    #expect(pattern?.kind == .missing)
    #expect(pattern?.description.contains("/*.tif") == true)
    let empty = #expect(throws: ImagingError.self) { try names(path) }
    #expect(empty?.description.contains("holds no images") == true)
  }
}
