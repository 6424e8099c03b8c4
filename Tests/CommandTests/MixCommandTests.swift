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
