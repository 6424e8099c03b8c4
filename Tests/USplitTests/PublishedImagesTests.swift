import Experiment
import Foundation
import Imaging
import TestSupport
import Testing
import USplit

@Suite("Published images by name")
struct PublishedImagesTests {
  /// Pixel values that tell frame and channel.
  private func value(_ frame: Int, _ channel: Int) -> Float { Float(100 * frame + channel) }

  /// 16 frames of 8 × 8 pixels in four channels.
  private func frames(channels: Int, value: (Int) -> Float) -> [Float] {
    (0..<16 * channels).flatMap { [Float](repeating: value($0), count: 64) }
  }

  /// The layout of OptiMEM100x014.tif: each page has four samples per pixel, which no metadata name.
  private func channelsLast() -> Data {
    var file = Data("II*\0".utf8)
    func append(_ value: UInt32, to data: inout Data) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    func append(_ value: UInt16, to data: inout Data) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    let pixelBytes = 8 * 8 * 4 * 2
    let pageBytes = 8 + pixelBytes + 2 + 10 * 12 + 4
    append(UInt32(8 + 8 + pixelBytes), to: &file)
    for frame in 0..<16 {
      for _ in 0..<4 { append(UInt16(16), to: &file) }  // bits of each sample
      for _ in 0..<64 {
        for channel in 0..<4 { append(UInt16(value(frame, channel)), to: &file) }
      }
      let start = 8 + frame * pageBytes
      append(UInt16(10), to: &file)
      let tags: [(tag: UInt16, type: UInt16, count: UInt32, value: Int)] = [
        (256, 3, 1, 8), (257, 3, 1, 8), (258, 3, 4, start), (259, 3, 1, 1), (262, 3, 1, 1),
        (273, 4, 1, start + 8), (277, 3, 1, 4), (278, 3, 1, 8), (279, 4, 1, pixelBytes),
        (284, 3, 1, 1),
      ]
      for entry in tags {
        append(entry.tag, to: &file)
        append(entry.type, to: &file)
        append(entry.count, to: &file)
        append(UInt32(entry.value), to: &file)
      }
      append(UInt32(frame < 15 ? start + pageBytes + 8 + pixelBytes : 0), to: &file)
    }
    return file
  }

  private func check(_ sources: [ChannelSource]) throws {
    var configuration = DataConfiguration()
    configuration.targets = sources
    let images = try TrainingImages(configuration)
    #expect(images.frames == 16 && images.height == 8 && images.width == 8)
    for frame in [0, 7, 15] {
      let planes = try images.targetPlanes(frame: frame)
      #expect(planes.map(\.values[0]) == [value(frame, 3), value(frame, 0)])
      #expect(planes.map(\.values[63]) == [value(frame, 3), value(frame, 0)])
    }
  }

  @Test("PaviaATN is read with its channels last, first, or named, and divided as the authors do")
  func paviaATN() throws {
    let folder = try TemporaryFolder()
    let images = PublishedImages.paviaATN
    let place = folder.url.appendingPathComponent("PaviaATN")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let file = place.appendingPathComponent("OptiMEM100x014.tif")
    let names = ["tubulin", "nucleus"]

    try channelsLast().write(to: file)
    let last = try images.sources(names, in: folder.url)
    #expect(last.map(\.channel) == [.index(3), .index(0)])
    #expect(last.allSatisfy { $0.file == file.standardizedFileURL.path && $0.axes.isEmpty })
    try check(last)
    #expect(try images.sources(names, in: place) == last)
    #expect(try images.sources(names, in: file) == last)

    let pages = frames(channels: 4) { value($0 / 4, $0 % 4) }
    let plain = ImageStack(
      frames: 64, channels: 1, height: 8, width: 8, pixels: pages, type: .uint16)
    try TIFF.write(plain, to: file, overwrite: true, software: "test")
    let first = try images.sources(names, in: folder.url)
    #expect(first.allSatisfy { $0.axes == "TC4YX" })
    try check(first)

    let named = ImageStack(
      frames: 16, channels: 4, height: 8, width: 8, pixels: pages, type: .uint16)
    try TIFF.write(named, to: file, overwrite: true, software: "test")
    try check(try images.sources(names, in: folder.url))

    #expect(images.split == .dealt && images.structures.isEmpty)
    let split = try DataSplit.make(
      rule: .dealt, frames: 61, height: 8, width: 8, validation: 0.1, test: 0.1, patch: 8)
    #expect(split.validation.map(\.frame) == [0, 1, 2, 6, 7, 8])
    #expect(split.test.map(\.frame) == [3, 4, 5, 9, 10, 11])
    #expect(split.train.map(\.frame) == Array(12..<61))
  }

  @Test("the two files of Hagen et al. are paired by their frames, and the first frames test")
  func hagen() throws {
    let folder = try TemporaryFolder()
    for (name, channel) in [("actin", 3), ("mito", 0)] {
      let stack = ImageStack(
        frames: 16, channels: 1, height: 8, width: 8,
        pixels: frames(channels: 1) { value($0, channel) }, type: .uint16)
      try TIFF.write(
        stack, to: folder.url.appendingPathComponent("\(name)-60x-noise2-highsnr.tif"),
        software: "test")
    }
    let images = PublishedImages.hagen
    try check(try images.sources(images.structures, in: folder.url))
    let split = try DataSplit.make(
      rule: .startingTest, frames: 100, height: 8, width: 8, validation: 0.1, test: 0.1,
      patch: 8)
    #expect(images.split == .startingTest)
    #expect(split.test.map(\.frame) == Array(0..<10))
    #expect(split.validation.map(\.frame) == Array(10..<20))
  }

  @Test("files that are not there are missed with where they are published")
  func missing() throws {
    let folder = try TemporaryFolder()
    for (images, words) in [
      (PublishedImages.paviaATN, ["OptiMEM100x014.tif", "zenodo.8235843", "PaviaATN/"]),
      (.hagen, ["actin-60x-noise2-highsnr.tif", "10.5524/100888", "Hagen/"]),
    ] {
      let names = Array(images.channels.map(\.name).prefix(2))
      let error = #expect(throws: MissingImages.self) { try images.find(names, in: folder.url) }
      for word in words + [folder.url.lastPathComponent, "--data"] {
        #expect(error?.description.contains(word) == true, "\(word)")
      }
    }
  }

  @Test("a file with other channels than the set is refused with both numbers")
  func otherChannels() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("OptiMEM100x014.tif")
    let two = ImageStack(
      frames: 16, channels: 2, height: 8, width: 8, pixels: frames(channels: 2) { Float($0) },
      type: .uint16)
    try TIFF.write(two, to: file, software: "test")
    let error = #expect(throws: ImagingError.self) {
      try PublishedImages.paviaATN.sources(["actin", "tubulin"], in: folder.url)
    }
    #expect(error?.description.contains("has 2 channels") == true)
    #expect(error?.description.contains("have 4") == true)
  }

  @Test("sets have names of their own and structures that they have")
  func names() {
    #expect(Set(PublishedImages.all.map(\.id)).count == PublishedImages.all.count)
    #expect(PublishedImages.all.map(\.id).prefix(2) == ["paviaatn", "hagen"])
    for images in PublishedImages.all {
      #expect(images.sources(images.structures).count == images.structures.count)
    }
  }
}
