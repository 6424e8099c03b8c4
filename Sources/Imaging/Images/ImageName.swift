import Foundation

/// The name of an image's file or folder, taken apart.
///
/// Only extensions of images are taken off, and those as a whole: `a.b.c.ome.tif` is `a.b.c` and
/// `.ome.tif`.
public struct ImageName: Sendable, Equatable {
  /// The name without the extension.
  public let stem: String
  /// The extension with its dot, as written; empty where it is none of an image.
  public let fileExtension: String

  /// Extensions of images, those of several parts first.
  static let extensions = [
    ".companion.ome", ".ome.tiff", ".ome.tif", ".ome.tf2", ".ome.tf8", ".ome.btf", ".ome.zarr",
    ".tiff", ".tif", ".tf2", ".tf8", ".btf", ".zarr",
  ]

  /// Takes apart the last part of a path.
  public init(_ url: URL) { self.init(url.lastPathComponent) }

  /// Takes apart a name.
  public init(_ name: String) {
    let lower = name.lowercased()
    let found = Self.extensions.first { lower.hasSuffix($0) && lower.count > $0.count }
    stem = String(name.dropLast(found?.count ?? 0))
    fileExtension = String(name.suffix(found?.count ?? 0))
  }

  /// The form that the extension stands for; nil where it stands for none.
  ///
  /// Of `.tif` alone, ImageJ's; of Zarr, OME-Zarr 0.4.
  public var format: ImageFormat? {
    switch fileExtension.lowercased() {
    case ".ome.tiff", ".ome.tif", ".ome.tf2", ".ome.tf8", ".ome.btf", ".tf2", ".tf8", ".btf":
      .omeTIFF
    case ".tiff", ".tif": .imageJTIFF
    case ".ome.zarr", ".zarr": .omeZarr04
    default: nil
    }
  }
}

extension ImageFormat {
  /// The extension of files of this form.
  public var fileExtension: String {
    switch self {
    case .omeTIFF: ".ome.tif"
    case .imageJTIFF, .tiff, .memory: ".tif"
    case .omeZarr04, .omeZarr05, .zarr: ".ome.zarr"
    }
  }

  /// Whether the form has a place for the levels of a pyramid.
  public var hasLevels: Bool {
    switch self {
    case .omeTIFF, .omeZarr04, .omeZarr05, .zarr: true
    case .imageJTIFF, .tiff, .memory: false
    }
  }

  /// The form that results of an image of this form are written in, where it takes them.
  ///
  /// Plain TIFF becomes ImageJ's; Zarr arrays become OME-Zarr.
  public var written: ImageFormat {
    switch self {
    case .imageJTIFF, .tiff, .memory: .imageJTIFF
    case .zarr: .omeZarr05
    case .omeTIFF, .omeZarr04, .omeZarr05: self
    }
  }
}
