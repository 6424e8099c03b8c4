import Foundation
import Imaging
import TestSupport
import Testing

@Suite("usplit convert")
struct ConvertCommandTests {
  @Test("what the form cannot keep is told, a line each")
  func losses() throws {
    let folder = try TemporaryFolder()
    var stack = Workshop.stack("spots", frames: 1, type: .float16)
    stack.timeStep = 2
    let sink = try ImageFile.sink(.omeTIFF, software: "test")
    try sink.write(stack, to: folder.url.appendingPathComponent("whole.ome.tif"))
    try ImageFile.sink(.omeZarr05, software: "test")
      .write(stack, to: folder.url.appendingPathComponent("half.ome.zarr"))
    func warnings(_ arguments: [String]) throws -> [String] {
      try accepted(["convert"] + arguments + ["--quiet"], in: folder.url).errors
        .split(separator: "\n").map(String.init)
    }
    let half = try warnings(["half.ome.zarr", "half.ome.tif"])
    #expect(half.count == 1 && half[0].contains("half.ome.tif: OME has no float16"))
    let step = try warnings(["whole.ome.tif", "whole.ome.zarr"])
    #expect(step.count == 1 && step[0].contains("time step"))
    #expect(try warnings(["whole.ome.tif", "whole.tif"]).isEmpty)
  }

  @Test("levels that are left out are told")
  func levels() throws {
    let folder = try TemporaryFolder()
    try folder.url.write(
      ImageStack(
        frames: 1, channels: 1, height: 4, width: 2100,
        pixels: (0..<8400).map { Float($0 % 251) }, type: .uint8), "long.tif")
    try accepted(["convert", "long.tif", "long.ome.tif"], in: folder.url)
    let image = try ImageFile.image(in: folder.url.appendingPathComponent("long.ome.tif"))
    #expect(image.description.levels.count == 4)
    for (output, options) in [("a.tif", []), ("b.ome.tif", ["--no-pyramid"])] {
      let outcome = try accepted(["convert", "long.ome.tif", output] + options, in: folder.url)
      #expect(outcome.errors.contains("warning: \(output): the smaller levels (3) are left out"))
    }
  }

  @Test("a form that does not take the image is refused at once, axes are not made up")
  func refusals() throws {
    let folder = try TemporaryFolder()
    try folder.url.write(Workshop.stack("spots", frames: 1, type: .int32), "a.ome.tif")
    try folder.url.writePlain(Workshop.stack("spots"), "plain.tif")
    try refused(["convert", "a.ome.tif", "a.tif"], saying: ["no int32"], in: folder.url)
    try refused(["convert", "plain.tif", "b.ome.tif"], saying: ["--axes"], in: folder.url)
    try accepted(["convert", "plain.tif", "b.ome.tif", "--axes", "ZYX"], in: folder.url)
    try refused(
      ["convert", "plain.tif", "c", "--axes", "ZYX"], saying: ["--format"], in: folder.url)
  }
}
