import Foundation
import Imaging

/// What must hold of images however they came to be.
enum ImageCheck {
  /// Reads a TIFF file; whether all of it could be read.
  static func readTIFF(_ url: URL) -> Bool {
    read { () throws(ImagingError) in try TIFF.images(url) }
  }

  /// Opens images, checks what they say of themselves and reads the corners of every level;
  /// whether all of it could be read.
  static func read(_ open: () throws(ImagingError) -> [any ImageSource]) -> Bool {
    do {
      let images = try open()
      require(!images.isEmpty, "no image and no error")
      for image in images.prefix(8) { try read(image) }
      return true
    } catch {
      let text = error.description
      require(!text.isEmpty && !text.contains { $0.isNewline }, "\(text.debugDescription)")
      require(text.utf8.count < 10_000, "an error is told in \(text.utf8.count) bytes")
      return false
    }
  }

  /// Ends the program where something does not hold, with the reason also in release mode.
  private static func require(_ holds: Bool, _ reason: @autoclosure () -> String) {
    if !holds { fatalError(reason()) }
  }

  private static func read(_ image: any ImageSource) throws(ImagingError) {
    let description = image.description
    let sizes = Axis.allCases.map { description.size($0) }
    require(sizes.allSatisfy { $0 > 0 }, "sizes \(sizes)")
    require(Set(description.axes).count == description.axes.count, description.axesText)
    require(
      description.levels.first
        == ImageDescription.Level(height: description.height, width: description.width),
      "the first level is \(description.levels)")
    require(description.byteCount != nil, "sizes \(sizes) cannot be counted")
    require(description.remarks.allSatisfy { !$0.isEmpty }, "an empty remark")
    if let size = description.pixelSize {
      require(size.width > 0 && size.height > 0 && (size.depth ?? 1) > 0, "\(size)")
      require(size.width.isFinite && size.height.isFinite, "\(size)")
    }
    if let step = description.timeStep { require(step > 0 && step.isFinite, "\(step)") }
    let last = PlaneIndex(
      time: description.times - 1, channel: description.channels.count - 1,
      slice: description.slices - 1)
    for (number, level) in description.levels.enumerated().prefix(16) {
      for plane in [PlaneIndex(), last] {
        let (height, width) = (min(level.height, 40), min(level.width, 40))
        for (row, column) in [(0, 0), (level.height - height, level.width - width)] {
          let region = PlaneRegion(row: row, column: column, height: height, width: width)
          let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: region.count * description.type.byteCount, alignment: 16)
          defer { bytes.deallocate() }
          try image.read(region, of: plane, level: number, into: bytes)
        }
      }
    }
  }
}
