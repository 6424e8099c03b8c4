import Foundation
import Imaging

/// All that answers under `/api`.
struct Services: Sendable {
  /// What answers where.
  let routes: [Route]
  /// The work that was asked for.
  let jobs: JobBoard
  /// A folder for what is not kept, removed at the end.
  private let scratch: ScratchFolder

  /// The services of a server.
  ///
  /// - Throws: ``DashboardError`` when there is no place for what is not kept.
  init(
    options: DashboardOptions, roots: FileRoots, queue: WorkQueue, port: Int
  ) throws(DashboardError) {
    do {
      scratch = try ScratchFolder(in: FileManager.default.temporaryDirectory)
    } catch {
      throw DashboardError(error.description)
    }
    let program = options.program ?? Program.path
    let finder = RunFinder(roots)
    let shelf = ImageShelf(
      roots: roots, work: queue, cacheBytes: options.cacheBytes, scratch: scratch.url)
    jobs = JobBoard(
      program: program, scratch: scratch.url, queue: queue, finder: finder, roots: roots)
    let routes = [
      AboutPage(options: options, roots: roots, port: port).routes,
      RunPages(roots: roots, queue: queue, finder: finder, jobs: jobs).routes,
      CurvesPage(roots: roots, queue: queue, finder: finder).routes,
      FilePage(roots: roots, queue: queue).routes,
      BrowsePage(roots: roots, queue: queue).routes,
      ModelsPage(roots: roots, queue: queue).routes,
      UploadPage(
        roots: roots, queue: queue, limit: options.uploadLimit, check: shelf.checkImage
      ).routes,
      shelf.routes,
      TrainingPages(roots: roots, queue: queue, finder: finder, jobs: jobs).routes,
      DescribePage(
        roots: roots, queue: queue, finder: finder, program: program, scratch: scratch.url
      ).routes,
      SplitPages(roots: roots, queue: queue, jobs: jobs).routes,
      JobPages(jobs: jobs).routes,
    ]
    self.routes = routes.flatMap { $0 }
  }
}
