import Experiment
import Foundation
import Imaging

/// Images that are needed and are not there; says where they can be had.
public struct MissingImages: Error, CustomStringConvertible, Equatable {
  /// The set they belong to.
  public let name: String
  /// The sentence for the user.
  public let description: String
}

/// A set of images that somebody published.
public struct PublishedImages: Sendable, Equatable {
  /// The folder that is searched for its files, beside the folder of all data.
  public let folder: String
  /// What it is called.
  public let name: String
  /// Where it can be had.
  public let origin: String
  /// Its channels and where each lies.
  public let channels: [ChannelSource]
  /// Channels in each of its files.
  public let channelsPerFile: Int
  /// Which frames train, validate and test.
  public let split: Experiment.SplitRule
  /// The structures that are split when none are named; empty where there is no usual choice.
  public let structures: [String]

  /// A set of the given files.
  init(
    folder: String, name: String, origin: String, channels: [ChannelSource],
    channelsPerFile: Int = 1, split: Experiment.SplitRule, structures: [String]
  ) {
    self.folder = folder
    self.name = name
    self.origin = origin
    self.channels = channels
    self.channelsPerFile = channelsPerFile
    self.split = split
    self.structures = structures
  }

  /// What names it on the command line, such as `paviaatn`.
  public var id: String { folder.lowercased() }

  /// The channels of the given names, in this order.
  public func sources(_ names: [String]) -> [ChannelSource] {
    names.map { name in
      guard let source = channels.first(where: { $0.name == name }) else {
        preconditionFailure("\(self.name) has no channel \(name)")
      }
      return source
    }
  }

  // MARK: Files

  /// The channels of the given names with the files where they are, which are not opened.
  ///
  /// - Parameters:
  ///   - names: names of channels, in the wanted order
  ///   - place: the folder of the set, or the one above it; or the file, of a set of one file
  /// - Throws: ``MissingImages`` with where they can be had when a file is not there.
  public func find(_ names: [String], in place: URL) throws(MissingImages) -> [ChannelSource] {
    var found: [ChannelSource] = []
    for var source in sources(names) {
      let places = candidates(source.file, in: place)
      guard let file = places.first(where: { FileManager.default.fileExists(atPath: $0.path) })
      else {
        throw MissingImages(
          name: name,
          description: "\(name) is not there: looked for "
            + places.map(\.path).joined(separator: " and ")
            + ". It is published: \(origin). Put the files into a folder \(folder)/ and name it, or "
            + "the folder above it, with --data")
      }
      source.file = file.path
      found.append(source)
    }
    return found
  }

  /// The channels of the given names as they are to be read from the files that are there.
  ///
  /// A file of several channels whose pages do not say what they are is read with the channels of
  /// one frame after each other.
  ///
  /// - Parameter axes: the axes of the files as the user gives them; empty for those the files name
  /// - Throws: ``MissingImages`` as `find`; `ImagingError` when a file cannot be read or has another
  ///   number of channels than the set.
  public func sources(
    _ names: [String], in place: URL, axes: String = ""
  ) throws -> [ChannelSource] {
    var known: [String: String] = [:]
    return try find(names, in: place).map { source in
      var source = source
      source.axes = try known[source.file] ?? self.axes(of: source.file, given: axes)
      known[source.file] = source.axes
      return source
    }
  }

  private func candidates(_ file: String, in place: URL) -> [URL] {
    let isOneFile = Set(channels.map(\.file)).count == 1
    var isFolder: ObjCBool = false
    if isOneFile, FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder),
      !isFolder.boolValue
    {
      return [place.standardizedFileURL]
    }
    return [place.appendingPathComponent(folder), place].map {
      $0.appendingPathComponent(file).standardizedFileURL
    }
  }

  /// The axes that a file is to be read with; empty for those that it names.
  private func axes(of file: String, given: String) throws(ImagingError) -> String {
    let url = URL(fileURLWithPath: file)
    let paged = "TC\(channelsPerFile)YX"
    func channels(_ axes: String) throws(ImagingError) -> Int {
      let reading = axes.isEmpty ? nil : try AxesReading(axes)
      let images = try ImageFile.images(in: url, ImageReadingOptions(axes: reading))
      return images[0].description.channels.count
    }
    let found: Int
    do {
      found = try channels(given)
    } catch  where error.kind == .ambiguous && given.isEmpty && channelsPerFile > 1 {
      found = 1
    }
    if found == channelsPerFile { return given }
    if found == 1, given.isEmpty, try channels(paged) == channelsPerFile { return paged }
    throw ImagingError(
      .mismatch,
      "\(file) has \(found) channels, but the files of \(name) have \(channelsPerFile); "
        + "say how it is to be read with --axes, such as --axes \(paged), or take the published file"
    )
  }
}
