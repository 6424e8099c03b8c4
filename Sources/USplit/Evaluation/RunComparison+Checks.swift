import Imaging

extension EvaluationReport {
  /// What keeps two reports from being compared frame by frame.
  func differences(from other: EvaluationReport) -> [String] {
    var differences: [String] = []
    func compare(_ what: String, _ mine: String?, _ theirs: String?) {
      guard let mine, let theirs, mine != theirs else { return }
      differences.append("\(what) (\(mine), and \(theirs))")
    }
    compare("channels", channels.joined(separator: ", "), other.channels.joined(separator: ", "))
    compare("parts", measurement?.part?.rawValue, other.measurement?.part?.rawValue)
    let (mine, theirs) = (frames.map(\.frame), other.frames.map(\.frame))
    guard mine == theirs else {
      compare("frames", Self.list(mine), Self.list(theirs))
      return differences
    }
    let pairs = zip(frames, other.frames)
    let moved = pairs.filter { pair in
      guard let mine = pair.0.region, let theirs = pair.1.region else { return false }
      return mine != theirs
    }
    if !moved.isEmpty {
      differences.append("regions of frames \(Self.list(moved.map(\.0.frame)))")
      return differences
    }
    let changed = pairs.filter { pair in
      guard let mine = pair.0.targetChecksum, let theirs = pair.1.targetChecksum else {
        return false
      }
      return mine != theirs
    }
    if !changed.isEmpty, channels == other.channels {
      differences.append("pixels of the targets of frames \(Self.list(changed.map(\.0.frame)))")
    }
    return differences
  }

  /// Some numbers, and how many more there are.
  private static func list(_ numbers: [Int]) -> String {
    let most = 12
    let shown = numbers.prefix(most).map(String.init).joined(separator: ", ")
    return numbers.count > most ? "\(shown) and \(numbers.count - most) more" : shown
  }
}

extension RunComparison {
  /// What is to be borne in mind when runs are compared that were measured on the same frames.
  static func remarks(_ reports: [(name: String, report: EvaluationReport)]) -> [String] {
    var remarks: [String] = []
    let count = reports[0].report.frames.count
    if count <= 10 {
      let least = 1 / Double(1 << (count - 1))
      var remark =
        "\(count) frame\(count == 1 ? "" : "s"): the smallest possible p is \(least.short)"
      if least > 0.05 { remark += ", so that chance cannot be ruled out at 0.05" }
      remarks.append(remark)
    }
    let first = reports[0]
    for other in reports {
      guard let measurement = other.report.measurement else {
        remarks.append(
          "\(other.name) does not say what was measured; whether it saw the same targets cannot be "
            + "told")
        continue
      }
      guard let reference = first.report.measurement else { continue }
      if !measurement.normalisation.normalisesTargets(like: reference.normalisation) {
        remarks.append(
          "\(other.name) clipped or normalised the targets by other statistics than \(first.name); "
            + "small differences may come from that, and RMSE has another unit")
      }
      if let mine = reference.splitting, let theirs = measurement.splitting, mine != theirs {
        remarks.append("\(other.name) was split with \(theirs), \(first.name) with \(mine)")
      }
    }
    return remarks
  }
}

extension Normalisation {
  /// Whether targets are clipped and normalised by the same numbers.
  fileprivate func normalisesTargets(like other: Normalisation) -> Bool {
    clip == other.clip && targetMean == other.targetMean && targetStd == other.targetStd
  }
}

extension Double {
  /// A probability with up to three digits, such as `0.25` or `0.031`.
  var short: String {
    guard magnitude < 0.001, self != 0 else {
      var text = formatted(digits: 3)
      while text.hasSuffix("0"), !text.hasSuffix(".0") { text.removeLast() }
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    return "below 0.001"
  }
}
