import USplit

/// Where the time of a training went, as a table.
struct ProfileText {
  /// The seconds of every part.
  let seconds: [TimeProfile.Part: Double]
  /// The steps that were taken.
  let steps: Int

  /// The lines of the table.
  var lines: [String] {
    let all = seconds.values.reduce(0, +)
    let rows = TimeProfile.Part.allCases.map { part in
      row(part.words, seconds[part] ?? 0, of: all)
    }
    let table = Words.table(
      [["where the time went", "s", "%", "ms/step"]] + rows + [row("all", all, of: all)])
    return table.split(separator: "\n").map(String.init)
  }

  private func row(_ name: String, _ part: Double, of all: Double) -> [String] {
    [
      name, part.formatted(digits: 2), (100 * part / max(all, 1e-9)).formatted(digits: 1),
      steps > 0 ? (1000 * part / Double(steps)).formatted(digits: 2) : "-",
    ]
  }
}

extension TimeProfile.Part {
  /// The part in words.
  fileprivate var words: String {
    switch self {
    case .data: "waiting for patches"
    case .forward: "network and loss"
    case .backward: "gradients"
    case .optimiser: "optimiser"
    case .validation: "validation"
    case .previews: "previews"
    case .checkpoints: "models and states"
    case .reporting: "metrics and progress"
    case .other: "all the rest"
    }
  }
}
