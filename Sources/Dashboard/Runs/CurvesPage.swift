import Experiment
import Foundation

/// The curves of a run, as many points as a plot has room for.
struct CurvesPage: Sendable {
  /// The folders.
  let roots: FileRoots
  /// Where disks are waited for.
  let queue: WorkQueue
  /// What knows the runs.
  let finder: RunFinder
  private let recent = RecentAnswers()

  /// The curves of the runs that are known.
  init(roots: FileRoots, queue: WorkQueue, finder: RunFinder) {
    self.roots = roots
    self.queue = queue
    self.finder = finder
  }

  private static let mostPoints = 5000

  /// What answers where.
  var routes: [Route] {
    [
      Route(method: "GET", path: "/api/curves") { request in
        let path = try request.required("path")
        let points = try request.integer("points", in: 1...Self.mostPoints) ?? 600
        let steps = 0...(1 << 50)
        let from = try request.integer("from", in: steps)
        let to = try request.integer("to", in: steps)
        let known = request.headers["if-none-match"]
        return try await queue.run {
          let (run, metrics) = (try roots.run(path), try roots.url(path + "/metrics.jsonl"))
          guard let stamp = FileStamp(path: metrics.path) else {
            throw RequestError(404, "There is no \(path)/metrics.jsonl.")
          }
          let range = [from, to].map { $0.map(String.init) ?? "" }.joined(separator: "-")
          let tag = "\"\(stamp.text)-\(points)-\(range)\""
          if known == tag { return .unchanged(etag: tag) }
          return try recent.answer(to: "\(points) \(range) \(path)") {
            try curves(run, points: points, from: from, to: to, tag: tag)
          }
        }
      }
    ]
  }

  private func curves(
    _ run: RunDirectory, points: Int, from: Int?, to: Int?, tag: String
  ) throws -> Response {
    let configuration = try Configuration(contentsOf: run.configuration, over: Configuration())
    let reader = try finder.metrics(run.url.path)
    var steps = reader.history.steps
    if from != nil || to != nil {
      let range = (from ?? 0)...max(to ?? .max, from ?? 0)
      steps = try StepLines(in: run.metrics, range, most: 4 * points).events
    }
    let status = RunStatus(configuration, reader)
    let curves = Curves(
      steps: steps, history: reader.history, points: points,
      targets: configuration.data.targets.map(\.name), totalSteps: status.totalSteps)
    var response = try Response.json(curves)
    response.headers.removeAll { $0.name == "Cache-Control" }
    response.headers += [("ETag", tag), ("Cache-Control", "no-cache")]
    return response
  }
}

extension FileRoots {
  /// A run's folder, all of which lies inside a root.
  ///
  /// - Throws: ``RequestError``: 404 for a folder that is none of a run.
  func run(_ path: String) throws(RequestError) -> RunDirectory {
    let folder = try url(path)
    // Both files may be links of their own.
    for name in ["config.json", "metrics.jsonl"] {
      do {
        _ = try url(path + "/" + name)
      } catch {
        guard error.status == 404 else { throw error }
        throw RequestError(
          404, "\(path) is no folder of a run: it holds no \(name).")
      }
    }
    do {
      return try RunDirectory(opening: folder)
    } catch {
      throw RequestError(404, error.description)
    }
  }
}
