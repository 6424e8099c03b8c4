import Foundation
import Imaging
import TestSupport

/// Tiny images of two structures and a model trained on them, made once for all tests.
struct Workshop: Sendable {
  static let shared = Result { try Workshop() }

  /// Options of a network that is trained in no time.
  static let tiny = [
    "--filters", "2", "--latents", "2", "--patch", "16", "--levels", "2", "--contexts", "2",
    "--threads", "1",
  ]
  /// The option that makes it one of the authors' networks, whose weights a checkpoint can hold.
  static let likeTheAuthors = ["--backbone", "hvae", "--set", "network.varianceBranch=false"]

  /// The folder with all files.
  let folder: URL
  /// Images of the structure `spots`, `[4, 1, 32, 32]`, 16 bits.
  var spots: String { folder.appendingPathComponent("spots.tif").path }
  /// Images of the structure `lines`.
  var lines: String { folder.appendingPathComponent("lines.tif").path }
  /// Their mean, 32-bit floating point.
  var input: String { folder.appendingPathComponent("input.tif").path }
  /// The run of the training.
  var run: URL { folder.appendingPathComponent("run") }
  /// The trained model.
  var model: String { run.appendingPathComponent("checkpoints/best.safetensors").path }
  /// What the training printed.
  let training: Outcome

  /// The options that name the targets.
  var targets: [String] { ["--target", "spots=\(spots)", "--target", "lines=\(lines)"] }

  private init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("usplit-test-workshop-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit {
      if let workshop = try? Workshop.shared.get() {
        try? FileManager.default.removeItem(at: workshop.folder)
      }
    }
    let images = ["spots", "lines"].map { Self.stack($0) }
    for (image, name) in zip(images, ["spots", "lines"]) {
      try TIFF.write(image, to: folder.appendingPathComponent("\(name).tif"), software: "test")
    }
    var mean = images[0]
    mean.pixels = zip(images[0].pixels, images[1].pixels).map { ($0 + $1) / 2 }
    mean.type = .float32
    try TIFF.write(mean, to: folder.appendingPathComponent("input.tif"), software: "test")
    let paths = ["spots", "lines"].flatMap {
      ["--target", "\($0)=\(folder.appendingPathComponent("\($0).tif").path)"]
    }
    self.folder = folder
    self.training = try Usplit.run(
      ["train"] + Self.tiny + Self.likeTheAuthors + paths + [
        "--epochs", "1", "--steps-per-epoch", "2", "-o", "run",
      ],
      in: folder)
  }

  /// Images of one structure.
  static func stack(
    _ name: String, frames: Int = 4, size: Int = 32, type: PixelType = .uint16
  ) -> ImageStack {
    let pixels = (0..<frames).flatMap { frame in
      (0..<size * size).map { index -> Float in
        let (y, x) = (index / size, index % size)
        return name == "spots"
          ? Float(200 + 50 * ((x * 7 + y * 3 + frame * 5) % 11))
          : Float(100 + 30 * ((x / 3 + y / 5 * 2 + frame) % 7))
      }
    }
    return ImageStack(
      frames: frames, channels: 1, height: size, width: size, pixels: pixels, type: type,
      pixelSize: PixelSize(width: 0.1, height: 0.1, unit: "micrometer"))
  }
}

extension URL {
  /// The path of a file in this folder.
  func path(_ name: String) -> String { appendingPathComponent(name).path }

  /// Reads an image in this folder.
  func image(_ name: String) throws -> ImageStack {
    try ImageStack(contentsOf: appendingPathComponent(name))
  }

  /// Writes an image into this folder.
  func write(_ stack: ImageStack, _ name: String) throws {
    try TIFF.write(stack, to: appendingPathComponent(name), software: "test")
  }

  /// Writes an image into this folder whose file does not say what its frames are.
  func writePlain(_ stack: ImageStack, _ name: String) throws {
    try write(stack, name)
    var data = try Data(contentsOf: appendingPathComponent(name))
    if let range = data.range(of: Data("\nframes=".utf8)) {
      data.replaceSubrange(range, with: Data("\nfromes=".utf8))
    }
    try data.write(to: appendingPathComponent(name))
  }

  /// Writes OME-XML into this folder that makes one image of files of one time point each.
  func writeSet(_ names: [String], _ companion: String) throws {
    let blocks = names.enumerated().map { place, name in
      #"<TiffData IFD="0" FirstT="\#(place)"><UUID FileName="\#(name)"/></TiffData>"#
    }
    let text =
      #"<OME><Image><Pixels SizeC="1" SizeZ="1" SizeT="\#(names.count)">"#
      + blocks.joined() + "</Pixels></Image></OME>"
    try Data(text.utf8).write(to: appendingPathComponent(companion))
  }
}
