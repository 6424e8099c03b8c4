import Testing
import Torch

@Suite("Loss scale")
struct LossScaleTests {
  @Test("it begins at 2^16 and doubles after 2000 good steps")
  func grows() {
    var scale = LossScale()
    #expect(scale.factor == 65536)
    let ordinary = (0..<1999).map { _ in scale.update(gradientsAreFinite: true) }
    #expect(!ordinary.contains(false))
    #expect(scale.factor == 65536)
    scale.update(gradientsAreFinite: true)
    #expect(scale.factor == 131072 && scale.state.goodSteps == 0)
  }

  @Test("it halves after a step without finite gradients, which counts only at the bottom")
  func backsOff() {
    var scale = LossScale(.init(factor: 4, goodSteps: 1500))
    var ordinary = [scale.update(gradientsAreFinite: false)]
    #expect(scale.state == .init(factor: 2, goodSteps: 0))
    for _ in 0..<2 { ordinary.append(scale.update(gradientsAreFinite: false)) }
    #expect(ordinary == [false, false, true])
    #expect(scale.factor == LossScale.minimum)
  }

  @Test("it stays below its bound")
  func bounded() {
    var scale = LossScale(.init(factor: LossScale.maximum, goodSteps: 1999))
    scale.update(gradientsAreFinite: true)
    #expect(scale.factor == LossScale.maximum)
  }

  @Test("gradients are multiplied by a factor")
  func gradients() throws {
    let store = try ParameterStore(seed: 1)
    let weight = store.root.parameter("w", [2], .values([1, 2]))
    try (weight.squared().sum() * 1024).backward()
    try store.scaleGradients(by: 1.0 / 1024)
    #expect(try #require(weight.gradient).floats() == [2, 4])
  }
}
