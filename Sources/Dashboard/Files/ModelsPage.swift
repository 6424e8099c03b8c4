import Foundation
import JSON
import Synchronization

/// The list of model files.
final class ModelsPage: Sendable {
  private struct Model: Encodable {
    let path: String
    let run: String?
    let name: String
    let targets: [String]
    let network: String
    let trained: String
    let bestPSNR: Double?
    let modified: Double
  }

  private struct List: Encodable {
    let models: [Model]
    let truncated: Bool
  }

  private static let most = 1000
  private static let freshness = Duration.seconds(3)

  private let roots: FileRoots
  private let queue: WorkQueue
  private let known = Mutex<[String: (stamp: FileStamp, header: ModelHeader?)]>([:])
  private let found = Mutex<(time: ContinuousClock.Instant, paths: [String], isTruncated: Bool)?>(
    nil)

  /// Looks in the folder that is written to.
  init(roots: FileRoots, queue: WorkQueue) {
    self.roots = roots
    self.queue = queue
  }

  /// What answers where.
  var routes: [Route] {
    [
      Route(method: "GET", path: "/api/models") { [self] _ in
        try await queue.run { [self] in try .json(list()) }
      }
    ]
  }

  private func list() -> List {
    let (paths, isTruncated) = files()
    let models = paths.compactMap(model).sorted { $0.modified > $1.modified }
    let names = Set(paths)
    known.withLock { $0 = $0.filter { names.contains($0.key) } }
    return List(models: models, truncated: isTruncated)
  }

  private func files() -> (paths: [String], isTruncated: Bool) {
    if let found = found.withLock({ $0 }), found.time.duration(to: .now) < Self.freshness {
      return (found.paths, found.isTruncated)
    }
    var paths: [String] = []
    var walk = FolderWalk()
    walk.walk(roots.home.path) { folder, entries in
      for entry in entries.sorted(by: { $0.name < $1.name }) where !entry.isFolder && !entry.isLink
      {
        // States are for going on with a training, not for splitting.
        let isModel = entry.name.hasSuffix(".safetensors") && !entry.name.hasPrefix("state-")
        if isModel { paths.append(folder + "/" + entry.name) }
      }
      return paths.count < Self.most
    }
    let isTruncated = walk.isTruncated || paths.count >= Self.most
    found.withLock { [paths] in $0 = (.now, paths, isTruncated) }
    return (paths, isTruncated)
  }

  private func model(_ path: String) -> Model? {
    guard let name = roots.name(of: URL(fileURLWithPath: path)), let stamp = FileStamp(path: path)
    else { return nil }
    let before = known.withLock { $0[path] }
    let header = before?.stamp == stamp ? before?.header : (try? ModelHeader(name, roots))
    known.withLock { $0[path] = (stamp, header) }
    guard let header else { return nil }
    let parts = name.split(separator: "/")
    let isOfRun = parts.count > 2 && parts[parts.count - 2] == "checkpoints"
    return Model(
      path: name, run: isOfRun ? parts.dropLast(2).joined(separator: "/") : nil,
      name: isOfRun
        ? "\(parts[parts.count - 3]) (\(parts[parts.count - 1].dropLast(12)))"
        : String(parts[parts.count - 1]),
      targets: header.targets, network: header.network, trained: header.trained,
      bestPSNR: header.psnr, modified: stamp.modified)
  }
}

/// What the header of a model file says, without the weights.
struct ModelHeader: Sendable {
  /// Names of the structures.
  let targets: [String]
  /// The network in words.
  let network: String
  /// How it was trained, in words.
  let trained: String
  /// The mean PSNR of the validation, in dB.
  let psnr: Double?

  private static let mostBytes = 32 << 20

  /// Reads a file; nil for one that is no model of this program.
  ///
  /// - Throws: ``RequestError`` when it cannot be opened, and what reading throws.
  init?(_ name: String, _ roots: FileRoots) throws {
    let file = try roots.open(try roots.url(name))
    defer { try? file.handle.close() }  // reading is over: nothing can be lost
    guard let start = try file.handle.read(upToCount: 8), start.count == 8 else { return nil }
    let length = start.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(min(Self.mostBytes, file.bytes)),
      let header = try file.handle.read(upToCount: Int(length)),
      let tree = try? JSONParser.parse(Array(header)), let metadata = tree["__metadata__"],
      metadata["format"]?.text == "usplit-model", let text = metadata["usplit"]?.text,
      let model = try? JSONParser.parse(Array(text.utf8))
    else { return nil }
    targets = (model["channels"]?.list ?? []).compactMap(\.text)
    let shape = model["configuration"]?["network"]
    network = [
      shape?["backbone"]?.text, shape?["context"]?.text,
      shape?["patch"]?.integer.map { "patch \($0)" },
    ].compactMap { $0 }.joined(separator: " ")
    let figures = model["figures"]
    trained =
      "\(figures?["steps"]?.integer ?? 0) steps in "
      + Duration.seconds((figures?["seconds"]?.number ?? 0).rounded())
      .formatted(.units(allowed: [.hours, .minutes, .seconds], width: .abbreviated))
    let scores = (figures?["psnr"]?.list ?? []).compactMap(\.number)
    psnr = scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
  }
}
