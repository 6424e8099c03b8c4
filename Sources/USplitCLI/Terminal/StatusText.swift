import Experiment
import Foundation
import USplit

/// How a training stands, in lines for people.
struct StatusText {
  let status: RunStatus
  let configuration: Configuration
  /// What the run is called.
  let name: String

  private static let labelWidth = 9
  private static let curveHeight = 6

  /// The lines, without curves.
  var lines: [String] {
    var lines = ["\(name): \(state)"]
    if let progress { lines.append(progress) }
    if let loss { lines.append(loss) }
    lines += psnr
    if status.skippedSteps > 0 {
      lines.append("\(Words.count(status.skippedSteps, "step")) skipped: no usable loss")
    }
    if status.sessions > 1 { lines.append("resumed \(status.sessions - 1) times") }
    if let note = status.notes.last { lines.append("last note: \(note)") }
    if status.unreadableLines > 0 {
      lines.append("\(Words.count(status.unreadableLines, "line")) of metrics cannot be read")
    }
    if !status.advice.isEmpty { lines += Self.advice(status.advice) }
    return lines
  }

  /// What to do next, a line for each piece of advice.
  static func advice(_ advice: [RunAdvice]) -> [String] {
    ["what the metrics say:"] + advice.map { "  - \($0.sentence)" }
  }

  /// The curves of loss and PSNR, at most so many characters wide.
  func curves(width: Int) -> [String] {
    let room = width - Self.labelWidth - 1
    guard room >= 10 else { return [] }
    return curve("loss", status.lossCurve, width: room)
      + curve("validation PSNR, dB", status.psnrCurve, width: room)
  }

  private var state: String {
    let silence = status.silence.map { "\(Words.time($0)) ago" }
    switch status.state {
    case .starting: return "starting"
    case .training: return "training" + (silence.map { ", last step \($0)" } ?? "")
    case .silent:
      return "no sign of life" + (silence.map { ", the last \($0)" } ?? "")
        + "; it was killed, or hangs, or validates for long"
    case .stopped: return "stopped, it can be resumed"
    case .finished: return "finished (\(status.reason ?? "finished"))"
    }
  }

  private var progress: String? {
    var parts = ["step \(status.step)" + (status.totalSteps.map { " of \($0)" } ?? "")]
    parts.append("epoch \(status.epoch) of \(status.epochs)")
    if let done = status.done { parts.append("\((100 * done).formatted(digits: 0)) % done") }
    if let seconds = status.seconds { parts.append("\(Words.time(seconds)) so far") }
    if let remaining = status.remaining { parts.append("\(Words.time(remaining)) left") }
    if let host = status.host { parts.append("on \(host)") }
    return parts.joined(separator: ", ")
  }

  private var loss: String? {
    var parts: [String] = []
    if let loss = status.loss {
      let trend = status.trend.map { " (\($0.rawValue))" } ?? ""
      parts.append("loss \(loss.formatted(digits: 4))\(trend)")
    }
    if let rate = status.learningRate {
      parts.append("learning rate " + String(format: "%.3g", rate))
    }
    if let speed = status.patchesPerSecond {
      parts.append("\(speed.formatted(digits: speed < 10 ? 1 : 0)) patches/s")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private var psnr: [String] {
    guard let last = status.meanPSNR else { return ["no validation yet"] }
    var text = "validation PSNR \(last.formatted(digits: 2)) dB"
    if let best = status.bestPSNR, let step = status.bestStep {
      text += ", the best \(best.formatted(digits: 2)) dB at step \(step)"
    }
    func cell(_ value: Double?) -> String { value?.formatted(digits: 2) ?? "-" }
    let rows = status.channels.map {
      ["  " + $0.name, cell($0.last), cell($0.best), cell($0.trivial)]
    }
    let table = Words.table([["", "last", "best", "input itself"]] + rows)
    return [text] + table.split(separator: "\n").map(String.init)
  }

  private func curve(_ title: String, _ points: [RunStatus.Point], width: Int) -> [String] {
    guard let curve = BrailleCurve(points.map { (Double($0.step), $0.value) }) else { return [] }
    func label(_ text: String) -> String {
      String(repeating: " ", count: max(Self.labelWidth - text.count, 0)) + text + " "
    }
    let drawn = curve.lines(width: width, height: Self.curveHeight)
    return [title]
      + drawn.enumerated().map { place, line in
        switch place {
        case 0: label(Words.number(curve.range.upperBound)) + line
        case Self.curveHeight - 1: label(Words.number(curve.range.lowerBound)) + line
        default: label("") + line
        }
      }
  }
}
