import Imaging

/// Which planes' levels are asked for, being made and made.
struct LevelQueue: Sendable {
  private enum Progress {
    case waiting(OpenImages)
    case making(Double)
    case made(ReducedPlane)
    case failed(String)
  }

  private struct Entry {
    var progress: Progress
    var asked: ContinuousClock.Instant
    let turn: Int
    var byteCount = 0

    var isWaiting: Bool { if case .waiting = progress { true } else { false } }
    var isMade: Bool { if case .made = progress { true } else { false } }

    /// Whether it failed so long ago that it may be tried again.
    func isOver(_ now: ContinuousClock.Instant, _ patience: Duration) -> Bool {
      if case .failed = progress { now - asked > patience } else { false }
    }
  }

  private var entries: [PlaneLevels.Key: Entry] = [:]
  /// When each file was last asked for.
  private var asked: [String: ContinuousClock.Instant] = [:]
  private var turn = 0
  private var isWorking = false
  private var isClosed = false
  private let patience: Duration

  /// Planes that are asked for within such a time are looked at together.
  private static let together = Duration.seconds(5)

  /// Nothing is asked for; after `patience`, an image counts as left.
  init(patience: Duration) { self.patience = patience }

  /// Notes that planes are looked at; those that are new wait for their levels.
  mutating func ask(for keys: [PlaneLevels.Key], from file: OpenImages) {
    if isClosed { return }
    let now = ContinuousClock.now
    touch(file.url.path)
    let isStale = { (key: PlaneLevels.Key) in
      key.path == file.url.path && key.version != file.version
    }
    for key in entries.keys where isStale(key) { entries[key] = nil }
    for key in keys {
      if entries[key]?.isOver(now, patience) ?? true {
        turn += 1
        entries[key] = Entry(progress: .waiting(file), asked: now, turn: turn)
      }
      entries[key]?.asked = now
    }
  }

  /// Notes that somebody looks at a file.
  mutating func touch(_ path: String) { asked[path] = .now }

  /// Whether somebody is to begin working, which is then taken for done.
  mutating func begin() -> Bool {
    guard !isWorking, !isClosed, entries.values.contains(where: \.isWaiting) else { return false }
    isWorking = true
    return true
  }

  /// The next plane to be worked on, the latest that was asked for; nil ends the work.
  mutating func next() -> (PlaneLevels.Key, OpenImages)? {
    let now = ContinuousClock.now
    for (key, entry) in entries where entry.isWaiting && isLeft(key.path, now) {
      entries[key] = nil
    }
    asked = asked.filter { now - $0.value <= patience }
    let waiting = entries.filter(\.value.isWaiting)
    let latest = waiting.max { ($0.value.asked, $1.value.turn) < ($1.value.asked, $0.value.turn) }
    guard !isClosed, let (key, entry) = latest, case .waiting(let file) = entry.progress else {
      isWorking = false
      return nil
    }
    entries[key]?.progress = .making(0)
    return (key, file)
  }

  /// Notes how far a plane is; false where it is to be given up.
  mutating func advance(_ key: PlaneLevels.Key, to done: Double) -> Bool {
    guard !isClosed, entries[key] != nil, !isLeft(key.path, .now) else {
      entries[key] = nil
      return false
    }
    entries[key]?.progress = .making(done)
    return true
  }

  /// Takes the levels of a plane, if they are still wanted.
  mutating func finish(_ key: PlaneLevels.Key, _ levels: ReducedPlane) {
    entries[key]?.progress = .made(levels)
    entries[key]?.byteCount = levels.byteCount
  }

  /// Notes why a plane has no levels, unless it was given up.
  mutating func fail(_ key: PlaneLevels.Key, _ sentence: String) {
    entries[key]?.progress = .failed(sentence)
  }

  /// Removes the levels that were not used for longest.
  mutating func makeRoom(for bytes: Int, of most: Int) {
    var total = entries.values.reduce(bytes) { $0 + $1.byteCount }
    for (key, entry) in entries.sorted(by: { $0.value.asked < $1.value.asked }) {
      if total <= most { break }
      guard entry.byteCount > 0 else { continue }
      entries[key] = nil
      total -= entry.byteCount
    }
  }

  /// The levels of a plane; nil where they are not made.
  mutating func made(_ key: PlaneLevels.Key) -> ReducedPlane? {
    guard case .made(let levels) = entries[key]?.progress else { return nil }
    entries[key]?.asked = .now
    return levels
  }

  /// Why a plane has no levels; nil where it has, or may get them.
  func failure(_ key: PlaneLevels.Key) -> String? {
    guard case .failed(let sentence) = entries[key]?.progress else { return nil }
    return sentence
  }

  /// How far the planes of an image are that were asked for last, who go on being asked for; nil
  /// where there are none.
  mutating func progress(of path: String, _ version: FileVersion, series: Int) -> LevelState? {
    let own = entries.filter {
      $0.key.path == path && $0.key.version == version && $0.key.plane.series == series
    }
    guard let latest = own.values.map(\.asked).max() else { return nil }
    let recent = own.filter { $0.value.asked > latest - Self.together }
    var shares: [Double] = []
    for (key, entry) in recent {
      entries[key]?.asked = .now
      switch entry.progress {
      case .waiting: shares.append(0)
      case .making(let done): shares.append(done)
      case .made: shares.append(1)
      case .failed(let sentence): return .failed(sentence)
      }
    }
    return recent.values.allSatisfy(\.isMade)
      ? .ready : .preparing(shares.reduce(0, +) / Double(shares.count))
  }

  /// Forgets everything and takes nothing more.
  mutating func close() {
    isClosed = true
    entries = [:]
  }

  private func isLeft(_ path: String, _ now: ContinuousClock.Instant) -> Bool {
    asked[path].map { now - $0 > patience } ?? true
  }
}
