import Foundation
import Imaging
import TestSupport
import Testing
import USplit

@Suite("Documentation")
struct DocumentationTests {
  /// The example on the first page.
  private func split(_ image: URL, with model: URL) throws -> [String: Plane] {
    let model = try SplitModel(contentsOf: model)
    let frame = try ImageFile.image(in: image).plane(PlaneIndex(time: 0, channel: 0, slice: 0))
    let input = try model.description.inputScale.prepared(frame)
    let planes = try Splitter(model, SplitOptions(inner: 8))(input)
    return Dictionary(uniqueKeysWithValues: zip(model.description.channels, planes))
  }

  @Test("the example on the first page splits an image")
  func example() throws {
    let folder = try TemporaryFolder()
    let model = folder.url.appendingPathComponent("model.safetensors")
    try Tiny.model().save(to: model)
    let image = folder.url.appendingPathComponent("image.tif")
    try TIFF.write(Tiny.targets()[0], to: image, software: "test")
    let planes = try split(image, with: model)
    #expect(Set(planes.keys) == ["nuclei", "filaments"])
    #expect(planes.values.allSatisfy { $0.height == 48 && $0.width == 48 })
  }
}
