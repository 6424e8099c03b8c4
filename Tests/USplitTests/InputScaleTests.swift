import Experiment
import Foundation
import Imaging
import Testing
import USplit

@Suite("Input scales")
struct InputScaleTests {
  private func scale(weights: [Double], clip: Double = 100) throws -> InputScale {
    let json = #"{"weights": \#(weights), "clip": \#(clip), "offset": 0, "factor": 1}"#
    return try JSONDecoder().decode(InputScale.self, from: Data(json.utf8))
  }

  @Test("an image is what training made unless somebody says otherwise")
  func meaning() throws {
    #expect(try scale(weights: [0.5, 0.5]).meaning == .mean)
    #expect(try scale(weights: []).meaning == .acquired)
  }

  @Test("mean and sum are brought to the weighted sum of the training")
  func factors() throws {
    #expect(try scale(weights: [0.5, 0.5]).unitFactor(.mean) == 1)
    #expect(try scale(weights: [0.5, 0.5]).unitFactor(.sum) == 0.5)
    #expect(try scale(weights: [1, 1, 1]).unitFactor(.mean) == 3)
    #expect(try scale(weights: [1, 1, 1]).unitFactor(.sum) == 1)
    #expect(try scale(weights: []).unitFactor(.acquired) == 1)
  }

  @Test("what the model was not trained with is refused with the remedy")
  func refusals() throws {
    for meaning in [InputMeaning.mean, .sum] {
      let error = #expect(throws: ImagingError.self) { try scale(weights: []).unitFactor(meaning) }
      #expect(error?.kind == .mismatch)
      #expect(error?.description.contains("leave out --input-is") == true)
    }
    let error = #expect(throws: ImagingError.self) {
      try scale(weights: [0.5, 0.5]).unitFactor(.acquired)
    }
    #expect(error?.description.contains("say --input-is mean or sum") == true)
  }

  @Test("pixels are scaled, then clipped")
  func prepared() throws {
    let image = Plane(height: 1, width: 3, values: [10, 80, 300])
    let scale = try scale(weights: [0.5, 0.5])
    #expect(try scale.prepared(image).values == [10, 80, 100])
    #expect(try scale.prepared(image, meaning: .sum).values == [5, 40, 100])
  }
}
