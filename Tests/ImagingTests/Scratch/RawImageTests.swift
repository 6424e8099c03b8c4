import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Images in flat files")
struct RawImageTests {
  private let description = ImageDescription(
    times: 2, channels: [ImageChannel(name: "a"), ImageChannel()], slices: 3, height: 5, width: 7,
    type: .uint16)

  private func plane(_ number: Int) -> PlaneIndex {
    description.plane(frame: number / 2, channel: number % 2)
  }

  @Test("what is written in any order is read, the rest is zero", arguments: PixelType.allCases)
  func roundTrip(type: PixelType) throws {
    let folder = try TemporaryFolder()
    var description = description
    description.type = type
    let url = folder.url.appendingPathComponent("a.raw")
    let image = try RawImage(creating: url, description)
    let whole = PlaneRegion(row: 0, column: 0, height: 5, width: 7)
    for number in (0..<description.planes).reversed() where number != 3 {
      let values = (0..<35).map { Float($0 % 25 + number) }
      #expect(try image.write(values, whole, of: plane(number)) == 0)
    }
    let inner = PlaneRegion(row: 1, column: 2, height: 3, width: 4)
    try image.write([Float](repeating: 99, count: 12), inner, of: plane(5))
    try image.synchronize()
    let again = try RawImage(opening: url, description)
    for number in 0..<description.planes {
      let expected = (0..<35).map { index -> Float in
        let (y, x) = (index / 7, index % 7)
        if number == 3 { return 0 }
        return number == 5 && (1..<4).contains(y) && (2..<6).contains(x)
          ? 99 : Float(index % 25 + number)
      }
      #expect(try again.plane(plane(number)).values == expected)
      #expect(
        try again.plane(inner, of: plane(number)).values
          == (0..<12).map { expected[(1 + $0 / 4) * 7 + 2 + $0 % 4] })
    }
    #expect(again.description.levels.count == 1)
  }

  @Test("values that do not fit are counted")
  func clamped() throws {
    let folder = try TemporaryFolder()
    let image = try RawImage(creating: folder.url.appendingPathComponent("a.raw"), description)
    let region = PlaneRegion(row: 0, column: 0, height: 1, width: 3)
    #expect(try image.write([-1, 3.5, 1e6], region, of: PlaneIndex()) == 2)
    #expect(try image.plane(region, of: PlaneIndex()).values == [0, 4, 65535])
  }

  @Test("sizes beyond 32 bits take no room until they are written")
  func sparse() throws {
    let folder = try TemporaryFolder()
    let large = ImageDescription(height: 100_000, width: 60_000, type: .uint8)
    let image = try RawImage(creating: folder.url.appendingPathComponent("a.raw"), large)
    let corner = PlaneRegion(row: 99_999, column: 59_998, height: 1, width: 2)
    try image.write([7, 8], corner, of: PlaneIndex())
    #expect(try image.plane(corner, of: PlaneIndex()).values == [7, 8])
  }

  @Test("a file of another size, none, and one that cannot be counted are refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("a.raw")
    func kind(_ work: () throws -> RawImage) -> ImagingError.Kind? {
      do {
        _ = try work()
        return nil
      } catch { return (error as? ImagingError)?.kind }
    }
    #expect(kind { try RawImage(opening: url, description) } == .missing)
    try Data(count: 100).write(to: url)
    #expect(kind { try RawImage(opening: url, description) } == .truncated)
    let endless = ImageDescription(height: 1 << 40, width: 1 << 40, type: .uint8)
    #expect(kind { try RawImage(creating: url, endless) } == .unsupported)
  }
}
