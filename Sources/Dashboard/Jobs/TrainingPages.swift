import Experiment
import Foundation

/// Begins trainings, stops them and goes on with them.
struct TrainingPages: Sendable {
  /// The folders.
  let roots: FileRoots
  /// Where disks are waited for.
  let queue: WorkQueue
  /// What knows the runs.
  let finder: RunFinder
  /// What does the work.
  let jobs: JobBoard

  /// What answers where.
  var routes: [Route] {
    [
      Route(method: "POST", path: "/api/trainings") { try await begin($0) },
      Route(method: "POST", path: "/api/run/stop") { try await stop($0) },
      Route(method: "POST", path: "/api/run/resume") { try await resume($0) },
    ]
  }

  private struct Begun: Encodable {
    let path: String
    var job: String?
    var command: [String]?
  }

  private func begin(_ request: Request) async throws -> Response {
    let form = try await Form(request, keys: TrainingForm.keys)
    let (training, folder) = try await queue.run {
      let training = try TrainingForm(form, roots)
      return (training, try self.folder(of: training))
    }
    let path = "\(FileRoots.first)/runs/\(folder.lastPathComponent)"
    let arguments = training.arguments(output: folder)
    guard !training.isDry else {
      return try .json(Begun(path: path, command: ["usplit"] + arguments))
    }
    let plan = JobPlan(
      kind: .train, title: "Train \(folder.lastPathComponent)", arguments: arguments, result: path,
      training: TrainingLog(run: folder, isResumed: false))
    return try .json(Begun(path: path, job: try await jobs.add(plan).id), status: 201)
  }

  /// The folder of a new run, which is not there yet.
  private func folder(of training: TrainingForm) throws -> URL {
    guard let name = training.name else {
      throw RequestError(400, "name is missing in the request; give the run a name.")
    }
    guard training.targets.count >= 2 else {
      throw RequestError(
        400,
        "The request names \(training.targets.count) structures in targets; at least 2 are "
          + "needed.")
    }
    let runs = training.isDry ? "\(FileRoots.first)/runs" : try roots.makeFolder("runs")
    guard !training.isDry || (try? roots.url(runs)) != nil else {
      return URL(fileURLWithPath: roots.home.path + "/runs/" + name)
    }
    return try roots.newURL("\(runs)/\(name)")
  }

  private func stop(_ request: Request) async throws -> Response {
    let form = try await Form(request, keys: ["path"])
    let path = try form.required("path")
    if let job = await jobs.training(of: path) {
      _ = try await jobs.cancel(job)
      return try .json(Begun(path: path, job: job))
    }
    return try await queue.run {
      let run = try roots.run(path)
      guard let process = RunProcess(run, try finder.metrics(run.url.path).history) else {
        throw RequestError(
          409,
          "No usplit on this computer trains \(path) now; if another computer does, stop it "
            + "there.")
      }
      process.stop()
      return try .json(Begun(path: path))
    }
  }

  private func resume(_ request: Request) async throws -> Response {
    let form = try await Form(request, keys: ["path", "time", "epochs"])
    let path = try form.required("path")
    let time = try TrainingForm.time(form).text
    let epochs = try form.integer("epochs", in: 1...1_000_000)
    guard await jobs.training(of: path) == nil else {
      throw RequestError(409, "\(path) is being trained already.")
    }
    let run = try await queue.run {
      let run = try roots.run(path)
      guard roots.home.components(of: run.url.path) != nil else {
        throw RequestError(403, "\(path) is only read; copy the run into \(FileRoots.first).")
      }
      guard RunProcess(run, try finder.metrics(run.url.path).history) == nil else {
        throw RequestError(409, "\(path) is being trained already, by another program.")
      }
      guard (try? run.states())?.isEmpty == false else {
        throw RequestError(409, "\(path) has no state to go on from.")
      }
      return run
    }
    let plan = JobPlan(
      kind: .train, title: "Go on with \(run.url.lastPathComponent)",
      arguments: ["train", "--resume=\(run.url.path)"] + (time.map { ["--time=\($0)"] } ?? [])
        + (epochs.map { ["--epochs=\($0)"] } ?? []),
      result: path, training: TrainingLog(run: run.url, isResumed: true))
    return try .json(Begun(path: path, job: try await jobs.add(plan).id), status: 201)
  }
}
