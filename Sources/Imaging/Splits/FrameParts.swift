/// Frame indices of the three parts.
package struct FrameParts: Sendable, Equatable {
  package var train: [Int] = []
  package var validation: [Int] = []
  package var test: [Int] = []
}

extension FrameParts {
  /// The rule `leading`: at least one frame for every part with a fraction above 0.
  static func leading(frames: Int, validation: Double, test: Double) -> FrameParts {
    func share(_ fraction: Double) -> Int {
      fraction > 0 ? max(1, wholeShare(of: frames, fraction)) : 0
    }
    let first = min(share(validation), frames)
    let second = min(first + share(test), frames)
    return FrameParts(
      train: Array(second..<frames), validation: Array(0..<first), test: Array(first..<second))
  }

  /// The authors' two rules, frame for frame and in their order (`get_datasplit_tuples`).
  ///
  /// Where the fractions differ, their program permutes one part and moves some of it to the other;
  /// fractions are multiplied as it does, rounding errors included.
  package static func authors(
    startingTest: Bool, frames: Int, validation: Double, test: Double
  ) -> FrameParts {
    var parts: FrameParts
    if startingTest {
      let first = min(Int(Double(frames) * test), frames)
      let second = min(first + Int(Double(frames) * validation), frames)
      parts = FrameParts(
        train: Array(second..<frames), validation: Array(first..<second), test: Array(0..<first))
    } else {
      let held = min(Int((validation + test) * Double(frames)), frames)
      parts = FrameParts(train: Array(held..<frames))
      guard held > 0 else { return parts }
      parts.deal(held)
    }
    parts.balance(frames: frames, validation: validation, test: test)
    return parts
  }

  /// Deals frames `0..<held` in groups of up to three, to validation first.
  private mutating func deal(_ held: Int) {
    let group = max(1, min(3, held / 2))
    let groups = held / group
    for index in 0..<groups {
      let members = index * group..<(index + 1) * group
      if index % 2 == 0 { validation += members } else { test += members }
    }
    let rest = groups * group..<held
    if groups % 2 == 1 {
      test += rest
    } else {
      test += rest.prefix(rest.count / 2)
      validation += rest.dropFirst(rest.count / 2)
    }
  }

  /// Moves frames from one part to the other where the fractions differ.
  private mutating func balance(
    frames: Int, validation validationFraction: Double, test testFraction: Double
  ) {
    if validationFraction == 0 {
      test += validation
      validation = []
      return
    }
    if testFraction == 0 {
      validation += test
      test = []
      return
    }
    let difference = testFraction - validationFraction
    let moved = Int(abs(difference) * Double(frames) / 2)
    var generator = MersenneTwister(seed: 955)
    if difference > 0 {
      let permuted = generator.permutation(validation)
      test += permuted.prefix(moved)
      validation = Array(permuted.dropFirst(moved))
    } else if difference < 0 {
      let permuted = generator.permutation(test)
      validation += permuted.prefix(moved)
      test = Array(permuted.dropFirst(moved))
    }
  }
}

/// `fraction` of `count`, rounded down, forgiving the rounding error of the product.
func wholeShare(of count: Int, _ fraction: Double) -> Int {
  Int((Double(count) * fraction + 1e-9).rounded(.down))
}
