import Testing
import USplit

@Suite("Numbers with fixed digits")
struct FormattedNumberTests {
  @Test(
    "digits after the point are fixed, and nothing has a minus without a digit",
    arguments: [
      (1.005, 1, "1.0"), (0.25, 2, "0.25"), (-3.14159, 3, "-3.142"), (-0.001, 2, "0.00"),
      (12, 0, "12"), (9.96, 1, "10.0"), (0.05, 2, "0.05"), (.infinity, 2, "inf"),
    ])
  func fixed(number: Double, digits: Int, text: String) {
    #expect(number.formatted(digits: digits) == text)
  }
}
