import Foundation
import TestSupport
import Testing

@Suite("Networks beside the ladder")
struct BackboneTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  @Test(
    "each is trained, told, used and judged by the same commands",
    arguments: [
      (["unet"], "U-Net with no context"),
      (["unet", "--context", "lean", "--contexts", "1"], "U-Net with lean context"),
      (["unet", "--context", "regular", "--contexts", "1"], "U-Net with regular context"),
      (["contextAwareUNet"], "context-aware U-Net with no context"),
      (["braveNet"], "BraveNet with unaligned context"),
    ])
  func commands(_ options: [String], _ name: String) throws {
    let folder = try TemporaryFolder()
    try accepted(
      ["train", "--backbone"] + options + [
        "--depth", "2", "--filters", "2", "--patch", "16", "--threads", "1", "--epochs", "1",
        "--steps-per-epoch", "2", "--quiet", "-o", "run",
      ] + workshop.targets, in: folder.url)
    let model = "run/checkpoints/best.safetensors"
    let told = try accepted(["inspect", model], in: folder.url).output
    #expect(told.contains("network: \(name): patches of 16 × 16 pixels"), "\(told)")
    let split = try accepted(
      ["split", "--model", model, workshop.input, "-o", "out", "--latents", "sample"],
      in: folder.url)
    #expect(split.errors.contains("has nothing to draw"), "\(split.errors)")
    let image = try folder.url.appendingPathComponent("out").image(
      try #require(split.lines.first.map { String($0.split(separator: "/").last ?? "") }))
    #expect(image.channels == 2 && image.height == 32 && image.width == 32)
    #expect(image.pixels.allSatisfy { $0.isFinite })
    let scores = try accepted(["evaluate", "--model", model, "--quiet"], in: folder.url).output
    #expect(scores.contains("spots") && scores.contains("lines"), "\(scores)")
  }
}
