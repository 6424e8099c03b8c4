import Experiment
import Foundation
import TestSupport
import Testing

private func settings() -> Configuration {
  var configuration = Configuration.preset(.paper)
  configuration.data.targets = [ChannelSource(name: "actin"), ChannelSource(name: "nuclei")]
  configuration.training.epochs = 4
  configuration.training.stepsPerEpoch = 100
  return configuration
}

/// Events of a training of 100 steps per epoch and 2 seconds per step.
private func training(steps: Int, loss: (Int) -> Double = { 10 / Double($0) }) -> [MetricEvent] {
  (1...steps).flatMap { number -> [MetricEvent] in
    var step = MetricEvent(.step)
    step.step = number
    step.epoch = (number - 1) / 100
    step.seconds = 2 * Double(number)
    step.loss = loss(number)
    step.learningRate = 1e-3
    step.patchesPerSecond = 16
    guard number % 100 == 0 else { return [step] }
    var validation = step
    validation.event = .validation
    validation.epoch = number / 100
    validation.loss = nil
    validation.psnr = [20 + Double(number / 100 % 3), 30]
    validation.meanPSNR = 25 + Double(number / 100 % 3) / 2
    validation.trivialPSNR = number == 100 ? [18, 19] : nil
    return [step, validation]
  }
}

@Suite("Status of a run")
struct RunStatusTests {
  private func status(
    _ events: [MetricEvent], _ configuration: Configuration = settings(), after silence: Double = 5
  ) throws -> RunStatus {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("metrics.jsonl")
    try events.reduce(Data()) { try $0 + $1.line() }.write(to: url)
    var reader = MetricsReader(url)
    try reader.update()
    let modified = try #require(reader.modified)
    return RunStatus(configuration, reader, now: modified.addingTimeInterval(silence))
  }

  @Test("a training that goes on is told with what is done, what remains and how well it does")
  func goesOn() throws {
    let status = try status(training(steps: 250))
    #expect(status.state == .training)
    #expect(status.step == 250 && status.totalSteps == 400)
    #expect(status.epoch == 2 && status.epochs == 4)
    #expect(status.done == 0.625)
    #expect(status.seconds == 500)
    #expect(abs(try #require(status.remaining) - 300) < 1e-9)
    #expect(status.silence == 5)
    #expect(status.loss == 0.04 && status.trend == .falling)
    #expect(status.learningRate == 1e-3 && status.patchesPerSecond == 16)
    #expect(status.meanPSNR == 26 && status.bestPSNR == 26 && status.bestStep == 200)
    #expect(
      status.channels == [
        RunStatus.Channel(name: "actin", last: 22, best: 22, trivial: 18),
        RunStatus.Channel(name: "nuclei", last: 30, best: 30, trivial: 19),
      ])
    #expect(status.advice.isEmpty && status.skippedSteps == 0)
  }

  @Test("the best validation need not be the last")
  func best() throws {
    let status = try status(training(steps: 300))
    #expect(status.meanPSNR == 25 && status.bestPSNR == 26 && status.bestStep == 200)
    #expect(status.channels[0].last == 20 && status.channels[0].best == 22)
  }

  @Test("a run that has only just begun has nothing to show and does not fail")
  func begins() throws {
    let empty = try status([])
    #expect(empty.state == .starting && empty.step == 0 && empty.done == 0)
    #expect(empty.channels.count == 2 && empty.lossCurve.isEmpty && empty.remaining == nil)
    var start = MetricEvent(.start)
    start.step = 0
    start.totalSteps = 1000
    #expect(try status([start]).totalSteps == 1000)
    #expect(try status(training(steps: 1)).state == .training)
    var reader = MetricsReader(URL(fileURLWithPath: "/nonexistent/metrics.jsonl"))
    try reader.update()
    #expect(RunStatus(settings(), reader).state == .starting)
  }

  @Test("a training that says nothing for long is called silent, sooner when its process is gone")
  func silent() throws {
    #expect(try status(training(steps: 250), after: 170).state == .training)
    #expect(try status(training(steps: 250), after: 200).state == .silent)
    let slow = training(steps: 250).map { event in
      var slow = event
      slow.seconds = event.seconds.map { 10 * $0 }
      return slow
    }
    #expect(try status(slow, after: 500).state == .training)
    #expect(try status(slow, after: 700).state == .silent)

    var start = MetricEvent(.start)
    start.host = HostName.current
    start.process = Int(ProcessInfo.processInfo.processIdentifier)
    #expect(try status([start] + training(steps: 5), after: 30).state == .training)
    start.process = 2_000_000_000
    #expect(try status([start] + training(steps: 5), after: 30).state == .silent)
    start.host = "another computer"
    #expect(try status([start] + training(steps: 5), after: 30).state == .training)
  }

  @Test("an end is told with its reason, and then with advice")
  func ends() throws {
    var end = MetricEvent(.end)
    end.step = 400
    for (reason, state) in [("finished", RunStatus.State.finished), ("stopped", .stopped)] {
      end.reason = reason
      let status = try status(training(steps: 400) + [end], after: 1e6)
      #expect(status.state == state && status.reason == reason)
      #expect(status.remaining == nil && status.done == 1)
      #expect(!status.advice.isEmpty)
    }
  }

  @Test("a time budget counts where it is further than the steps")
  func timeBudget() throws {
    var configuration = settings()
    configuration.training.timeBudget = 1000
    #expect(try status(training(steps: 250), configuration).done == 0.625)
    configuration.training.timeBudget = 550
    let near = try status(training(steps: 250), configuration)
    #expect(abs(try #require(near.done) - 500 / 550) < 1e-9)
    #expect(near.remaining == 50)
  }

  @Test("without a set number of steps an epoch's are known from the first validation on")
  func stepsPerEpoch() throws {
    var configuration = settings()
    configuration.training.stepsPerEpoch = 0
    #expect(try status(training(steps: 50), configuration).totalSteps == nil)
    #expect(try status(training(steps: 150), configuration).totalSteps == 400)
    configuration.training.epochs = .max
    #expect(try status(training(steps: 250), configuration).totalSteps == nil)
  }

  @Test("infinite and undefined numbers are left out, so that the status is JSON")
  func notNumbers() throws {
    let events = training(steps: 200) { $0 == 200 ? .nan : .infinity }.map { event in
      var odd = event
      if event.event == .validation { odd.psnr = [.infinity, .nan] }
      if event.event == .validation { odd.meanPSNR = .nan }
      return odd
    }
    let status = try status(events)
    #expect(status.loss == nil && status.meanPSNR == nil && status.bestPSNR == nil)
    #expect(status.lossCurve.isEmpty && status.trend == nil)
    let json = try JSONEncoder().encode(status)
    #expect(try JSONDecoder().decode(RunStatus.self, from: json) == status)
  }

  @Test("curves have at most 200 points, the means of their stretches")
  func curves() throws {
    let status = try status(training(steps: 1000) { Double($0) })
    #expect(status.lossCurve.count == 200)
    #expect(status.lossCurve[0] == RunStatus.Point(step: 5, value: 3))
    #expect(status.psnrCurve.map(\.step) == stride(from: 100, through: 1000, by: 100).map { $0 })
    #expect(status.trend == .rising)
    #expect(try self.status(training(steps: 1000) { Double($0 % 7) }).trend == .level)
  }
}
