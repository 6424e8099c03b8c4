import Imaging
import Testing

@Suite("Student's t distribution")
struct StudentTTests {
  /// Limits of 95 % and the probability within 1.3, from SciPy.
  private static let expected: [(degrees: Int, limit: Double, within: Double)] = [
    (1, 12.706204736174694, 0.5825711996796945), (2, 4.302652729749462, 0.6767529681839597),
    (3, 3.1824463052837078, 0.715532491272103), (4, 2.7764451051977934, 0.7365484035287759),
    (5, 2.5705818356363146, 0.749699365829323), (9, 2.262157162798205, 0.7740936273269508),
    (10, 2.228138851986274, 0.7772341827931555), (30, 2.0422724563012378, 0.7964990414618831),
    (101, 1.983731002955606, 0.8034400482026298),
  ]

  @Test("probabilities and limits are those of SciPy")
  func values() {
    for (degrees, limit, within) in Self.expected {
      #expect(abs(StudentT.probability(within: 1.3, degrees: degrees) - within) < 1e-12)
      let found = StudentT.quantile(within: 0.95, degrees: degrees)
      #expect(abs(found - limit) < 1e-9 * limit, "\(degrees) degrees of freedom")
    }
  }

  @Test("nothing lies within 0")
  func zero() {
    #expect(StudentT.probability(within: 0, degrees: 3) == 0)
    #expect(StudentT.quantile(within: 0, degrees: 3) < 1e-9)
  }
}
