import Foundation
import Imaging

extension DataSplit {
  /// Writes the split as JSON, replacing the file in one step.
  ///
  /// - Throws: `ImagingError` when that fails.
  func write(to url: URL) throws(ImagingError) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(self).write(to: url, options: .atomic)
    } catch {
      throw ImagingError(.unwritable, "cannot write \(url.path): \(error.localizedDescription)")
    }
  }
}
