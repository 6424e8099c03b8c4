import Imaging
import Testing

@Suite("Background")
struct BackgroundTests {
  let options = NormalisationOptions(clipQuantile: 1, backgroundQuantile: 0.5)

  func frame(_ values: [Float]) -> [Plane] {
    let plane = Plane(height: 1, width: values.count, values: values)
    return [plane, plane]
  }

  @Test("the quantile of each frame, rounded toward zero, is subtracted")
  func subtracted() throws {
    let first = frame([30, 40, 51, 90])  // median 45.5
    let second = frame([100, 110, 120, 200])  // median 115
    let normalisation = try Normalisation(training: [first, second], options: options)
    #expect(normalisation.clip == [85, 85])
    #expect(try normalisation.prepared(first)[0].values == [-15, -5, 6, 45])
    #expect(try normalisation.prepared(second)[1].values == [-15, -5, 5, 85])
  }

  @Test("pixels below the background become zero when asked for")
  func clipped() throws {
    var options = options
    options.clipBackgroundToZero = true
    let first = frame([30, 40, 51, 90])
    let normalisation = try Normalisation(training: [first], options: options)
    #expect(try normalisation.prepared(first)[0].values == [0, 0, 6, 45])
  }

  @Test("a background near zero is refused with its place")
  func low() throws {
    let error = #expect(throws: ImagingError.self) {
      try Normalisation(training: [frame([30, 40, 50]), frame([1, 2, 300])], options: options)
    }
    #expect(error?.description.contains("frame 1, channel 0") == true)
  }
}
