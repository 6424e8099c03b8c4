import CImageIO

extension RGBColor {
  /// The colour at the end of ImageJ's table of 256 reds, greens and blues; nil where the table
  /// does not run evenly from black to it.
  init?(table bytes: some Collection<UInt8>) {
    let parts = Array(bytes)
    guard parts.count == 768 else { return nil }
    self.init(parts: (0..<3).map { part in parts[256 * part..<256 * part + 256].map(Int.init) })
  }

  /// The colour at the end of the current page's colour map; nil where it has none that runs
  /// evenly from black to a colour.
  init?(mapOf handle: OpaquePointer) {
    var fields = CImageIOPage()
    cimageio_tiff_page(handle, &fields)
    var red: UnsafePointer<UInt16>?
    var green: UnsafePointer<UInt16>?
    var blue: UnsafePointer<UInt16>?
    guard fields.bits_per_sample == 8, fields.photometric == 3,
      cimageio_tiff_color_map(handle, &red, &green, &blue) != 0, let red, let green, let blue
    else { return nil }
    self.init(
      parts: [red, green, blue].map { part in (0..<256).map { Int(part[$0] >> 8) } })
  }

  private init?(parts: [[Int]]) {
    let ends = parts.map { UInt8($0[255]) }
    let isEven = zip(parts, ends).allSatisfy { part, end in
      part.indices.allSatisfy { abs(part[$0] - $0 * Int(end) / 255) <= 2 }
    }
    guard isEven, ends.contains(where: { $0 > 0 }) else { return nil }
    self.init(ends[0], ends[1], ends[2])
  }
}
