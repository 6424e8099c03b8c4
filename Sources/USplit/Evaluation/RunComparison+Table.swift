import Imaging

extension RunComparison {
  /// The scores of all runs, the differences of each pair, and what is to be borne in mind, as
  /// lines of text.
  public func table() -> String {
    var lines = TextTable.lines(
      [["run"] + runs[0].metrics.map(\.name)]
        + runs.map { run in
          [run.name]
            + run.metrics.map {
              EvaluationReport.text($0.mean, spread: $0.spread, digits: $0.digits)
            }
        }, textColumns: 1)
    lines.append(
      "means ± standard deviations over \(frames.count) frame\(plural); where no channel is named, "
        + "of the mean over channels")
    for pair in pairs { lines += ["", "\(pair.run) minus \(pair.reference)"] + pair.lines() }
    if !remarks.isEmpty { lines += [""] + remarks.map { "note: \($0)" } }
    return lines.joined(separator: "\n")
  }

  private var plural: String { frames.count == 1 ? "" : "s" }
}

extension RunComparison.Pair {
  fileprivate func lines() -> [String] {
    let head = ["", "frames", "difference", "95 % interval", "p (sign flips)", "p (signed ranks)"]
    let rows = tests.map { test -> [String] in
      guard let found = test.differences else { return [test.metric, "0", "-", "-", "-", "-"] }
      let digits = test.digits + 1
      var interval = "-"
      if let low = found.low, let high = found.high {
        interval = "\(low.signed(digits: digits)) to \(high.signed(digits: digits))"
      }
      return [
        test.metric, String(found.count), found.mean.signed(digits: digits), interval,
        found.signFlipP.short, found.signedRank?.p.short ?? "-",
      ]
    }
    return TextTable.lines([head] + rows, textColumns: 1)
  }
}

extension Double {
  /// With its sign and fixed digits after the point.
  fileprivate func signed(digits: Int) -> String {
    let text = formatted(digits: digits)
    return self > 0 ? "+" + text : text
  }
}
