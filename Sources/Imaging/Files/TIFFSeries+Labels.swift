import Foundation

extension TIFFSeries {
  /// Names the channels by labels of planes, when all planes of a channel have one label that
  /// another channel does not have.
  mutating func name(byLabels labels: [String]) {
    guard page.samples == 1, !labels.isEmpty else { return }
    let (times, slices) = (axes.size(.time), axes.size(.slice))
    let frames = min(times * slices, 10_000)
    let names = channels.indices.map { channel -> String? in
      let found = Set(
        (0..<frames).map { frame -> String? in
          let index = PlaneIndex(time: frame / slices, channel: channel, slice: frame % slices)
          let page = source(index).page
          return page < labels.count ? Self.name(inLabel: labels[page]) : nil
        })
      return found.count == 1 ? found.first.flatMap { $0 } : nil
    }
    let given = names.compactMap { $0 }
    if Set(given).count == given.count { name(names) }
  }

  /// The first line, without ImageJ's `c:1/2 t:3/9 - ` before it; nil when nothing is left.
  private static func name(inLabel label: String) -> String? {
    var name = label.prefix { !$0.isNewline }[...]
    if let dash = name.range(of: " - "),
      name[..<dash.lowerBound].allSatisfy({ "czt:/ 0123456789".contains($0) })
    {
      name = name[dash.upperBound...]
    }
    let trimmed = name.trimmingPrefix(" ")
    return trimmed.isEmpty ? nil : String(trimmed)
  }
}
