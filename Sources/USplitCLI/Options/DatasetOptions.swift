import ArgumentParser
import Experiment
import Foundation
import USplit

/// A published set of images by its name.
struct DatasetName: ExpressibleByArgument {
  /// The set.
  let images: PublishedImages

  init?(argument: String) {
    let found = PublishedImages.all.first { $0.id == argument.lowercased() }
    guard let found else { return nil }
    self.images = found
  }

  static var allValueStrings: [String] { PublishedImages.all.map(\.id) }

  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// Published images to train on, in place of targets.
struct DatasetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Published images, in place of --target; they bring their channels and the authors' split, or "
        + "a fixed split (sbs_u2os, nf1_schwann).", valueName: "name"))
  var dataset: DatasetName?

  @Option(
    help: ArgumentHelp(
      "With --dataset: the folder with its files, or its file.", valueName: "path"),
    completion: .directory)
  var data: String?

  @Option(
    help: ArgumentHelp(
      "With --dataset: the structures to split, in order, such as actin,tubulin.",
      valueName: "list"))
  var structures: String?

  func validate() throws {
    guard let images = dataset?.images else {
      if data != nil { throw ValidationError("--data goes with --dataset only") }
      if structures != nil { throw ValidationError("--structures goes with --dataset only") }
      return
    }
    guard data != nil else {
      throw ValidationError(
        "--dataset \(images.id) needs --data with the folder of its files. They are published: "
          + images.origin)
    }
    let names = chosen(of: images)
    let known = images.channels.map(\.name)
    let list = known.joined(separator: ", ")
    if let unknown = names.first(where: { !known.contains($0) }) {
      throw ValidationError("\(images.name) has no structure \"\(unknown)\"; it has \(list)")
    }
    guard names.count >= 2, Set(names).count == names.count else {
      throw ValidationError(
        "two or more different structures of \(images.name) are needed; name them with "
          + "--structures, such as --structures \(known.suffix(2).joined(separator: ",")); it has "
          + list)
    }
  }

  /// Sets targets and split where a set was named.
  ///
  /// - Throws: `MissingImages` where its files are not there, `ImagingError` where they are others.
  func apply(to configuration: inout Configuration, axes: String) throws {
    guard let images = dataset?.images, let data else { return }
    configuration.data.targets = try images.sources(
      chosen(of: images), in: URL(fileURLWithPath: data), axes: axes)
    configuration.data.split.rule = images.split
  }

  private func chosen(of images: PublishedImages) -> [String] {
    guard let structures else { return images.structures }
    return structures.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
