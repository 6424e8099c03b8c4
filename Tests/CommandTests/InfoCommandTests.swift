import Foundation
import Imaging
import TestSupport
import Testing

@Suite("usplit info")
struct InfoCommandTests {
  @Test("files that are good are told beside those that are bad, which end it with 1")
  func partial() throws {
    let folder = try TemporaryFolder()
    try folder.url.write(Workshop.stack("spots", frames: 2), "a.tif")
    try Data("no image".utf8).write(to: folder.url.appendingPathComponent("b.tif"))
    for options in [[], ["--json"]] {
      let outcome = try Usplit.run(
        ["info", "b.tif", "a.tif", "x*.tif"] + options, in: folder.url)
      #expect(outcome.status == 1)
      #expect(outcome.output.contains("a.tif") && !outcome.output.contains("b.tif"))
      let errors = outcome.errors.split(separator: "\n")
      #expect(errors.count == 2 && errors.allSatisfy { $0.hasPrefix("usplit: error: ") })
    }
    try refused(["info", "b.tif", "--json"], saying: ["b.tif"], in: folder.url)
  }

  @Test("folders and patterns mean the images in them, a set of files once")
  func many() throws {
    let folder = try TemporaryFolder()
    for name in ["a.tif", "b.tif", "c.tif"] {
      try folder.url.write(Workshop.stack("spots", frames: 1), name)
    }
    let pattern = try accepted(["info", "[ab].tif"], in: folder.url)
    #expect(pattern.lines.filter { !$0.hasPrefix(" ") } == ["a.tif", "b.tif"])
    try folder.url.writeSet(["a.tif", "b.tif"], "set.companion.ome")
    let all = try accepted(["info", "."], in: folder.url)
    #expect(all.output.contains("set.companion.ome") && all.output.contains("c.tif"))
    #expect(!all.output.contains("a.tif"))
    #expect(all.errors.contains("warning") && all.errors.contains("a.tif, b.tif"))
  }

  @Test("one is singular")
  func singular() throws {
    let folder = try TemporaryFolder()
    try folder.url.write(
      ImageStack(frames: 2, channels: 1, height: 1, width: 3, pixels: [1, 2, 3, 4, 5, 6]), "a.tif")
    let outcome = try accepted(["info", "a.tif"], in: folder.url)
    #expect(outcome.output.contains("2 time points × 1 row × 3 columns"))
  }
}
