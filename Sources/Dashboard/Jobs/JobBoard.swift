import Experiment
import Foundation

/// The work that was asked for: what waits, what runs, what is over.
///
/// Trainings begin at once and go on when the server ends. Splits and reports take turns, and end
/// with the server.
actor JobBoard {
  /// At most so many jobs are remembered.
  static let most = 100
  /// At most so many splits and reports run at once.
  static let mostAtOnce = 2
  /// At most so many trainings run at once.
  static let mostTrainings = 8

  private struct Entry {
    var job: Job
    let plan: JobPlan
    var child: ChildProcess?
    var isCancelled = false
  }

  private let program: String
  private let scratch: URL
  private let queue: WorkQueue
  private let finder: RunFinder
  private let roots: FileRoots
  private var entries: [Entry] = []
  private var next = 1
  private var hasEnded = false

  /// A board without work.
  ///
  /// - Parameters:
  ///   - program: what does the work
  ///   - scratch: a folder for what it prints
  init(program: String, scratch: URL, queue: WorkQueue, finder: RunFinder, roots: FileRoots) {
    self.program = program
    self.scratch = scratch
    self.queue = queue
    self.finder = finder
    self.roots = roots
  }

  /// All jobs, the newest first.
  var jobs: [Job] { entries.reversed().map(\.job) }

  /// Takes on work.
  ///
  /// - Throws: ``RequestError`` where there is too much already, or it cannot be begun.
  func add(_ plan: JobPlan) throws(RequestError) -> Job {
    try makeRoom(for: plan)
    let job = Job(
      id: "\(next)", kind: plan.kind, title: plan.title, group: plan.group,
      result: Job.Result(path: plan.result, image: plan.image, model: plan.model))
    next += 1
    entries.append(Entry(job: job, plan: plan))
    if plan.kind == .train {
      do {
        try begin(job.id)
      } catch {
        entries.removeAll { $0.job.id == job.id }
        throw error
      }
    } else {
      beginWaiting()
    }
    return self.job(job.id) ?? job
  }

  /// A job.
  func job(_ id: String) -> Job? { entries.first { $0.job.id == id }?.job }

  /// The job that trains a run now.
  func training(of path: String) -> String? {
    entries.last { !$0.job.state.isOver && $0.plan.training != nil && $0.plan.result == path }?
      .job.id
  }

  /// The latest job that trains a run, or has trained it.
  func latestTraining(of path: String) -> Job? {
    entries.last { $0.plan.training != nil && $0.plan.result == path }?.job
  }

  /// Ends a job, or keeps it from beginning.
  ///
  /// - Throws: ``RequestError``: 404 for one that is not known, 409 for one that is over.
  func cancel(_ id: String) throws(RequestError) -> Job {
    guard let place = entries.firstIndex(where: { $0.job.id == id }) else {
      throw RequestError(404, "There is no job \(id.prefix(20)); it may be forgotten by now.")
    }
    guard !entries[place].job.state.isOver else {
      throw RequestError(409, "The job \(id) is over; there is nothing to cancel.")
    }
    entries[place].isCancelled = true
    if let child = entries[place].child {
      child.terminate()
      entries[place].job.message = "stopping"
    } else {
      entries[place].job.state = .cancelled
      entries[place].job.ended = Date().timeIntervalSince1970
      Task { await removeEmptyFolder(id) }
    }
    return entries[place].job
  }

  /// Ends splits and reports, when the server ends.
  func end() {
    hasEnded = true
    for entry in entries where entry.plan.kind != .train { entry.child?.terminate() }
  }

  private func makeRoom(for plan: JobPlan) throws(RequestError) {
    let trainings = entries.filter { $0.plan.kind == .train && !$0.job.state.isOver }.count
    guard plan.kind != .train || trainings < Self.mostTrainings else {
      throw RequestError(
        409, "\(trainings) trainings run already; wait for one of them, or stop one.")
    }
    while entries.count >= Self.most {
      guard let place = entries.firstIndex(where: { $0.job.state.isOver }) else {
        throw RequestError(409, "\(entries.count) jobs wait already; wait for some of them.")
      }
      entries.remove(at: place)
    }
  }

  private func beginWaiting() {
    while !hasEnded,
      entries.filter({ $0.plan.kind != .train && $0.job.state == .running }).count
        < Self.mostAtOnce,
      let entry = entries.first(where: { $0.job.state == .waiting })
    {
      do {
        try begin(entry.job.id)
      } catch {
        change(entry.job.id) {
          $0.job.state = .failed
          $0.job.error = error.sentence
          $0.job.ended = Date().timeIntervalSince1970
        }
      }
    }
  }

  private func begin(_ id: String) throws(RequestError) {
    guard let entry = entries.first(where: { $0.job.id == id }) else { return }
    let files = JobFiles(id, entry.plan, scratch: scratch)
    let child = try ChildProcess(
      program, entry.plan.arguments, output: files.output, errors: files.errors)
    change(id) {
      $0.child = child
      $0.job.state = .running
      $0.job.started = Date().timeIntervalSince1970
    }
    Task { await watch(id, child, files) }
  }

  private func change(_ id: String, _ work: (inout Entry) -> Void) {
    guard let place = entries.firstIndex(where: { $0.job.id == id }) else { return }
    work(&entries[place])
  }

  /// Follows a program to its end.
  private func watch(_ id: String, _ child: ChildProcess, _ files: JobFiles) async {
    var files = files
    while true {
      // The pause ends early only when the whole program does.
      try? await Task.sleep(for: .milliseconds(300))
      let end = child.end()
      let progress = await self.progress(&files, child)
      change(id) {
        $0.job.done = progress.done ?? $0.job.done
        $0.job.remaining = progress.remaining
        if !$0.isCancelled { $0.job.message = progress.message ?? $0.job.message }
      }
      guard let end else { continue }
      let reason = progress.reason
      let results = await results(files)
      change(id) { entry in
        entry.child = nil
        entry.job.ended = Date().timeIntervalSince1970
        entry.job.remaining = nil
        entry.job.message = progress.message
        switch end {
        case .code(0):
          entry.job.state = .done
          entry.job.done = 1
          if let first = results.first { entry.job.result?.path = first }
          entry.job.result?.files = results
        case .code(75), .code(130), .code(143), .signal(SIGTERM):
          entry.job.state = .cancelled
        case _ where entry.isCancelled: entry.job.state = .cancelled
        case .code:
          entry.job.state = .failed
          entry.job.error = reason
        case .signal(let number):
          entry.job.state = .failed
          entry.job.error = "it was ended by signal \(number), as when memory is short; \(reason)"
        }
      }
      break
    }
    finder.forget()
    beginWaiting()
    await removeEmptyFolder(id)
  }

  private func progress(
    _ files: inout JobFiles, _ child: ChildProcess
  ) async -> JobProgress {
    let before = files
    let finder = finder
    // What cannot be read now is read the next time.
    let result = try? await queue.run {
      var files = before
      files.settle(child.number)
      return (files, JobProgress(files, finder))
    }
    guard let (after, progress) = result else { return JobProgress() }
    files = after
    return progress
  }

  /// Removes the folder of a split that nothing came of.
  private func removeEmptyFolder(_ id: String) async {
    guard let entry = entries.first(where: { $0.job.id == id }), entry.plan.kind == .split,
      let url = try? roots.url(entry.plan.result)
    else { return }
    // A folder with something in it stays, since rmdir refuses it.
    _ = try? await queue.run { rmdir(url.path) }
  }

  /// The files that a program has printed the paths of.
  private func results(_ files: JobFiles) async -> [String] {
    guard files.plan.kind != .train else { return [] }
    let roots = roots
    let found = try? await queue.run {
      (LogTail.text(files.output, lines: 1000) ?? "").split(separator: "\n")
        .compactMap { roots.name(of: URL(fileURLWithPath: String($0))) }
    }
    return found ?? []
  }
}
