import Experiment
import Foundation
import JSON

/// The list of runs, and a page about each.
struct RunPages: Sendable {
  /// The folders.
  let roots: FileRoots
  /// Where disks are waited for.
  let queue: WorkQueue
  /// What knows the runs.
  let finder: RunFinder
  /// What knows the work that was begun here.
  let jobs: JobBoard
  private let recent = RecentAnswers()

  /// The pages of the runs that are known.
  init(roots: FileRoots, queue: WorkQueue, finder: RunFinder, jobs: JobBoard) {
    self.roots = roots
    self.queue = queue
    self.finder = finder
    self.jobs = jobs
  }

  private static let mostPreviews = 500
  private static let logLines = 40

  /// What answers where.
  var routes: [Route] {
    [
      Route(method: "GET", path: "/api/runs") { _ in
        try await queue.run {
          let (runs, isTruncated) = finder.summaries()
          return try .json(List(runs: runs, truncated: isTruncated))
        }
      },
      Route(method: "GET", path: "/api/run") { request in
        let path = try request.required("path")
        let (job, latest) = (await jobs.training(of: path), await jobs.latestTraining(of: path))
        return try await queue.run {
          do {
            return try recent.answer(to: "\(job ?? "") \(path)") {
              try .json(details(path, job: job))
            }
          } catch let error as RequestError where error.status == 404 {
            // A training looks at its images before it makes the folder of its run.
            guard let latest else { throw error }
            return try .json(Beginning(path: path, beginning: latest))
          }
        }
      },
    ]
  }

  private struct List: Encodable {
    let runs: [RunSummary]
    let truncated: Bool
  }

  private struct Preview: Encodable {
    let path: String
    let step: Int?
    let name: String
  }

  /// What is known of a run whose folder is not there yet, or never came to be.
  private struct Beginning: Encodable {
    let path: String
    let beginning: Job
  }

  private struct Details: Encodable {
    let path: String
    let status: RunStatus
    let configuration: JSONTree
    let advice: [String]
    let previews: [Preview]
    let model: String?
    let report: String?
    let job: String?
    let canResume: Bool
    let canStop: Bool
    let log: String?
  }

  private func details(_ path: String, job: String?) throws -> Details {
    let run = try roots.run(path)
    let reader = try finder.metrics(run.url.path)
    let configuration = try Configuration(contentsOf: run.configuration, over: Configuration())
    let status = RunStatus(configuration, reader)
    let process = RunProcess(run, reader.history)
    let steps = Dictionary(
      reader.history.validations.compactMap { event in event.epoch.map { ($0, event.step) } },
      uniquingKeysWith: { $1 })
    let previews = Previews.names(of: run.url.path).suffix(Self.mostPreviews).map { name in
      Preview(
        path: "\(path)/previews/\(name)",
        step: Previews.epoch(name).flatMap { steps[$0] ?? nil }, name: name)
    }
    let hasStates = (try? run.states())?.isEmpty == false
    return Details(
      path: path, status: status, configuration: try JSONTree(contentsOf: run.configuration),
      advice: status.advice.map(\.sentence), previews: Array(previews),
      model: existing(path + "/checkpoints/best.safetensors"),
      report: existing(path + "/report.html"), job: job,
      canResume: process == nil && job == nil && hasStates, canStop: process != nil || job != nil,
      log: log(of: path))
  }

  private func existing(_ path: String) -> String? {
    (try? roots.url(path)).map { _ in path }
  }

  /// The last lines that the training has printed, if it was begun here.
  private func log(of path: String) -> String? {
    guard let url = try? roots.url("\(path)/\(TrainingLog.name)"), let file = try? roots.open(url)
    else { return nil }
    return LogTail.text(file.handle, bytes: file.bytes, lines: Self.logLines)
  }
}

/// A JSON file as it is, to be part of an answer.
struct JSONTree: Encodable {
  private let value: JSONValue

  /// Takes a tree.
  init(_ value: JSONValue) { self.value = value }

  /// Reads a file.
  ///
  /// - Throws: ``RequestError`` where it is no JSON.
  init(contentsOf url: URL) throws {
    do {
      value = try JSONParser.parse(Array(try Data(contentsOf: url)))
    } catch {
      throw RequestError(500, "\(url.lastPathComponent) cannot be read as JSON: \(error).")
    }
  }

  /// Encodes the tree.
  ///
  /// - Throws: what the encoder throws.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .unsigned(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values.map(JSONTree.init))
    case .object(let members): try container.encode(members.mapValues(JSONTree.init))
    }
  }
}
