import Imaging

extension EvaluationReport {
  /// All scores as lines of text in columns.
  ///
  /// - Parameters:
  ///   - allMetrics: whether multi-scale similarity, correlation and the PSNR of the frames as a
  ///     whole are shown too
  ///   - seams: whether the jumps at the borders of tiles are shown too
  public func table(allMetrics: Bool = false, seams: Bool = false) -> String {
    var lines = TextTable.lines(scoreRows(allMetrics: allMetrics), textColumns: 3)
    if seams { lines += [""] + seamLines() }
    if let calibration { lines += [""] + calibrationLines(calibration) }
    if allMetrics { lines += wholeLines() }
    if allMetrics, let line = scaleLine { lines.append(line) }
    if let all = Self.meanPSNR(mean.clipped) {
      var line = "range-invariant PSNR, mean over channels: \(Self.text(all, digits: 2)) dB"
      if let trivial = mean.trivial.flatMap(Self.meanPSNR) {
        line += ", of the input itself: \(Self.text(trivial, digits: 2)) dB"
      }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }

  private func scoreRows(allMetrics: Bool) -> [[String]] {
    let columns = allMetrics ? ScoreKind.all : ScoreKind.main
    var rows = [["frame", "channel", "targets"] + columns.map(\.name)]
    func add(_ frame: String, _ scores: [ChannelScores], _ kind: String) {
      for (name, score) in zip(channels, scores) {
        rows.append(
          [frame, name, kind] + columns.map { Self.text($0.value(score), digits: $0.digits) })
      }
    }
    for frame in frames {
      add(String(frame.frame), frame.clipped, "clipped")
      add(String(frame.frame), frame.unclipped, "as they are")
    }
    for (name, scores) in [("mean", mean), ("spread", spread)] {
      guard let scores else { continue }
      add(name, scores.clipped, "clipped")
      add(name, scores.unclipped, "as they are")
      if let trivial = scores.trivial { add(name, trivial, "input itself") }
    }
    return rows
  }

  /// Jumps at the borders of tiles and elsewhere, means over the frames with their spread.
  private func seamLines() -> [String] {
    var rows = [
      ["jumps/deviation", "of the", "at borders", "elsewhere", "ratio"]
    ]
    for (channel, name) in channels.enumerated() {
      let means = mean.clipped[channel].seams
      let spreads = spread?.clipped[channel].seams
      for (kind, mean, spread) in [
        ("prediction", means?.prediction, spreads?.prediction),
        ("target", means?.target, spreads?.target),
      ] {
        rows.append([
          name, kind, Self.text(mean?.border, spread: spread?.border, digits: 4),
          Self.text(mean?.elsewhere, spread: spread?.elsewhere, digits: 4),
          Self.text(mean?.ratio, spread: spread?.ratio, digits: 3),
        ])
      }
    }
    return TextTable.lines(rows, textColumns: 2)
  }

  /// Predicted deviations and real errors of each bin, and how far apart they are.
  private func calibrationLines(_ curves: [CalibrationCurve]) -> [String] {
    var rows = [["deviations", "bin", "pixels", "predicted", "real error"]]
    for (name, curve) in zip(channels, curves) {
      for (number, bin) in curve.bins.enumerated() {
        rows.append([
          name, String(number + 1), String(bin.pixels), bin.deviation.formatted(digits: 4),
          bin.error.formatted(digits: 4),
        ])
      }
    }
    let errors = zip(channels, curves).map { name, curve in
      "\(name) " + Self.text(curve.miscalibration.map { 100 * $0 }, digits: 1) + " %"
    }
    return TextTable.lines(rows, textColumns: 2) + [
      "mean difference of predicted deviation and real error over the bins, relative to the mean "
        + "error: " + errors.joined(separator: ", ")
    ]
  }

  private func wholeLines() -> [String] {
    guard let wholePSNR else { return [] }
    let kinds = [
      ("clipped targets", wholePSNR.clipped), ("targets as they are", wholePSNR.unclipped),
    ]
    return kinds.map { kind, values in
      let each = zip(channels, values).map { name, value in
        "\(name) \(Self.text(value, digits: 2)) dB"
      }
      return "PSNR of all frames as a whole, \(kind): " + each.joined(separator: ", ")
    }
  }

  private var scaleLine: String? {
    switch msSSIMScales {
    case nil, 5: nil
    case 0: "MS-SSIM: none, the images are smaller than 11 × 11 pixels"
    case let scales?:
      "MS-SSIM over \(scales) of its 5 scales: the images are too small for the others"
    }
  }

  /// A number with fixed digits after the point; a dash when there is none.
  static func text(_ value: Double?, digits: Int) -> String {
    guard let value else { return "-" }
    return value.formatted(digits: digits)
  }

  /// A mean with its spread, where there is one.
  static func text(_ value: Double?, spread: Double?, digits: Int) -> String {
    guard let spread, value != nil else { return text(value, digits: digits) }
    return "\(text(value, digits: digits)) ± \(spread.formatted(digits: digits))"
  }
}

/// Cells in columns.
enum TextTable {
  /// Rows as lines of the same length; the first columns are aligned left, the others right.
  static func lines(_ rows: [[String]], textColumns: Int) -> [String] {
    guard let head = rows.first else { return [] }
    let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column < textColumns ? cell.0 + space : space + cell.0
      }.joined(separator: "  ")
    }
  }
}

extension Double {
  /// With a fixed number of digits after the point, in every locale.
  package func formatted(digits: Int) -> String {
    guard isFinite, abs(self) < 1e15 else { return "\(self)" }
    let scale = (0..<digits).reduce(1.0) { result, _ in result * 10 }
    let rounded = (abs(self) * scale).rounded()
    let whole = String(Int(rounded / scale))
    let sign = self < 0 && rounded > 0 ? "-" : ""
    guard digits > 0 else { return sign + whole }
    let rest = String(Int(rounded.truncatingRemainder(dividingBy: scale)))
    return sign + whole + "." + String(repeating: "0", count: digits - rest.count) + rest
  }
}
