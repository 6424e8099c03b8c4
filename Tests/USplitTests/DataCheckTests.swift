import Experiment
import Imaging
import Testing
import USplit

@Suite("What is looked for in images before a training")
struct DataCheckTests {
  /// The warnings about two targets.
  private func warnings(
    _ change: (inout [ImageStack]) -> Void = { _ in }, side: Int? = nil, patch: Int = 4
  ) throws -> [String] {
    var targets = try Tiny.targets()
    if let side {
      let cells = try SyntheticCells(SyntheticCells.Parameters()).stack(
        frames: 3, height: side, width: side, seed: 2)
      targets = (0..<2).map { Tiny.stack(of: cells, channel: $0) }
    }
    change(&targets)
    let images = try TrainingImages(targets: targets, names: ["nuclei", "filaments"])
    let data = try PreparedData(images, Tiny.configuration())
    return try DataCheck(data, patch: patch).warnings
  }

  @Test("images that are as they should be get no warning")
  func none() throws { #expect(try warnings() == []) }

  @Test("few patches are told")
  func few() throws {
    let found = try warnings(patch: 16)
    #expect(found.count == 1)
    #expect(found.first?.contains("no more than 18 patches") == true)
  }

  @Test("saturated pixels are told, a single brightest one is none")
  func saturated() throws {
    let found = try warnings { targets in
      let limit = Float(quantile(targets[0].pixels, 0.98))
      targets[0].pixels = targets[0].pixels.map { min($0, limit) }
    }
    #expect(found.count == 1)
    #expect(found.first?.contains("% of the pixels of nuclei have its largest value") == true)
  }

  @Test("channels that are nearly the same are told")
  func alike() throws {
    let found = try warnings { targets in
      targets[1].pixels = zip(targets[0].pixels, targets[1].pixels).map { $0 + 0.05 * $1 }
    }
    #expect(found.contains { $0.contains("nuclei and filaments look nearly the same") })
  }

  @Test("a shift between channels is told, with its direction")
  func shifted() throws {
    #expect(try warnings(side: 180) == [])
    let change = { (targets: inout [ImageStack]) in
      // The same structure four columns to the right, with another one upon it.
      let (width, source) = (targets[0].width, targets[0].pixels)
      targets[1].pixels = targets[1].pixels.enumerated().map { index, other in
        let column = index % width
        return 0.3 * other + 0.7 * source[column < 4 ? index : index - 4]
      }
    }
    let found = try warnings(change, side: 180)
    #expect(
      found.contains { $0.contains("filaments seems to lie 0 rows and 4 columns from where") })
  }
}
