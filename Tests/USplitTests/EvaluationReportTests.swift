import Foundation
import Imaging
import TestSupport
import Testing
import USplit

@Suite("Evaluation reports")
struct EvaluationReportTests {
  @Test("the main block has lines of the same length, with means and spread")
  func mainTable() throws {
    let lines = try Reports.noisy(5).table().split(separator: "\n")
    #expect(lines.count == 1 + 4 * 4 + 4 + 4 + 1)
    #expect(Set(lines.dropLast().map(\.count)).count == 1)
    #expect(lines.filter { $0.hasPrefix("mean ") }.count == 4)
    #expect(lines.filter { $0.hasPrefix("spread ") }.count == 4)
    #expect(lines.last?.hasPrefix("range-invariant PSNR, mean over channels: ") == true)
    #expect(!lines[0].contains("Pearson"))
  }

  @Test("a single frame has no spread")
  func single() throws {
    let lines = try Reports.noisy(5, frames: 1).table().split(separator: "\n")
    #expect(!lines.contains { $0.hasPrefix("spread ") })
  }

  @Test("all metrics add columns, the PSNR as a whole and the scales of small images")
  func allMetrics() throws {
    let text = try Reports.noisy(5).table(allMetrics: true, seams: true)
    for words in [
      "MS-SSIM", "Pearson", "PSNR of all frames as a whole, clipped targets: nuclei ",
      "MS-SSIM over 3 of its 5 scales", "at borders", "elsewhere", "ratio",
    ] { #expect(text.contains(words), "\(words)") }
  }

  @Test("a file comes back")
  func file() throws {
    let folder = try TemporaryFolder()
    let report = try Reports.noisy(5)
    let url = folder.url.appendingPathComponent("report.json")
    try JSONEncoder().encode(report).write(to: url)
    #expect(try EvaluationReport(contentsOf: url) == report)
  }

  @Test("a report of an older program is read: what it lacks is not known")
  func old() throws {
    let score = #"{"rangeInvariantPSNR":30,"psnr":29,"ssim":0.9,"rmse":0.1,"rmseInUnits":12}"#
    let both = "{\"clipped\":[\(score)],\"unclipped\":[\(score)]}"
    let json =
      "{\"channels\":[\"a\"],\"frames\":[{\"frame\":3,\"clipped\":[\(score)],"
      + "\"unclipped\":[\(score)]}],\"mean\":\(both)}"
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("old.json")
    try Data(json.utf8).write(to: url)
    let report = try EvaluationReport(contentsOf: url)
    #expect(report.frames[0].frame == 3 && report.frames[0].region == nil)
    #expect(report.measurement == nil && report.spread == nil && report.mean.clipped[0].ssim == 0.9)
    #expect(report.table(allMetrics: true, seams: true).contains("30.00"))
  }

  @Test("files that are no reports, or whose parts do not fit, are refused by name")
  func broken() throws {
    let folder = try TemporaryFolder()
    func refused(_ data: Data, _ words: String) throws {
      let url = folder.url.appendingPathComponent("broken.json")
      try data.write(to: url)
      let error = #expect(throws: ImagingError.self) { try EvaluationReport(contentsOf: url) }
      #expect(error?.description.contains("broken.json") == true)
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
    try refused(Data(), "no evaluation report")
    try refused(Data("{\"channels\":[]}".utf8), "no evaluation report")
    func changed(_ change: (inout EvaluationReport) -> Void) throws -> Data {
      var report = try Reports.noisy(5)
      change(&report)
      return try JSONEncoder().encode(report)
    }
    try refused(try changed { $0.frames = [] }, "0 frames")
    try refused(try changed { $0.frames[1].clipped.removeLast() }, "2 channels")
    try refused(try changed { $0.frames[1].frame = 0 }, "twice")
    try refused(try changed { $0.frames[2].clipped[0].rmse = 1e200 }, "1e100")
    try refused(try changed { $0.mean.clipped = [] }, "mean")
    let missing = folder.url.appendingPathComponent("missing.json")
    let error = #expect(throws: ImagingError.self) { try EvaluationReport(contentsOf: missing) }
    #expect(error?.kind == .missing)
  }
}
