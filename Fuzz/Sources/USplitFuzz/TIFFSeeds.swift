import Foundation
import FuzzTargets
import Imaging

/// Good TIFF files of every compression and form.
enum TIFFSeeds {
  static var files: [[UInt8]] {
    let images = [
      PatternImage(channels: 2), PatternImage(channels: 1, side: 70, levels: 3, type: .float32),
      PatternImage(times: 2, channels: 2, slices: 2, side: 12, type: .uint8),
    ]
    let made = TIFF.Compression.allCases.flatMap { compression in
      images.map {
        $0.written(with: OMETIFFSink(compression: compression, software: "fuzz"), "image.ome.tif")
      }
    }
    let imageJ = PatternImage(times: 2, channels: 2, slices: 2, side: 12)
      .written(with: ImageJTIFFSink(software: "fuzz"), "image.tif")
    return made + [imageJ, [UInt8](SmallTIFF().data)]
  }
}

extension ImageSource {
  /// The bytes of a file that a sink writes.
  ///
  /// - Parameters:
  ///   - sink: what writes
  ///   - name: the name of the file or folder
  ///   - path: the file in the folder; nil where a file is written
  func written(with sink: any ImageSink, _ name: String, _ path: String? = nil) -> [UInt8] {
    let scratch = Scratch()
    let url = scratch.folder.appendingPathComponent(name)
    do {
      try sink.write(self, to: url)
    } catch {
      preconditionFailure("\(error)")
    }
    return scratch.bytes(path.map { url.appendingPathComponent($0) } ?? url)
  }
}
