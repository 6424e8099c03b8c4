import Experiment
import Testing

private func event(_ kind: MetricEvent.Kind, _ step: Int, psnr: Double? = nil) -> MetricEvent {
  var event = MetricEvent(kind)
  event.step = step
  event.meanPSNR = psnr
  return event
}

@Suite("History of a run")
struct RunHistoryTests {
  @Test("where a training went back, the later lines win")
  func goesBack() {
    let history = RunHistory([
      event(.start, 0), event(.step, 1), event(.step, 2), event(.validation, 2, psnr: 30),
      event(.step, 3), event(.step, 4), event(.validation, 4, psnr: 50), event(.start, 2),
      event(.step, 3),
    ])
    #expect(history.steps.map(\.step) == [1, 2, 3])
    #expect(history.validations.map(\.step) == [2])
    #expect(history.best?.meanPSNR == 30)
    #expect(history.latestStep?.step == 3)
    #expect(history.sessions == 2 && history.start?.step == 2)
  }

  @Test("steps that were resumed but not taken yet are void at once")
  func resumes() {
    let history = RunHistory([
      event(.start, 0), event(.step, 1), event(.step, 2), event(.step, 3), event(.start, 1),
    ])
    #expect(history.steps.map(\.step) == [1])
    #expect(history.latestStep?.step == 1)
  }

  @Test("the first command and the last ones are kept")
  func commands() {
    let events = (0..<50).map { number in
      var event = event(.start, number)
      event.command = number == 7 ? nil : "command \(number)"
      return event
    }
    let commands = RunHistory(events).commands.compactMap(\.command)
    #expect(commands.count == 20 && commands.first == "command 0")
    #expect(commands.dropFirst() == (31..<50).map { "command \($0)" }[...])
  }

  @Test("an end is void when the training goes on; a remark after it changes nothing")
  func ends() {
    var end = event(.end, 2)
    end.reason = "finished"
    var note = event(.note, 2)
    note.text = "resumed"
    let ended = [event(.step, 1), event(.step, 2), end, note]
    #expect(RunHistory(ended).end == end)
    #expect(RunHistory(ended).notes == ["resumed"])
    #expect(RunHistory(ended + [event(.step, 3)]).end == nil)
    #expect(RunHistory(ended + [event(.start, 2)]).end == nil)
  }

  @Test("what is kept is bounded, with the best and the last validation among it")
  func bounded() {
    let validations = (1...20_000).map { event(.validation, $0, psnr: $0 == 777 ? 90 : 10) }
    let steps = (1...20_000).map { event(.step, $0) }
    let history = RunHistory(zip(steps, validations).flatMap { [$0, $1] })
    #expect(history.validations.count <= 4096 && history.steps.count <= 2048)
    #expect(history.best?.step == 777)
    #expect(history.validations.last?.step == 20_000)
    #expect(history.latestStep?.step == 20_000)
    let notes = (0..<20).map { number in
      var note = event(.note, number)
      note.text = "\(number)"
      return note
    }
    #expect(RunHistory(notes).notes == ["15", "16", "17", "18", "19"])
  }

  @Test("what only some events say is kept")
  func rare() {
    var validation = event(.validation, 1, psnr: 20)
    validation.trivialPSNR = [9, 10]
    var skipped = event(.step, 2)
    skipped.skippedSteps = 3
    var profile = event(.profile, 2)
    profile.profile = ["data": 1]
    let history = RunHistory([
      event(.step, 1), validation, skipped, event(.step, 3), event(.validation, 3), profile,
    ])
    #expect(history.trivialPSNR == [9, 10])
    #expect(history.skippedSteps == 3)
    #expect(history.profile == ["data": 1])
    #expect(RunHistory([MetricEvent]()).isEmpty && !history.isEmpty)
  }
}
