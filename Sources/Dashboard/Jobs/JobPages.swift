import Foundation

/// The list of jobs, and how they are ended.
struct JobPages: Sendable {
  /// What does the work.
  let jobs: JobBoard

  private struct List: Encodable { let jobs: [Job] }

  /// What answers where.
  var routes: [Route] {
    [
      Route(method: "GET", path: "/api/jobs") { _ in try .json(List(jobs: await jobs.jobs)) },
      Route(method: "POST", path: "/api/jobs/cancel") { request in
        let form = try await Form(request, keys: ["id"])
        return try .json(try await jobs.cancel(try form.required("id")))
      },
    ]
  }
}
