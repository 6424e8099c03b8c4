import Foundation
import Imaging
import Testing
import USplit

@Suite("Comparing runs")
struct RunComparisonTests {
  @Test("scores, their means and the differences of each run from the first")
  func values() throws {
    let (good, bad) = (try Reports.noisy(2), try Reports.noisy(20))
    let found = try RunComparison([("good", good), ("bad", bad)])
    #expect(found.channels == ["nuclei", "filaments"] && found.frames == [0, 1, 2, 3])
    let metrics = found.runs[1].metrics
    #expect(
      metrics.map(\.name) == [
        "RI-PSNR nuclei", "RI-PSNR filaments", "RI-PSNR", "SSIM", "MS-SSIM", "RMSE", "Pearson",
      ])
    #expect(metrics[0].values == bad.frames.map { $0.clipped[0].rangeInvariantPSNR })
    #expect(metrics[0].mean == bad.mean.clipped[0].rangeInvariantPSNR)
    #expect(metrics[0].spread == bad.spread?.clipped[0].rangeInvariantPSNR)
    let rmse = bad.frames.map { ($0.clipped[0].rmse + $0.clipped[1].rmse) / 2 }
    #expect(metrics[5].values == rmse)
    #expect(found.pairs.count == 1)
    let pair = found.pairs[0]
    #expect(pair.reference == "good" && pair.run == "bad")
    let differences = zip(found.runs[0].metrics[2].values, found.runs[1].metrics[2].values)
      .compactMap { old, new in old.flatMap { old in new.map { $0 - old } } }
    #expect(pair.tests[2].differences == PairedComparison(differences))
    #expect(try #require(pair.tests[2].differences).mean < 0)
    #expect(try #require(pair.tests[5].differences).mean > 0)
    #expect(pair.tests[2].differences?.signFlipP == 0.125)
  }

  @Test("all pairs when asked for, else each with the first")
  func pairs() throws {
    let reports = try [1, 2, 3].map { (name: "\($0)", report: try Reports.noisy(Float($0))) }
    func names(_ comparison: RunComparison) -> [String] {
      comparison.pairs.map { $0.run + "-" + $0.reference }
    }
    #expect(names(try RunComparison(reports)) == ["2-1", "3-1"])
    #expect(names(try RunComparison(reports, allPairs: true)) == ["2-1", "3-1", "3-2"])
  }

  @Test("the table has all runs and pairs, and says when there are few frames")
  func table() throws {
    let reports = [
      ("first", try Reports.noisy(2, frames: 3)), ("second", try Reports.noisy(5, frames: 3)),
    ]
    let comparison = try RunComparison(reports)
    let text = comparison.table()
    for words in [
      "first", "RI-PSNR filaments", "MS-SSIM", " ± ", "over 3 frames", "second minus first",
      "95 % interval", "note: 3 frames: the smallest possible p is 0.25",
    ] { #expect(text.contains(words), "\(words)") }
    #expect(comparison.remarks.count == 1)
    let json = try JSONEncoder().encode(comparison)
    #expect(try JSONDecoder().decode(RunComparison.self, from: json) == comparison)
  }

  @Test("one frame gives differences but nothing to test")
  func single() throws {
    let found = try RunComparison([
      ("a", try Reports.noisy(2, frames: 1)), ("b", try Reports.noisy(5, frames: 1)),
    ])
    #expect(found.pairs[0].tests[0].differences?.signFlipP == 1)
    #expect(found.remarks[0].hasPrefix("1 frame: the smallest possible p is 1"))
    #expect(found.table().contains("-"))
  }

  @Test("frames without a score in one of the runs are left out, and none left is a dash")
  func missing() throws {
    var report = try Reports.noisy(5)
    report.frames[2].clipped[0].ssim = nil
    for place in 0..<4 { report.frames[place].clipped[1].msSSIM = nil }
    let found = try RunComparison([("a", try Reports.noisy(2)), ("b", report)])
    #expect(found.runs[1].metrics[3].values[2] == nil)
    #expect(found.pairs[0].tests[3].differences?.count == 3)
    #expect(found.pairs[0].tests[4].differences == nil && found.runs[1].metrics[4].mean == nil)
    #expect(found.table().contains("MS-SSIM"))
  }

  @Test("runs on other channels, frames, regions or targets are refused with what differs")
  func mismatches() throws {
    let report = try Reports.noisy(2)
    func refused(
      _ words: [String], reference: (inout EvaluationReport) -> Void = { _ in },
      _ change: (inout EvaluationReport) -> Void
    ) throws {
      var (first, other) = (report, report)
      reference(&first)
      change(&other)
      let error = #expect(throws: ImagingError.self) {
        try RunComparison([("a", first), ("b", other)])
      }
      for word in ["a and b"] + words {
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "none")")
      }
    }
    try refused(["channels (nuclei, filaments, and nuclei, actin)"]) { $0.channels[1] = "actin" }
    try refused(["frames (0, 1, 2, 3, and 0, 1, 2, 7)"]) { $0.frames[3].frame = 7 }
    try refused(["frames (0, 1, 2, 3, and 0, 1, 2)"]) { $0.frames.removeLast() }
    try refused(["regions of frames 1"]) { $0.frames[1].region?.height = 7 }
    try refused(["pixels of the targets of frames 2"]) { $0.frames[2].targetChecksum = "0" }
    try refused(
      ["parts (test, and validation); frames ("], reference: { $0.measurement?.part = .test }
    ) {
      $0.frames[0].frame = 9
      $0.measurement?.part = .validation
    }
  }

  @Test("changed pixels of a target are noticed")
  func changedTarget() throws {
    let changed = try Reports.noisy(2) { $0[1].pixels[5] += 1 }
    #expect(throws: ImagingError.self) {
      try RunComparison([("a", try Reports.noisy(2)), ("b", changed)])
    }
  }

  @Test("other statistics, other tiles and unknown measurements are remarked on")
  func remarks() throws {
    let report = try Reports.noisy(2)
    let clipped = try Reports.noisy(2, clipQuantile: 0.9)
    var old = report
    old.measurement = nil
    let remarks = try RunComparison([("a", report), ("b", clipped), ("c", old)]).remarks
    #expect(remarks.contains { $0.hasPrefix("b clipped or normalised") })
    #expect(remarks.contains { $0.hasPrefix("c does not say what was measured") })

    let data = try Tiny.data()
    let model = try Tiny.model()
    let inner = try Evaluator(model, SplitOptions(inner: 8)).evaluate(data, part: .train)
    let outer = try Evaluator(model, SplitOptions(.outer(2))).evaluate(data, part: .train)
    let found = try RunComparison([("inner", inner), ("outer", outer)]).remarks
    #expect(
      found.contains(
        "outer was split with outer padding of 2, mean latents, inner with inner padding of 4, "
          + "mean latents"))
  }
}
