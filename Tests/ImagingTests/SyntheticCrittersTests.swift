import Foundation
import Imaging
import Testing

@Suite("Sinusoidal critters")
struct SyntheticCrittersTests {
  private static let kinds = [
    SinusoidalCritters(), SinusoidalCritters(connection: .init()),
    SinusoidalCritters(connection: .init(length: 25, initialPhase: nil)),
    SinusoidalCritters(connection: .init(length: nil)),
  ]

  @Test("a frame is the same however many are made", arguments: kinds)
  func frames(critters: SinusoidalCritters) throws {
    let three = try critters.stack(frames: 3, seed: 9)
    #expect(three.channelNames == ["critter 1", "critter 2"])
    #expect(three.frames == 3 && three.channels == 2 && three.height == 256 && three.width == 256)
    let one = try critters.stack(frames: 1, seed: 9)
    #expect(three.plane(frame: 0, channel: 1) == one.plane(frame: 0, channel: 1))
    #expect(three.plane(frame: 0, channel: 0) != three.plane(frame: 1, channel: 0))
    #expect(try critters.stack(frames: 1, seed: 10) != one)
  }

  @Test("the channels pair the same four frequencies differently")
  func pairs() {
    var generator = SeededGenerator(seed: 1)
    var pairs: [Set<[Int]>] = [[], []]
    let critters = SinusoidalCritters()
    for _ in 0..<6 {
      let frame = critters.frame { generator.uniform() }
      for (channel, curves) in frame.curves.enumerated() {
        for curve in curves {
          let pair = curve.frequencies.map { frequency in
            critters.bands.firstIndex { ($0.lowest...$0.highest).contains(frequency) } ?? -1
          }
          pairs[channel].insert(pair)
        }
      }
    }
    #expect(pairs == [[[0, 2], [1, 3]], [[0, 3], [1, 2]]])
  }

  @Test("a connection lies between the two waves")
  func connection() {
    var generator = SeededGenerator(seed: 1)
    let frame = SinusoidalCritters(connection: .init()).frame { generator.uniform() }
    #expect(frame.curves.joined().allSatisfy { $0.frequencies.count == 3 })
    #expect(frame.curves.joined().allSatisfy { $0.frequencies[1] == 0.01 })
  }

  @Test("other bands and another phase give other critters")
  func bands() throws {
    let standard = try SinusoidalCritters(connection: .init()).stack(frames: 1, seed: 1)
    var critters = SinusoidalCritters(connection: .init())
    critters.bands[0] = .init(0.08, 0.1)
    #expect(try critters.stack(frames: 1, seed: 1) != standard)
    let late = SinusoidalCritters(connection: .init(initialPhase: 1))
    #expect(try late.stack(frames: 1, seed: 1) != standard)
  }

  @Test("the least and the greatest frequencies can be drawn")
  func extremeBands() throws {
    for frequency in [1e-4, Double.pi] {
      var critters = SinusoidalCritters(
        connection: .init(frequency: frequency, initialPhase: -100))
      critters.bands = [SinusoidalCritters.Band](
        repeating: .init(frequency, frequency), count: 4)
      critters.frameSize = 64
      critters.verticalSpacing = 4
      #expect(try critters.stack(frames: 1, seed: 1).pixels.allSatisfy { $0.isFinite })
    }
  }

  @Test("the brush is brightest in its middle and leaves out row and column 0")
  func brush() {
    var generator = SeededGenerator(seed: 2)
    let frame = SinusoidalCritters().frame { generator.uniform() }
    for plane in frame.planes {
      #expect(plane.values.max() ?? 0 > 5)
      #expect(plane.values.min() == 0)
      #expect((0..<256).allSatisfy { plane[0, $0] <= 5 && plane[$0, 0] <= 5 })
    }
  }

  @Test("rotated curves stay inside the frame")
  func rotation() throws {
    var critters = SinusoidalCritters()
    critters.maximumRotation = 1
    critters.frameSize = 128
    critters.curveCount = 3
    let stack = try critters.stack(frames: 4, seed: 1)
    #expect(stack.pixels.allSatisfy { $0.isFinite })
  }

  @Test("settings that make no sense are refused by name")
  func refusals() {
    func refuses(_ name: String, _ change: (inout SinusoidalCritters) -> Void) {
      var critters = SinusoidalCritters()
      change(&critters)
      let error = #expect(throws: ImagingError.self) { try critters.stack(frames: 1, seed: 0) }
      #expect(error?.description.contains(name) == true, "\(String(describing: error))")
    }
    refuses("frameSize") { $0.frameSize = 2 }
    refuses("thickness") { $0.thickness = 20 }
    refuses("thickness") { $0.thickness = -3 }
    refuses("maximumRotation") { $0.maximumRotation = .nan }
    refuses("maximumRotation") { $0.maximumRotation = 1e308 }
    refuses("verticalSpread") { $0.verticalSpread = .nan }
    refuses("curveCount") { $0.curveCount = 0 }
    refuses("verticalSpacing") { $0.curveCount = 15 }
    refuses("verticalSpacing") { $0.verticalSpacing = .nan }
    refuses("verticalSpacing") {
      $0.curveCount = 1
      $0.verticalSpacing = .nan
    }
    refuses("5 curves") { $0.verticalSpacing = 50 }
    refuses("amplitude") { $0.amplitude = -1 }
    refuses("amplitude") { $0.amplitude = .infinity }
    refuses("horizontalSpread") { $0.horizontalSpread = -1 }
    refuses("bands") { $0.bands.removeLast() }
    refuses("band") { $0.bands[1].lowest = 0 }
    refuses("0.14-0.12") { $0.bands[1] = .init(0.14, 0.12) }
    refuses("band") { $0.bands[3].highest = 4 }
    refuses("band") { $0.bands[0].highest = .nan }
    refuses("length") { $0.connection = .init(length: 256) }
    refuses("length") { $0.connection = .init(length: .nan) }
    refuses("frequency") { $0.connection = .init(frequency: 0) }
    refuses("frequency") { $0.connection = .init(frequency: 1e-300) }
    refuses("phase") { $0.connection = .init(initialPhase: 1e300) }
    refuses("phase") { $0.connection = .init(initialPhase: .nan) }
  }

  @Test("settings survive JSON", arguments: kinds)
  func coding(critters: SinusoidalCritters) throws {
    let data = try JSONEncoder().encode(critters)
    #expect(try JSONDecoder().decode(SinusoidalCritters.self, from: data) == critters)
  }
}
