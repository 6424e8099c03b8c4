import Foundation
import Imaging
import Report
import USplit

/// The same part of an image as each system splits it, as in the paper's figures 5 and 7.
struct SideBySide {
  /// The folder that crops' paths start at.
  let folder: URL
  let results: [RowResult]

  /// A picture for each task of which at least two systems have split an image.
  ///
  /// - Throws: `ImagingError` or `ReportError` when a crop cannot be read.
  func pictures() throws -> [Picture] {
    try results.map(\.row.task.name).withoutRepetition().compactMap { name in
      try picture(name, results.filter { $0.row.task.name == name })
    }
  }

  private func picture(_ task: String, _ results: [RowResult]) throws -> Picture? {
    var shown: [(name: String, crop: ImageStack)] = []
    for result in results {
      guard let file = result.records.first?.panel else { continue }
      let url = folder.appendingPathComponent(file)
      guard FileManager.default.fileExists(atPath: url.path) else { continue }
      let system = result.row.system
      let title = [system.family, system.name].filter { !$0.isEmpty }.joined(separator: " ")
      if shown.contains(where: { $0.name == title }) { continue }
      shown.append((title, try ImageStack(contentsOf: url)))
    }
    guard shown.count > 1, let first = shown.first?.crop else { return nil }
    let channels = (first.channels - 1) / 2
    let input = first.plane(frame: 0, channel: 0)
    let rows = (0..<channels).map { channel in
      let target = first.plane(frame: 0, channel: 1 + channels + channel)
      let range = ContrastRange.percentiles(of: [target])
      let name = first.channelNames[1 + channels + channel] ?? "channel \(channel)"
      return [Panel.Cell(.plane(input, .percentiles(of: [input]), .gray), caption: "input")]
        + shown.map { system in
          Panel.Cell(
            .plane(system.crop.plane(frame: 0, channel: 1 + channel), range, .gray),
            caption: system.name)
        } + [Panel.Cell(.plane(target, range, .gray), caption: "\(name), target")]
    }
    let image = Panel(title: task, rows: rows, minimumCellSize: 192, maximumCellSize: 256).render()
    let file = folder.appendingPathComponent("crops/\(results[0].row.task.id).png")
    try PNG.write(image, to: file)
    return try Picture(
      png: try Data(contentsOf: file),
      caption: .init(plain: "\(task): the middle of the first test frame"),
      alternative: "\(task): the input, what \(shown.map(\.name).joined(separator: ", ")) make of "
        + "it, and the target, in rows by channel")
  }
}
