import Foundation

/// OME-XML as the description of a TIFF file and as a companion file beside it.
enum Markup {
  static func read(_ text: [UInt8], in scratch: Scratch) -> Bool {
    var tiff = SmallTIFF()
    tiff.description = text
    let image = scratch.write(tiff.data, "fuzz.tif")
    let companion = scratch.write(text, "fuzz.companion.ome")
    let isRead = ImageCheck.readTIFF(image)
    return ImageCheck.readTIFF(companion) || isRead
  }
}
