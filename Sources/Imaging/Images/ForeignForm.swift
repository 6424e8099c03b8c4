import Foundation

/// Forms of images that are not read, by the extensions of their files, and what to do about them.
enum ForeignForm {
  private static let export = "export it as OME-TIFF with Fiji (Plugins > Bio-Formats)"

  /// What a file is and what to do; nil where it may be an image that is read.
  ///
  /// - Parameters:
  ///   - url: the file
  ///   - start: its first bytes
  static func advice(for url: URL, start: some Sequence<UInt8>) -> String? {
    let name = url.pathExtension.lowercased()
    // Files of Olympus begin as TIFF, with a small picture in colour.
    guard name == "vsi" || !TIFFFile.hasSignature(start) else { return nil }
    switch name {
    case "czi": return "a file of Zeiss's ZEN (CZI); \(export)"
    case "lif", "lof": return "a file of Leica's LAS X (\(name.uppercased())); \(export)"
    case "nd2": return "a file of Nikon's NIS-Elements (ND2); \(export)"
    case "oib", "oif", "oir", "vsi":
      return "a file of Olympus's microscopes (\(name.uppercased())); \(export)"
    case "ims": return "a file of Imaris (IMS); \(export)"
    case "dv": return "a file of DeltaVision (DV); \(export)"
    case "h5", "hdf5": return "a file in HDF5; write it as TIFF or OME-Zarr"
    case "zip": return "a ZIP archive; unzip it and name what is in it"
    case "png": return "a PNG picture; save the image that it was made of as TIFF"
    case "jpg", "jpeg": return "a JPEG picture; save the image that it was made of as TIFF"
    default: return nil
    }
  }
}
