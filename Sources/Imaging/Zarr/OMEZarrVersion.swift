/// The version of OME-Zarr that an image is written in.
struct OMEZarrVersion {
  /// 1 to 5 for the versions 0.1 to 0.5; nil where none is given.
  let minor: Int?
  /// What is unusual about it, in whole sentences.
  private(set) var remarks: [String] = []

  /// Reads the version of an image.
  ///
  /// - Parameters:
  ///   - multiscale: the element of `multiscales`, where versions up to 0.4 have it
  ///   - attributes: what holds `multiscales`, where version 0.5 has it
  ///   - group: the image's group
  /// - Throws: `ImagingError` of kind `unsupported` where it is not one of 0.1 to 0.5.
  init(
    of multiscale: OMEZarrNode, in attributes: OMEZarrNode, _ group: OMEZarrGroup
  ) throws(ImagingError) {
    let outer = group.hasNamespace ? try attributes.member("version") : nil
    let inner = try multiscale.member("version")
    guard let version = outer ?? inner else {
      minor = group.hasNamespace ? 5 : nil
      return
    }
    let text = try version.text()
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let digits = parts.dropFirst().first?.prefix { $0.isNumber } ?? ""
    guard parts.first == "0", let minor = Int(digits), (1...5).contains(minor) else {
      throw ImagingError(
        .unsupported,
        "\(version.file.path): \(version.key) is OME-Zarr version \(text); versions 0.1 to 0.5 "
          + "are read, so write it as 0.4 or 0.5 with the program that made it")
    }
    self.minor = minor
    let expected = minor < 5 ? 2 : 3
    if group.zarrFormat != expected {
      remarks.append(
        "OME-Zarr \(text) is kept in Zarr version \(expected), this one is in version "
          + "\(group.zarrFormat); it was read all the same.")
    }
  }
}
