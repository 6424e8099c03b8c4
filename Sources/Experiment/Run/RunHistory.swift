/// What the events of a run say, condensed to a bounded size.
///
/// When a training was resumed from an earlier point, what was told of later steps before is void:
/// the later lines win.
public struct RunHistory: Sendable, Equatable {
  /// At most so many steps are kept, evenly chosen.
  static let mostSteps = 2048
  /// At most so many validations are kept: the best and the last, the others evenly chosen.
  static let mostValidations = 4096
  /// So many remarks are kept, the last ones.
  static let mostNotes = 5
  /// So many commands are kept: the first and the last ones.
  static let mostCommands = 20

  /// Some of the steps, evenly chosen.
  public private(set) var steps: [MetricEvent] = []
  /// The last step.
  public private(set) var latestStep: MetricEvent?
  /// The validations.
  public private(set) var validations: [MetricEvent] = []
  /// What the input itself reaches for every target, in dB; nil when no event says.
  public private(set) var trivialPSNR: [Double]?
  /// How the training was begun, or resumed for the last time; nil when no event says.
  public private(set) var start: MetricEvent?
  /// Events of the commands that began the training and resumed it, as far as they tell them.
  public private(set) var commands: [MetricEvent] = []
  /// How often it was begun or resumed; 0 when no event says.
  public private(set) var sessions = 0
  /// The end, when the training did not go on after it.
  public private(set) var end: MetricEvent?
  /// Where the time went, when it was measured.
  public private(set) var profile: [String: Double]?
  /// The last remarks.
  public private(set) var notes: [String] = []
  /// The steps that were skipped.
  public private(set) var skippedSteps = 0

  private var stride = 1
  private var counted = 0
  private var lastNumber = 0

  /// Nothing has happened yet.
  public init() {}

  /// The condensed events.
  public init(_ events: some Sequence<MetricEvent>) {
    for event in events { add(event) }
  }

  /// Whether nothing was told yet.
  public var isEmpty: Bool {
    latestStep == nil && validations.isEmpty && start == nil && notes.isEmpty && end == nil
  }

  /// The validation with the highest mean PSNR.
  public var best: MetricEvent? {
    validations.filter { $0.meanPSNR?.isNaN == false }
      .max { ($0.meanPSNR ?? -.infinity) < ($1.meanPSNR ?? -.infinity) }
  }

  /// Takes in the next event.
  mutating func add(_ event: MetricEvent) {
    if event.event == .step {
      let isWanted = wants(step: event.step ?? lastNumber + 1)
      take(latest: event)
      guard isWanted else { return }
    }
    take(event)
  }

  /// Takes note that there is a step, and says whether its event is among the chosen ones.
  mutating func wants(step: Int) -> Bool {
    if step <= lastNumber { forget(from: step) }
    lastNumber = step
    end = nil
    counted += 1
    return (counted - 1) % stride == 0
  }

  /// Takes in the event of the last step.
  mutating func take(latest event: MetricEvent) {
    latestStep = event
    note(event)
  }

  /// Takes in an event; of the steps only those that are wanted.
  mutating func take(_ event: MetricEvent) {
    note(event)
    switch event.event {
    case .start:
      end = nil
      start = event
      sessions += 1
      if event.command != nil { commands.append(event) }
      if commands.count > Self.mostCommands { commands.remove(at: 1) }
      if let step = event.step, step < lastNumber { forget(from: step + 1) }
    case .step:
      steps.append(event)
      if steps.count > Self.mostSteps {
        steps = steps.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        stride *= 2
      }
    case .validation:
      end = nil
      let step = event.step ?? 0
      validations.removeAll { ($0.step ?? 0) >= step }
      validations.append(event)
      if validations.count > Self.mostValidations { thinValidations() }
    case .note:
      notes = Array((notes + [event.text ?? ""]).suffix(Self.mostNotes))
    case .profile:
      profile = event.profile
    case .end:
      end = event
    }
  }

  private mutating func note(_ event: MetricEvent) {
    if let trivial = event.trivialPSNR { trivialPSNR = trivial }
    if let skipped = event.skippedSteps { skippedSteps = skipped }
  }

  /// Forgets a step and those after it.
  private mutating func forget(from step: Int) {
    steps.removeAll { ($0.step ?? 0) >= step }
    validations.removeAll { ($0.step ?? 0) >= step }
    if let latest = latestStep?.step, latest >= step { latestStep = steps.last }
    lastNumber = step - 1
  }

  private mutating func thinValidations() {
    let best = best?.step
    let last = validations.count - 1
    validations = validations.enumerated()
      .filter { $0.offset % 2 == 0 || $0.offset == last || $0.element.step == best }
      .map(\.element)
  }
}
