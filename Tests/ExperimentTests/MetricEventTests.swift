import Experiment
import Foundation
import TestSupport
import Testing

private func step(_ number: Int) -> MetricEvent {
  var event = MetricEvent(.step)
  event.step = number
  event.loss = 0.5
  event.klPerLevel = [1, 2]
  return event
}

@Suite("Metrics")
struct MetricEventTests {
  @Test("an event is one line without what was not measured")
  func writesLine() throws {
    let line = try step(3).line()
    let text = #"{"event":"step","klPerLevel":[1,2],"loss":0.5,"step":3}"# + "\n"
    #expect(line == Data(text.utf8))
    var note = MetricEvent(.note)
    note.text = "two\nlines"
    #expect(try note.line().filter { $0 == UInt8(ascii: "\n") }.count == 1)
  }

  @Test("infinite and undefined numbers are texts and come back")
  func writesNonFinite() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("metrics.jsonl")
    var event = MetricEvent(.validation)
    event.loss = .nan
    event.psnr = [.infinity, -.infinity]
    let writer = try MetricsWriter(appendingTo: url)
    try writer.write(event)
    #expect(try String(contentsOf: url, encoding: .utf8).contains(#""loss":"nan""#))
    let read = try #require(try MetricEvent.read(contentsOf: url).first)
    #expect(read.loss?.isNaN == true)
    #expect(read.psnr == [.infinity, -.infinity])
  }

  @Test("lines are seen at once and appended by a second writer")
  func appends() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("metrics.jsonl")
    let first = try MetricsWriter(appendingTo: url)
    #expect(try MetricEvent.read(contentsOf: url) == [])
    try first.write(step(1))
    #expect(try MetricEvent.read(contentsOf: url) == [step(1)])
    try first.write(step(2))
    try first.close()
    try MetricsWriter(appendingTo: url).write(step(3))
    #expect(try MetricEvent.read(contentsOf: url) == [step(1), step(2), step(3)])
    #expect(throws: RunDirectoryError.self) { try first.write(step(4)) }
  }

  @Test("a last line that was cut is left out, and removed before more is written")
  func toleratesCutLine() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("metrics.jsonl")
    let whole = try step(1).line() + step(2).line()
    for length in try step(1).line().count..<whole.count - 1 {
      try whole.prefix(length).write(to: url)
      #expect(try MetricEvent.read(contentsOf: url) == [step(1)])
    }
    let writer = try MetricsWriter(appendingTo: url)
    try writer.write(step(3))
    #expect(try MetricEvent.read(contentsOf: url) == [step(1), step(3)])
  }

  @Test("a long cut line is found")
  func removesLongCutLine() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("metrics.jsonl")
    try (step(1).line() + Data(repeating: UInt8(ascii: "x"), count: 200_000)).write(to: url)
    let writer = try MetricsWriter(appendingTo: url)
    try writer.write(step(2))
    #expect(try MetricEvent.read(contentsOf: url) == [step(1), step(2)])
  }

  @Test("another line that makes no sense is named")
  func namesBadLine() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("metrics.jsonl")
    try (step(1).line() + Data("nonsense\n".utf8) + step(2).line()).write(to: url)
    let error = #expect(throws: RunDirectoryError.self) { try MetricEvent.read(contentsOf: url) }
    #expect(error?.description.contains("line 2") == true)
    let none = folder.url.appendingPathComponent("none")
    #expect(throws: RunDirectoryError.self) { try MetricEvent.read(contentsOf: none) }
    #expect(throws: RunDirectoryError.self) { try MetricsWriter(appendingTo: folder.url) }
  }
}
