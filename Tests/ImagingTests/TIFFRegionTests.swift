import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Reading TIFF files by region")
final class TIFFRegionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func image(_ page: TIFFBytes.Page, isBigEndian: Bool = false) throws -> TIFFImage {
    try image(TIFFBytes([page], isBigEndian: isBigEndian))
  }

  private func image(_ file: TIFFBytes) throws -> TIFFImage {
    try TIFF.images(try file.write(in: folder.url))[0]
  }

  /// The values of 20 rows and 37 columns, each unlike its neighbours.
  private static func value(_ row: Int, _ column: Int, sample: Int = 0) -> UInt64 {
    UInt64(sample * 16384 + row * 100 + column)
  }

  /// A page of 20 × 37 pixels of 16 bits in tiles of 16 × 16 or strips of 7 rows.
  private static func page(
    isTiled: Bool, samples: Int = 1, isPlanar: Bool = false, isBigEndian: Bool = false,
    compression: Int = 1, pack: ([UInt8]) -> [UInt8] = { $0 }
  ) -> TIFFBytes.Page {
    var page = TIFFBytes.Page(
      height: 20, width: 37, bits: 16, samples: samples, compression: compression)
    page.isPlanar = isPlanar
    page.tile = isTiled ? (16, 16) : nil
    page.rowsPerStrip = 7
    var segments: [[UInt8]] = []
    let (tall, wide) = isTiled ? (16, 16) : (7, 37)
    for planes in isPlanar ? (0..<samples).map({ [$0] }) : [Array(0..<samples)] {
      for top in stride(from: 0, to: 20, by: tall) {
        for left in stride(from: 0, to: 37, by: wide) {
          var bytes: [UInt8] = []
          for row in top..<(isTiled ? top + tall : min(top + tall, 20)) {
            for column in left..<left + wide {
              for sample in planes {
                let value = value(row, column, sample: sample)
                let pair = [UInt8(value & 255), UInt8(value >> 8 & 255)]
                bytes += isBigEndian ? pair.reversed() : pair
              }
            }
          }
          segments.append(pack(bytes))
        }
      }
    }
    page.segments = segments
    return page
  }

  private func expectRegions(_ image: TIFFImage, samples: Int = 1) throws {
    for region in [
      PlaneRegion(row: 0, column: 0, height: 20, width: 37),
      PlaneRegion(row: 5, column: 14, height: 13, width: 5),
      PlaneRegion(row: 19, column: 36, height: 1, width: 1),
      PlaneRegion(row: 14, column: 0, height: 4, width: 37),
    ] {
      for sample in 0..<samples {
        let plane = try image.plane(region, of: PlaneIndex(channel: sample))
        let expected = (0..<region.height).flatMap { row in
          (0..<region.width).map {
            Float(Self.value(region.row + row, region.column + $0, sample: sample))
          }
        }
        #expect(plane.values == expected)
      }
    }
  }

  @Test("strips and tiles of both byte orders are read", arguments: [false, true], [false, true])
  func segments(isTiled: Bool, isBigEndian: Bool) throws {
    let page = Self.page(isTiled: isTiled, isBigEndian: isBigEndian)
    var file = TIFFBytes([page], isBigEndian: isBigEndian)
    try expectRegions(try image(file))
    file.isBig = true
    try expectRegions(try image(file))
  }

  @Test("samples side by side and apart are channels", arguments: [false, true], [false, true])
  func samples(isTiled: Bool, isPlanar: Bool) throws {
    let image = try image(Self.page(isTiled: isTiled, samples: 3, isPlanar: isPlanar))
    #expect(image.description.axesText == (isPlanar ? "CYX" : "YXC"))
    try expectRegions(image, samples: 3)
  }

  /// Packed data that hold the bytes as they are.
  private static let packings: [Int: @Sendable ([UInt8]) -> [UInt8]] = [
    // Deflate: one stored block between zlib's header and checksum.
    8: { bytes in
      let count = [UInt8(bytes.count & 255), UInt8(bytes.count >> 8)]
      var (low, high) = (UInt32(1), UInt32(0))
      for byte in bytes {
        low = (low + UInt32(byte)) % 65521
        high = (high + low) % 65521
      }
      let sum = [UInt8(high >> 8), UInt8(high & 255), UInt8(low >> 8), UInt8(low & 255)]
      return [0x78, 0x01, 0x01] + count + count.map { ~$0 } + bytes + sum
    },
    // PackBits: runs of up to 128 bytes as they are.
    32773: { bytes in
      stride(from: 0, to: bytes.count, by: 128).flatMap { start in
        let run = bytes[start..<min(start + 128, bytes.count)]
        return [UInt8(run.count - 1)] + run
      }
    },
    // zstd: a frame of one segment with one raw block.
    50000: { bytes in
      let size = [UInt8(truncatingIfNeeded: bytes.count), UInt8(bytes.count / 256 - 1)]
      let header = bytes.count << 3 | 1
      return [0x28, 0xb5, 0x2f, 0xfd, 0x60] + size
        + [UInt8(header & 255), UInt8(header >> 8 & 255), UInt8(header >> 16)] + bytes
    },
    // LZW: codes of nine bits, and the table cleared before it needs more.
    5: { bytes in
      var codes: [Int] = []
      for (place, byte) in bytes.enumerated() {
        if place.isMultiple(of: 100) { codes.append(256) }
        codes.append(Int(byte))
      }
      codes.append(257)
      var bits = codes.flatMap { code in (0..<9).map { code >> (8 - $0) & 1 } }
      bits += [Int](repeating: 0, count: (8 - bits.count % 8) % 8)
      return stride(from: 0, to: bits.count, by: 8).map { start in
        UInt8(bits[start..<start + 8].reduce(0) { $0 << 1 | $1 })
      }
    },
  ]

  @Test(
    "LZW, Deflate, PackBits and zstd are read", arguments: [5, 8, 32946, 32773, 50000],
    [false, true])
  func compressions(compression: Int, isTiled: Bool) throws {
    let pack = try #require(Self.packings[compression == 32946 ? 8 : compression])
    try expectRegions(
      try image(Self.page(isTiled: isTiled, compression: compression, pack: pack)))
  }

  @Test("differences of neighbours are added up")
  func predictor() throws {
    var page = TIFFBytes.Page(height: 1, width: 3, compression: 8)
    page.predictor = 2
    let pack = try #require(Self.packings[8])
    page.segments = [pack([5, 1, 255])]
    #expect(try image(page).plane(PlaneIndex()).values == [5, 6, 5])
  }

  @Test("one large strip that is not packed is read in part")
  func largeStrip() throws {
    let width = 40_000
    for isBigEndian in [false, true] {
      let page = TIFFBytes.Page(
        height: 30, width: width, bits: 8,
        values: (0..<30 * width).map { UInt64($0 / width * 7 + $0 % 100) & 255 })
      let image = try image(page, isBigEndian: isBigEndian)
      for region in [
        PlaneRegion(row: 3, column: 39_990, height: 20, width: 10),
        PlaneRegion(row: 1, column: 5, height: 29, width: 39_000),
      ] {
        let values = try image.plane(region, of: PlaneIndex()).values
        let expected = (0..<region.count).map { index in
          let row = region.row + index / region.width
          return Float((row * 7 + (region.column + index % region.width) % 100) & 255)
        }
        #expect(values == expected)
      }
    }
  }

  @Test("levels below a page are a pyramid")
  func pyramid() throws {
    var page = Self.page(isTiled: true)
    var half = TIFFBytes.Page(
      height: 10, width: 18, bits: 16, subfileType: 1, values: (0..<180).map { UInt64($0) })
    half.description = nil
    page.below = [half]
    let image = try image(page)
    #expect(image.description.levels.map(\.height) == [20, 10])
    let region = PlaneRegion(row: 9, column: 16, height: 1, width: 2)
    #expect(try image.plane(region, of: PlaneIndex(), level: 1).values == [178, 179])
    try expectRegions(image)
  }

  @Test("several threads may read one image")
  func threads() async throws {
    let pack = try #require(Self.packings[8])
    let image = try image(Self.page(isTiled: true, compression: 8, pack: pack))
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for place in 0..<64 {
        group.addTask {
          let region = PlaneRegion(row: place % 20, column: place % 37, height: 1, width: 1)
          return try image.plane(region, of: PlaneIndex()).values
            == [Float(Self.value(place % 20, place % 37))]
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }

  @Test("a strip that claims fewer bytes than it needs is refused with its place")
  func shortStrip() throws {
    var page = Self.page(isTiled: false)
    page.height = 6000
    page.width = 400
    page.rowsPerStrip = 3000
    page.segments = [
      [UInt8](repeating: 0, count: 2_400_000), [UInt8](repeating: 0, count: 2_399_998),
      [UInt8](repeating: 0, count: 100),
    ]
    let image = try image(page)
    let region = PlaneRegion(row: 3000, column: 0, height: 1, width: 1)
    let error = #expect(throws: ImagingError.self) {
      try image.plane(region, of: PlaneIndex())
    }
    #expect(error?.kind == .truncated)
    #expect(error?.description.contains("page 1") == true)
  }
}
