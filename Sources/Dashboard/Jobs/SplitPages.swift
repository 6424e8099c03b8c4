import Experiment
import Foundation
import Imaging

/// Splits images, compares models, writes reports.
struct SplitPages: Sendable {
  /// The folders.
  let roots: FileRoots
  /// Where disks are waited for.
  let queue: WorkQueue
  /// What does the work.
  let jobs: JobBoard

  private static let mostModels = 16

  /// What answers where.
  var routes: [Route] {
    [
      Route(method: "POST", path: "/api/splits") { try await split($0) },
      Route(method: "POST", path: "/api/comparisons") { try await compare($0) },
      Route(method: "POST", path: "/api/report") { try await report($0) },
    ]
  }

  private struct Begun: Encodable { let job: String }
  private struct Group: Encodable {
    let group: String
    let jobs: [String]
  }

  private func split(_ request: Request) async throws -> Response {
    let form = try await Form(request, keys: SplitForm.keys)
    let plan = try await queue.run { try SplitForm(form, roots).plan(roots) }
    return try .json(Begun(job: try await jobs.add(plan).id), status: 201)
  }

  private func compare(_ request: Request) async throws -> Response {
    let form = try await Form(request, keys: SplitForm.comparisonKeys)
    let group = UUID().uuidString.lowercased()
    let plans = try await queue.run {
      let models = try form.list("models", atMost: Self.mostModels)
      guard !models.isEmpty else { throw form.wrong("models", "a list of model files") }
      // All are looked at before any folder is made.
      let forms = try models.map { model throws(RequestError) in
        guard let path = model.text else { throw form.wrong("models", "a list of paths") }
        return try SplitForm(form, model: path, roots)
      }
      return try forms.map { form throws(RequestError) in
        var plan = try form.plan(roots)
        plan.group = group
        return plan
      }
    }
    var names: [String] = []
    for plan in plans { names.append(try await jobs.add(plan).id) }
    return try .json(Group(group: group, jobs: names), status: 201)
  }

  private func report(_ request: Request) async throws -> Response {
    let form = try await Form(request, keys: ["path"])
    let path = try form.required("path")
    let plan = try await queue.run {
      let run = try roots.run(path)
      guard roots.home.components(of: run.url.path) != nil else {
        throw RequestError(403, "\(path) is only read; copy the run into \(FileRoots.first).")
      }
      return JobPlan(
        kind: .report, title: "Report on \(run.url.lastPathComponent)",
        arguments: ["report", "--force", "--", run.url.path], result: path + "/report.html")
    }
    return try .json(Begun(job: try await jobs.add(plan).id), status: 201)
  }
}

/// A split that a client describes.
struct SplitForm: Sendable {
  /// What a client may say.
  static let keys: Set = [
    "model", "image", "samples", "deviations", "inputIs", "channel", "frames", "turns",
    "keepSamples", "series",
  ]
  /// What a client may say of a comparison.
  static let comparisonKeys: Set = [
    "models", "image", "samples", "deviations", "inputIs", "channel", "frames", "turns", "series",
  ]

  private enum Meaning: String, CaseIterable { case mean, sum, acquired }

  private let model: URL
  private let modelPath: String
  private let image: ImageChoice
  private let imagePath: String
  private let options: [String]

  /// Reads a form.
  ///
  /// - Parameter model: as clients name it; nil for the one in the form
  /// - Throws: ``RequestError`` (400) that names what is wrong.
  init(_ form: Form, model: String? = nil, _ roots: FileRoots) throws(RequestError) {
    let path = if let model { model } else { try form.required("model") }
    self.model = try roots.url(path)
    modelPath = path
    imagePath = try form.required("image")
    guard self.model.pathExtension == "safetensors" else {
      throw RequestError(
        400, "\(path) is no model file; choose one that ends with .safetensors.")
    }
    image = try ImageChoice(
      imagePath, channel: form.value("channel"), mayBeFolder: false, roots)
    var options: [String] = []
    func add(_ name: String, _ value: (some CustomStringConvertible)?) {
      if let value { options.append("--\(name)=\(value)") }
    }
    add("samples", try form.integer("samples", in: 1...10_000))
    add("input-is", try form.choice("inputIs", of: Meaning.self)?.rawValue)
    add("channel", image.channel)
    add("series", try form.integer("series", in: 0...1_000_000))
    add("turns", try form.integer("turns", in: 1...8))
    if let frames = try form.text("frames", atMost: 1000) {
      guard frames.wholeMatch(of: /[0-9]{1,7}(-[0-9]{1,7})?(,[0-9]{1,7}(-[0-9]{1,7})?)*/) != nil
      else { throw form.wrong("frames", "numbers from 0, such as 3-5,8") }
      add("frames", frames)
    }
    if try form.bool("deviations") { options.append("--deviations") }
    if try form.bool("keepSamples") { options.append("--keep-samples") }
    self.options = options
  }

  /// The work, for which a new folder is made.
  ///
  /// - Throws: ``RequestError`` where that is not possible.
  func plan(_ roots: FileRoots) throws(RequestError) -> JobPlan {
    let stem = ImageName(image.url).stem
    let parent = try roots.makeFolder("splits")
    let folder = try roots.makeNewFolder(Self.clean("\(stem)_\(modelName)"), in: parent)
    return JobPlan(
      kind: .split, title: "Split \(image.url.lastPathComponent) with \(modelName)",
      arguments: ["split", "--progress=json", "--model=\(model.path)", "--output=\(folder.path)"]
        + options + ["--", image.url.path],
      result: "\(parent)/\(folder.lastPathComponent)", image: imagePath, model: modelPath)
  }

  /// The name of the model's run, or of its file.
  private var modelName: String {
    let folder = model.deletingLastPathComponent()
    guard folder.lastPathComponent == "checkpoints" else {
      return model.deletingPathExtension().lastPathComponent
    }
    let run = folder.deletingLastPathComponent().lastPathComponent
    let file = model.deletingPathExtension().lastPathComponent
    return file == "best" ? run : "\(run)-\(file)"
  }

  /// A name that folders can have.
  private static func clean(_ name: String) -> String {
    let scalars = name.unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
      return isPlain || "-_.+ ".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
    }
    let text = String(scalars).prefix(80)
    return text.first == "." || text.first == "-" ? "_" + text : String(text)
  }
}
