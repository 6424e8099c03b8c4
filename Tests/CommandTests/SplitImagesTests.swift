import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Images that usplit split takes and writes")
struct SplitImagesTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  @Test("a type that ImageJ does not have is refused before anything is computed")
  func formats() throws {
    let folder = try TemporaryFolder()
    try folder.url.write(Workshop.stack("spots", frames: 1, type: .int32), "whole.tif")
    try refused(
      [
        "split", "--model", workshop.model, "whole.tif", "-o", "out", "--type", "input",
        "--format", "imagej",
      ], saying: ["ImageJ", "int32"], in: folder.url)
  }

  @Test("what ImageJ has no place for becomes OME-TIFF, unless ImageJ's form was asked for")
  func fallback() throws {
    let folder = try TemporaryFolder()
    let split = ["split", "--model", workshop.model, workshop.input, "-o", "out"]
    let zstd = split + ["--compression", "zstd", "--frames", "0"]
    try refused(zstd + ["--format", "imagej"], saying: ["Zstandard"], in: folder.url)
    let outcome = try accepted(zstd, in: folder.url)
    #expect(outcome.lines == ["out/input_split.ome.tif"])
    #expect(outcome.errors.contains("becomes OME-TIFF: ImageJ does not read Zstandard"))
  }

  @Test("a set of files is split once, from a folder or by the names of its files")
  func sets() throws {
    let folder = try TemporaryFolder()
    for name in ["a.tif", "b.tif"] {
      try folder.url.write(Workshop.stack("spots", frames: 1, type: .float32), name)
    }
    try folder.url.writeSet(["a.tif", "b.tif"], "set.companion.ome")
    let split = ["split", "--model", workshop.model, "-o", "out"]
    let outcome = try accepted(split + ["."], in: folder.url)
    #expect(outcome.lines == ["out/set_split.ome.tif"])
    #expect(outcome.errors.contains("warning") && outcome.errors.contains("a.tif, b.tif"))
    #expect(try folder.url.image("out/set_split.ome.tif").frames == 2)
    let named = try accepted(
      split + ["b.tif", "set.companion.ome", "-o", "named"], in: folder.url)
    #expect(named.lines == ["named/set_split.ome.tif"])
  }

  @Test("assumed axes stay assumed, and one time point of several has no time step")
  func axes() throws {
    let folder = try TemporaryFolder()
    try folder.url.writePlain(Workshop.stack("spots"), "plain.tif")
    var timed = Workshop.stack("spots")
    timed.timeStep = 5
    try folder.url.write(timed, "timed.tif")
    let split = ["split", "--model", workshop.model, "plain.tif", "timed.tif", "-o", "out"]
    let outcome = try accepted(split, in: folder.url)
    #expect(outcome.errors.contains("plain.tif: The file does not say what its 4 pages are"))
    func read(_ name: String) throws -> ImageDescription {
      try ImageFile.image(in: folder.url.appendingPathComponent(name)).description
    }
    let plain = try read("out/plain_split.tif")
    #expect(plain.axesAreAssumed && plain.times == 4 && plain.channels.count == 2)
    #expect(try !read("out/timed_split.tif").axesAreAssumed)
    #expect(try read("out/timed_split.tif").timeStep == 5)
    try accepted(split + ["--frames", "1", "--force"], in: folder.url)
    #expect(try read("out/timed_split.tif").timeStep == nil)
  }

  @Test("what does not fit on the disk is refused with what is needed and what there is")
  func disk() throws {
    let folder = try TemporaryFolder()
    let huge = folder.url.appendingPathComponent("huge.zarr")
    try FileManager.default.createDirectory(at: huge, withIntermediateDirectories: true)
    let metadata = #"""
      {"zarr_format": 2, "shape": [20000, 4000000, 1000], "chunks": [1, 512, 512], "order": "C",
      "dtype": "<u2", "compressor": null, "fill_value": 0, "filters": null}
      """#
    try Data(metadata.utf8).write(to: huge.appendingPathComponent(".zarray"))
    let split = ["split", "--model", workshop.model, "huge.zarr", "-o", "out", "--axes", "TYX"]
    try refused(split, saying: ["GiB of disk space in out", "are available"], in: folder.url)
    try refused(split + ["--force"], saying: ["disk space"], in: folder.url)
  }
}
