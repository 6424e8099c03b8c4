import Foundation
import Imaging

/// Good OME-Zarr folders whose metadata inputs take the place of.
///
/// An input as bytes: the number of the folder, and the texts of its files in order with a zero
/// between them. An empty or missing text leaves a file as it is.
public final class MetadataStores: Sendable {
  /// One of the folders.
  public struct Store: Sendable {
    /// What is opened, relative to the folder of all.
    public let path: String
    /// Its files of metadata, as paths of the same kind.
    public let files: [String]
    /// What they say.
    public let texts: [[UInt8]]
  }

  /// The folders.
  public let stores: [Store]
  private let scratch = Scratch()

  /// Writes the folders.
  public init() {
    let image = PatternImage(times: 2, channels: 2, side: 20, levels: 2)
    let sinks: [(name: String, sink: any ImageSink)] = [
      ("a.zarr", OMEZarrSink(version: .v04, compression: .bloscZstd, software: "fuzz")),
      ("b.zarr", OMEZarrSink(version: .v05, compression: .zstd, software: "fuzz")),
      ("c.zarr", OMEZarrSink(version: .v05, compression: .none, sharded: true, software: "fuzz")),
      ("d.zarr/0", OMEZarrSink(version: .v05, compression: .none, software: "fuzz")),
    ]
    scratch.makeFolder(scratch.folder.appendingPathComponent("d.zarr/OME"))
    for (name, sink) in sinks {
      do {
        try sink.write(image, to: scratch.folder.appendingPathComponent(name))
      } catch {
        preconditionFailure("\(error)")
      }
    }
    let layout = #""attributes":{"ome":{"version":"0.5","bioformats2raw.layout":3}}"#
    let series = #""attributes":{"ome":{"version":"0.5","series":["0"]}}"#
    for (path, attributes) in [("d.zarr", layout), ("d.zarr/OME", series)] {
      scratch.write(
        #"{"zarr_format":3,"node_type":"group",\#(attributes)}"#.utf8, path + "/zarr.json")
    }
    stores = [
      ("a.zarr", [".zattrs", "0/.zarray", "1/.zarray", ".zgroup"]),
      ("b.zarr", ["zarr.json", "0/zarr.json", "1/zarr.json"]),
      ("c.zarr", ["zarr.json", "0/zarr.json", "1/zarr.json"]),
      ("d.zarr", ["zarr.json", "OME/zarr.json", "0/zarr.json"]),
      ("a.zarr/0", [".zarray", ".zattrs"]), ("b.zarr/0", ["zarr.json"]),
    ].map { [scratch] path, names in
      let files = names.map { "\(path)/\($0)" }
      return Store(
        path: path, files: files,
        texts: files.map { file in
          let url = scratch.folder.appendingPathComponent(file)
          let exists = FileManager.default.fileExists(atPath: url.path)
          return exists ? scratch.bytes(url) : Array("{}".utf8)
        })
    }
  }

  func read(_ input: [UInt8]) -> Bool {
    let store = stores[Int(input.first ?? 0) % stores.count]
    let parts = input.dropFirst().split(separator: 0, omittingEmptySubsequences: false)
    for (number, file) in store.files.enumerated() {
      let isGiven = number < parts.count && !parts[number].isEmpty
      scratch.write(isGiven ? parts[number] : store.texts[number][...], file)
    }
    defer {
      // Two of the folders are parts of others.
      for (file, good) in zip(store.files, store.texts) { scratch.write(good, file) }
    }
    return ImageCheck.read { () throws(ImagingError) in
      try OMEZarr.images(scratch.folder.appendingPathComponent(store.path))
    }
  }
}
