import Experiment
import Foundation
import Imaging
import Torch
import USplit

/// Trains and records, after each step, what the process holds.
struct MemoryBenchmark {
  /// What is written as JSON, one number per step.
  struct Record: Codable {
    var torch = Runtime.version
    var network: String
    var residentMiB: [Double] = []
    var liveTensors: [Int] = []
  }

  private let steps: Int
  private let filters: Int
  private let patch: Int
  private let batch: Int
  private let threads: Int
  private let json: URL
  private let figure: URL

  init(_ arguments: inout Arguments) throws {
    steps = try arguments.number("steps", 500, least: 100)
    filters = try arguments.number("filters", 8)
    patch = try arguments.number("patch", 32, least: 16)
    batch = try arguments.number("batch", 4)
    threads = try arguments.number("threads", 0, least: 0)
    json = URL(fileURLWithPath: arguments.text("json", "memory.json"))
    figure = URL(fileURLWithPath: arguments.text("figure", "memory.svg"))
    try arguments.finish()
  }

  func run() throws {
    var configuration = Cells.configuration(.lean, filters: filters, patch: patch, batch: batch)
    configuration.training.epochs = 5
    configuration.training.stepsPerEpoch = (steps + 4) / 5
    configuration.training.threads = threads
    let data = try Cells.data(configuration, frames: 10, side: 4 * patch)

    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("usplit-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }  // scratch; nothing is lost
    var record = Record(
      network: "Lean-LC, \(filters) filters, patches of \(patch) pixels, batches of \(batch)")
    let trainer = try Trainer(
      configuration, data: data, run: try RunDirectory(creating: folder),
      report: { report in
        guard case .step(let event, _, _) = report else { return }
        record.residentMiB.append(event.residentMemoryMiB ?? 0)
        record.liveTensors.append(Runtime.liveTensorCount)
      })
    _ = try trainer.train()
    try write(record)
    summarise(record)
  }

  private func write(_ record: Record) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try encoder.encode(record).write(to: json, options: .atomic)
    let plot = LineFigure(
      title: "Memory of a training", subtitle: record.network,
      horizontal: "step", vertical: "resident memory in MiB", values: record.residentMiB)
    try Data(plot.svg.utf8).write(to: figure, options: .atomic)
  }

  private func summarise(_ record: Record) {
    let settled = record.residentMiB.dropFirst(50)
    let (least, most) = (settled.min() ?? 0, settled.max() ?? 0)
    let tensors = Set(record.liveTensors).sorted()
    print(
      """
      \(record.network), \(record.residentMiB.count) steps
      resident memory after step 50: \(Self.text(least)) to \(Self.text(most)) MiB, \
      first \(Self.text(settled.first ?? 0)), last \(Self.text(settled.last ?? 0))
      live tensors after each step: \(tensors.map(String.init).joined(separator: ", "))
      written: \(json.path), \(figure.path)
      """)
  }

  private static func text(_ value: Double) -> String { String(format: "%.1f", value) }
}
