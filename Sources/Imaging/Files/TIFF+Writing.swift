import Foundation

extension TIFF {
  /// Files that may grow beyond this many bytes need offsets of 64 bits.
  static let mostClassicBytes = (4 << 30) - (32 << 20)

  /// Writes a stack, one page per plane.
  ///
  /// `uint8`, `uint16` and `float32` are written as an ImageJ hyperstack (`ImageJTIFFSink`), all
  /// that ImageJ cannot read as OME-TIFF (`OMETIFFSink`). For integer types, values are rounded,
  /// halves away from zero, and clamped to the type.
  ///
  /// The file appears at once and complete: it is written under a hidden name beside its place
  /// and renamed.
  ///
  /// - Parameters:
  ///   - stack: the stack, `[N, C, H, W]`; its `type` is the file's, but for `float16`, which
  ///     becomes `float32`
  ///   - url: the file
  ///   - overwrite: whether a file that is there may be replaced
  ///   - software: the program's name and version, for the file's tag
  ///   - notes: keys and values to add as provenance; keys of ImageJ's own are not allowed
  ///   - compression: how to pack pixels
  /// - Throws: `ImagingError` of kind `exists` where a file is there and `overwrite` is false, and
  ///   `unwritable` where the folder or the disk does not take the file
  public static func write(
    _ stack: ImageStack, to url: URL, overwrite: Bool = false, software: String,
    notes: [(String, String)] = [], compression: Compression = .none
  ) throws(ImagingError) {
    let clash = notes.first { ImageJDescription.ownKeys.contains($0.0) }
    precondition(clash == nil, "a note's key \(clash?.0 ?? "") is one of ImageJ's own")
    precondition(
      stack.frames > 0 && stack.channels > 0 && stack.planeCount > 0,
      "a stack of \(stack.frames) × \(stack.channels) × \(stack.height) × \(stack.width) is empty")
    let image = NotedStack(stack, notes: notes)
    let imagej = ImageJTIFFSink(compression: compression, software: software)
    if imagej.obstacle(to: image.description) == nil {
      try imagej.write(image, to: url, overwrite: overwrite)
    } else {
      try OMETIFFSink(compression: compression, software: software)
        .write(image, to: url, overwrite: overwrite)
    }
  }
}

/// A stack in memory with what made it.
private struct NotedStack: ImageSource {
  let stack: ImageStack
  let description: ImageDescription

  init(_ stack: ImageStack, notes: [(String, String)]) {
    var description = stack.description
    description.provenance = notes.map { .init($0.0, $0.1) }
    self.stack = stack
    self.description = description
  }

  var place: String { stack.place }

  func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) {
    stack.read(region, of: plane, level: level, into: bytes)
  }
}
