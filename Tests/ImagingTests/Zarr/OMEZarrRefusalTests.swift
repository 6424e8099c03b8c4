import Foundation
import Imaging
import TestSupport
import Testing

@Suite("OME-Zarr that cannot be read")
final class OMEZarrRefusalTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func store() throws -> OMEZarrStore { try OMEZarrStore(in: folder.url) }

  private func refusal(_ url: URL) -> ImagingError? {
    #expect(throws: ImagingError.self) { try OMEZarr.images(url) }
  }

  @Test("what is no Zarr is refused in words")
  func noZarr() throws {
    let store = try store()
    #expect(refusal(folder.url.appendingPathComponent("none"))?.kind == .missing)
    #expect(refusal(store.url)?.description.contains("without Zarr metadata") == true)
    try store.image04("a/", axes: OMEZarrStore.yx, shapes: [[3, 4]])
    #expect(refusal(store.url)?.description.contains("it holds a") == true)
    let file = store.url.appendingPathComponent("a/.zattrs")
    #expect(refusal(file)?.description.contains("is a file") == true)
    try store.write(".zgroup", "{\"zarr_format\": 2}")
    #expect(refusal(store.url)?.description.contains("without an image") == true)
  }

  @Test("a plate, a well and a group of labels name what to open instead")
  func others() throws {
    let store = try store()
    try store.write(".zattrs", #"{"plate": {"wells": [{"path": "B/7"}]}}"#)
    #expect(refusal(store.url)?.description.contains("/B/7/0") == true)
    try store.write(".zattrs", #"{"plate": 1, "bioformats2raw.layout": 3}"#)
    #expect(refusal(store.url) != nil)
    try store.write(".zattrs", #"{"well": {"images": [{"path": "3"}]}}"#)
    #expect(refusal(store.url)?.description.hasSuffix("image.zarr/3") == true)
    try store.write(".zattrs", #"{"labels": ["cells"]}"#)
    #expect(refusal(store.url)?.description.hasSuffix("image.zarr/cells") == true)
  }

  @Test("paths that lead out of the store are refused")
  func paths() throws {
    let outside = try OMEZarrStore(in: folder.url, name: "outside")
    try outside.array("0", [3, 4])
    let store = try store()
    for path in ["../outside/0", "/etc", "", ".", "a/../../outside/0", outside.url.path + "/0"] {
      try store.write(
        ".zattrs",
        """
        {"multiscales": [{"version": "0.4", "axes": [\(OMEZarrStore.yx.joined(separator: ", "))],
          "datasets": [{"path": "\(path)"}]}]}
        """)
      let error = refusal(store.url)
      #expect(error?.description.contains("multiscales[0].datasets[0].path") == true)
    }
    try store.image04(axes: OMEZarrStore.yx, shapes: [[3, 4]])
    try FileManager.default.removeItem(at: store.url.appendingPathComponent("0"))
    try FileManager.default.createSymbolicLink(
      at: store.url.appendingPathComponent("0"),
      withDestinationURL: outside.url.appendingPathComponent("0"))
    #expect(refusal(store.url) != nil)
  }

  @Test(
    "malformed metadata name the file and the key",
    arguments: [
      (#"{"multiscales": 3}"#, "multiscales is 3"),
      (#"{"multiscales": []}"#, "multiscales is a list of 0"),
      (#"{"multiscales": [4]}"#, "multiscales[0] is 4"),
      (#"{"multiscales": [{"axes": ["y", "x"]}]}"#, "multiscales[0] lacks the key \"datasets\""),
      (#"{"multiscales": [{"axes": ["y", "x"], "datasets": []}]}"#, "multiscales[0].datasets"),
      (#"{"multiscales": [{"axes": ["y", "x"], "datasets": [{"path": 0}]}]}"#, "[0].path is 0"),
      (#"{"multiscales": [{"axes": [{"type": "space"}], "datasets": [{}]}]}"#, "axes[0] lacks"),
      (
        #"{"multiscales": [{"axes": "yx", "datasets": [{}]}]}"#,
        "multiscales[0].axes is the text \"yx\""
      ),
      (
        #"""
        {"multiscales": [{"axes": ["y", "x"], "datasets": [{"path": "0",
          "coordinateTransformations": [{"type": "scale", "scale": [1]}]}]}]}
        """#, "datasets[0].coordinateTransformations[0].scale is a list of 1"
      ),
      (
        #"""
        {"multiscales": [{"axes": ["y", "x"], "datasets": [{"path": "0",
          "coordinateTransformations": [{"type": "scale", "scale": [1, "2"]}]}]}]}
        """#, "coordinateTransformations[0].scale[1] is the text \"2\""
      ),
      (
        #"{"multiscales": [{"version": "0.6", "axes": ["y", "x"], "datasets": [{"path": "0"}]}]}"#,
        "version 0.6"
      ),
      (
        #"{"multiscales": [{"axes": ["y", "x"], "datasets": [{"path": "0"}]}], "omero": 7}"#,
        "omero is 7"
      ),
      (#"{"bioformats2raw.layout": 2}"#, "only layout 3"),
      (#"{"bioformats2raw.layout": 3}"#, "no image"),
      (#"{"multiscales": "#, ".zattrs"), ("[]", ".zattrs"),
    ])
  func malformed(metadata: String, message: String) throws {
    let store = try store()
    try store.array("0", [3, 4])
    try store.write(".zattrs", metadata)
    let error = refusal(store.url)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("axes that are named twice, contradict their type or do not fit the array are refused")
  func axes() throws {
    let lists: [([String], ImagingError.Kind)] = [
      (["y", "y"].map { OMEZarrStore.axis($0, "space") }, .ambiguous),
      ([OMEZarrStore.axis("t", "time"), OMEZarrStore.axis("x", "space")], .ambiguous),
      ([OMEZarrStore.axis("y", "channel"), OMEZarrStore.axis("x", "space")], .ambiguous),
      ([OMEZarrStore.axis("a", "space"), OMEZarrStore.axis("x", "space")], .ambiguous),
    ]
    for (axes, kind) in lists {
      let store = try OMEZarrStore(in: folder.url, name: UUID().uuidString)
      try store.image04(axes: axes, shapes: [[3, 4]])
      #expect(refusal(store.url)?.kind == kind)
    }
    let store = try store()
    try store.image04(axes: OMEZarrStore.yx, shapes: [[3, 4]])
    try store.array("0", [2, 3, 4])
    #expect(refusal(store.url)?.kind == .mismatch)
  }

  @Test("levels that are missing, grow, change their type or lose channels are refused")
  func levels() throws {
    let channels = [OMEZarrStore.axis("c", "channel")] + OMEZarrStore.yx
    for wrong in [[2, 9, 8], [1, 4, 4], [4, 4]] {
      let store = try OMEZarrStore(in: folder.url, name: UUID().uuidString)
      try store.image04(axes: channels, shapes: [[2, 8, 8], wrong])
      #expect(refusal(store.url)?.kind == .mismatch)
    }
    let store = try store()
    try store.image04(axes: channels, shapes: [[2, 8, 8], [2, 4, 4]])
    try store.array("1", [2, 4, 4], type: "uint8")
    #expect(refusal(store.url)?.description.contains("is of type uint8") == true)
    try FileManager.default.removeItem(at: store.url.appendingPathComponent("1"))
    #expect(refusal(store.url) != nil)
  }

  @Test("absurd sizes are refused before anything is made of them")
  func absurd() throws {
    for shape in [[1 << 40, 4, 4], [0, 4, 4], [1 << 40, 1 << 40, 4]] {
      let store = try OMEZarrStore(in: folder.url, name: UUID().uuidString)
      try store.image04(
        axes: [OMEZarrStore.axis("c", "channel")] + OMEZarrStore.yx, shapes: [[1, 4, 4]])
      try store.write(
        "0/.zarray",
        """
        {"zarr_format": 2, "shape": \(shape), "chunks": [1, 4, 4], "dtype": "<u2",
         "compressor": null, "fill_value": 0, "order": "C", "filters": null}
        """)
      #expect(refusal(store.url) != nil)
    }
  }
}
