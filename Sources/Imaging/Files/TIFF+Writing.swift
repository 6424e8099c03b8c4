import CImageIO
import Foundation

/// What `TIFF.write` had to change.
public struct TIFFWriteReport: Sendable, Equatable {
  /// Pixels outside of the file's type, which were set to its nearest value, or to 0 for NaN.
  public let clampedPixels: Int
}

extension TIFF {
  /// How pixels are packed in a written file.
  public enum Compression: String, Sendable, CaseIterable {
    /// As they are; opens fastest.
    case none
    /// Deflate, without loss.
    case deflate
  }

  /// Data above this many bytes are written as BigTIFF, whose offsets have 64 bits.
  static let mostClassicBytes = (4 << 30) - (32 << 20)

  /// Writes a stack, one page per plane, channels the fastest.
  ///
  /// `uint8`, `uint16` and `float32` are written as an ImageJ hyperstack of channels and frames,
  /// with channel names as labels and the pixel size, which Fiji and tifffile open with the right
  /// axes. ImageJ has no other types: those are written with tifffile's description of the shape.
  /// For integer types, values are rounded, halves away from zero, and clamped to the type.
  ///
  /// The file appears at once and complete: it is written under a hidden name beside its place
  /// and renamed.
  ///
  /// - Parameters:
  ///   - stack: the stack, `[N, C, H, W]`; its `type` is the file's
  ///   - url: the file
  ///   - overwrite: whether a file that is there may be replaced
  ///   - software: the program's name and version, for the file's tag
  ///   - notes: keys and values to add to the description; keys of ImageJ's own are not allowed
  ///   - compression: how to pack pixels
  /// - Returns: how many pixels were clamped
  /// - Throws: `ImagingError` of kind `exists` where a file is there and `overwrite` is false, and
  ///   `unwritable` where the folder or the disk does not take the file
  @discardableResult
  public static func write(
    _ stack: ImageStack, to url: URL, overwrite: Bool = false, software: String,
    notes: [(String, String)] = [], compression: Compression = .none
  ) throws(ImagingError) -> TIFFWriteReport {
    let reserved = [
      "ImageJ", "images", "channels", "slices", "frames", "hyperstack", "mode", "loop", "unit",
      "min", "max", "spacing",
    ]
    let clash = notes.first { reserved.contains($0.0) }
    precondition(clash == nil, "a note's key \(clash?.0 ?? "") is one of ImageJ's own")
    precondition(
      stack.frames > 0 && stack.channels > 0 && stack.planeCount > 0,
      "a stack of \(stack.frames) × \(stack.channels) × \(stack.height) × \(stack.width) is empty")
    return try FileReplacement.write(to: url, overwrite: overwrite) { path throws(ImagingError) in
      let writer = try TIFFWriter(
        path: path, stack: stack, software: software, notes: notes, compression: compression,
        name: url)
      return TIFFWriteReport(clampedPixels: try writer.writeAll())
    }
  }
}
