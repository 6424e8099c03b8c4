import Experiment
import Foundation
import TestSupport
import Testing

private func step(_ number: Int) -> MetricEvent {
  var event = MetricEvent(.step)
  event.step = number
  event.loss = Double(number)
  event.seconds = Double(number)
  return event
}

private func validation(_ number: Int, _ psnr: Double) -> MetricEvent {
  var event = MetricEvent(.validation)
  event.step = number
  event.meanPSNR = psnr
  return event
}

@Suite("Reading metrics while they are written")
struct MetricsReaderTests {
  private func append(_ text: String, to url: URL) throws {
    let handle = try FileHandle(forWritingTo: url)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  @Test("a file that is not there yet, or empty, says nothing")
  func empty() throws {
    let folder = try TemporaryFolder()
    var reader = MetricsReader(folder.url.appendingPathComponent("metrics.jsonl"))
    try reader.update()
    #expect(reader.history.isEmpty && reader.modified == nil)
    try Data().write(to: reader.url)
    try reader.update()
    #expect(reader.history.isEmpty && reader.modified != nil)
    #expect(reader.unreadableLines == 0)
  }

  @Test("only what was added is read, and a half-written line is read when it is whole")
  func continues() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("metrics.jsonl")
    let second = String(decoding: try step(2).line(), as: UTF8.self)
    try step(1).line().write(to: url)
    var reader = MetricsReader(url)
    for length in 0..<second.utf8.count {
      try append(String(second.prefix(length + 1).suffix(1)), to: url)
      try reader.update()
      #expect(reader.history.latestStep?.step == (length == second.utf8.count - 1 ? 2 : 1))
    }
    #expect(reader.history.steps == [step(1), step(2)])
    #expect(reader.unreadableLines == 0)
    try reader.update()
    #expect(reader.history.steps.count == 2)
  }

  @Test("a file that became shorter or another one is read anew")
  func restarts() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("metrics.jsonl")
    let lines = try (1...9).map { try step($0).line() }
    try lines.reduce(Data(), +).write(to: url)
    var reader = MetricsReader(url)
    try reader.update()
    #expect(reader.history.latestStep?.step == 9)
    try lines[..<3].reduce(Data(), +).write(to: url)
    try reader.update()
    #expect(reader.history.steps.map(\.step) == [1, 2, 3])
    let other = try (20...60).map { try step($0).line() }
    try other.reduce(Data(), +).write(to: url)
    try reader.update()
    #expect(reader.history.steps.map(\.step) == (20...60).map(Optional.some))
    try FileManager.default.removeItem(at: url)
    try reader.update()
    #expect(reader.history.isEmpty)
  }

  @Test("lines that make no sense, and very long ones, are counted and left out")
  func toleratesNonsense() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("metrics.jsonl")
    var data = try step(1).line()
    data.append(Data("nonsense\n\n{\"event\":\"step\",\"step\":}\n".utf8))
    data.append(Data(#"{"event":"later invention","step":2}"#.utf8 + [10]))
    data.append(Data(repeating: UInt8(ascii: "x"), count: 5_000_000) + [10])
    try (data + step(2).line()).write(to: url)
    var reader = MetricsReader(url)
    try reader.update()
    #expect(reader.history.steps == [step(1), step(2)])
    #expect(reader.unreadableLines == 4)
  }

  @Test("of a long file every kind of event is known, and some of its steps")
  func samples() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("metrics.jsonl")
    let count = 30_000
    var data = Data()
    for number in 1...count {
      data.append(Data("{\"event\":\"step\",\"loss\":0.5,\"step\":\(number)}\n".utf8))
      if number % 1000 == 0 {
        data.append(try validation(number, Double(number == 7000 ? 40 : 20)).line())
      }
    }
    try data.write(to: url)
    var reader = MetricsReader(url)
    try reader.update()
    let history = reader.history
    #expect(history.latestStep?.step == count)
    #expect(history.validations.count == 30)
    #expect(history.best?.step == 7000)
    #expect((500...2048).contains(history.steps.count))
    let gaps = zip(history.steps, history.steps.dropFirst()).map { ($1.step ?? 0) - ($0.step ?? 0) }
    #expect(Set(gaps).count == 1)
  }
}
