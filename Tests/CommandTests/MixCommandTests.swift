import Foundation
import Imaging
import TestSupport
import Testing

@Suite("usplit mix")
struct MixCommandTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private func mix(_ options: [String]) throws -> ImageStack {
    let folder = try TemporaryFolder()
    let outcome = try accepted(
      ["mix", workshop.spots, workshop.lines, "-o", "mix.tif"] + options, in: folder.url)
    #expect(outcome.lines == ["mix.tif"])
    return try folder.url.image("mix.tif")
  }

  @Test("the mean, the sum and weighted sums are those of the pixels")
  func rules() throws {
    let mean = try ImageStack(contentsOf: URL(fileURLWithPath: workshop.input))
    let (spots, lines) = (Workshop.stack("spots"), Workshop.stack("lines"))
    #expect(try mix([]).pixels == mean.pixels)
    #expect(try mix([]).type == .float32)
    #expect(try mix(["--rule", "sum"]).pixels == mean.pixels.map { $0 * 2 })
    #expect(
      try mix(["--weights", "0.25,2"]).pixels
        == zip(spots.pixels, lines.pixels).map { 0.25 * $0 + 2 * $1 })
    #expect(try mix(["--frames", "1,3"]).frames == 2)
    #expect(
      try mix(["--frames", "1,3"]).plane(frame: 1, channel: 0)
        == mean.plane(frame: 3, channel: 0))
    #expect(try mix(["--quiet"]).pixelSize == spots.pixelSize)
  }

  @Test("the form follows the extension, and axes and sizes are kept")
  func forms() throws {
    let folder = try TemporaryFolder()
    for name in ["spots", "lines"] {
      var stack = Workshop.stack(name)
      stack.slices = 2
      stack.timeStep = 3
      stack.pixelSize?.depth = 0.5
      try folder.url.write(stack, "\(name).tif")
    }
    let mix = ["mix", "spots.tif", "lines.tif"]
    func read(_ name: String, _ options: [String] = []) throws -> ImageDescription {
      #expect(try accepted(mix + ["-o", name] + options, in: folder.url).lines == [name])
      return try ImageFile.image(in: folder.url.appendingPathComponent(name)).description
    }
    for (name, format) in [
      ("m.ome.zarr", ImageFormat.omeZarr04), ("m.ome.tif", .omeTIFF), ("m.tif", .imageJTIFF),
    ] {
      let image = try read(name)
      #expect(image.format == format && image.times == 2 && image.slices == 2)
      #expect(image.timeStep == 3 && image.pixelSize?.depth == 0.5 && image.type == .float32)
      #expect(image.provenance.contains(.init("usplit_weights", "0.5,0.5")))
    }
    #expect(try read("a.ome.zarr", ["--format", "ome-zarr-0.5"]).format == .omeZarr05)
    #expect(try read("b.ome.tif", ["--compression", "deflate"]).format == .omeTIFF)
    #expect(try read("c.ome.tif", ["--axes", "TYX"]).times == 4)
    #expect(try read("d.tif", ["--frames", "2,3"]).timeStep == nil)
    try refused(mix + ["-o", "m.ome.zarr"], saying: ["m.ome.zarr exists"], in: folder.url)
    try accepted(mix + ["-o", "m.ome.zarr", "--force"], in: folder.url)
    try refused(mix + ["-o", "m"], saying: ["extension of m"], in: folder.url)
    try refused(
      mix + ["-o", "e.tif", "--compression", "zstd"], saying: ["Zstandard"], in: folder.url)
  }

  @Test("a mixture of plain stacks is a plain stack")
  func plain() throws {
    let folder = try TemporaryFolder()
    for name in ["spots", "lines"] {
      try folder.url.writePlain(Workshop.stack(name), "\(name).tif")
    }
    let outcome = try accepted(["mix", "spots.tif", "lines.tif", "-o", "m.tif"], in: folder.url)
    #expect(outcome.errors.contains("warning"))
    let image = try ImageFile.image(in: folder.url.appendingPathComponent("m.tif")).description
    #expect(image.axesAreAssumed && image.times == 4)
  }

  @Test("impossible mixtures are refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let two = ["mix", workshop.spots, workshop.lines]
    try refused(["mix", workshop.spots, "-o", "a.tif"], saying: ["at least 2"], in: folder.url)
    try refused(two + ["-o", "a.tif", "--weights", "1"], saying: ["--weights"], in: folder.url)
    try refused(two + ["-o", "a.tif", "--weights", "1,x"], saying: ["1,x"], in: folder.url)
    try refused(two + ["-o", "a.tif", "--frames", "4"], saying: ["4 frames"], in: folder.url)
    try Data("here".utf8).write(to: folder.url.appendingPathComponent("a.tif"))
    try refused(two + ["-o", "a.tif"], saying: ["a.tif exists", "--force"], in: folder.url)
    try refused(two + ["-o", "a.tif/b.tif"], saying: ["a.tif/b.tif"], in: folder.url)
    try accepted(two + ["-o", "a.tif", "--force"], in: folder.url)
  }
}
