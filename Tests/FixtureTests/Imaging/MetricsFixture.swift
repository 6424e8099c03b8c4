import Imaging
import TestSupport
import Testing

/// PSNR, range-invariant PSNR, SSIM and the running PSNR equal those of the authors' program.
func checkMetrics(_ fixture: Fixture) throws {
  let targets = try fixture.planes("gt")
  let predictions = try fixture.planes("pred")
  let pairs = Array(zip(targets, predictions))
  func check(
    _ name: String, _ metric: (_ target: Plane, _ prediction: Plane) -> Double?
  ) throws {
    guard fixture.has(name) else { return }
    let ours = try pairs.map { try #require(metric($0.0, $0.1), "\(fixture): \(name)") }
    let expected = try fixture.doubles(name)
    try #require(ours.count == expected.count)
    #expect(relativeError(ours, expected) <= 1e-5, "\(fixture): \(name)")
  }
  try check("psnr") { ImageMetrics.psnr(target: $0, prediction: $1) }
  try check("range_inv_psnr") { ImageMetrics.rangeInvariantPSNR(target: $0, prediction: $1) }
  try check("ssim") { ImageMetrics.ssim(target: $0, prediction: $1) }
  try check("ssim_f64") { ImageMetrics.ssim(target: $0, prediction: $1) }
  var running = RunningPSNR()
  try check("running_psnr_after_each") {
    running.add(target: $0, prediction: $1)
    return running.value
  }
  if fixture.has("running_psnr_one_batch") {
    let value = try #require(running.value)
    #expect(
      relativeError([value], try fixture.doubles("running_psnr_one_batch")) <= 1e-5,
      "\(fixture): running PSNR of all")
  }
  if fixture.has("avg_range_inv_psnr_rounded") {
    let values = pairs.compactMap {
      ImageMetrics.rangeInvariantPSNR(target: $0.0, prediction: $0.1)
    }
    let mean = values.reduce(0, +) / Double(values.count)
    let expected = try fixture.doubles("avg_range_inv_psnr_rounded")
    // The last digit may differ where the mean lies between two, since theirs is in single precision.
    try #require(expected.count == 1)
    #expect(abs(mean - expected[0]) <= 0.005 + 1e-4, "\(fixture): average range-invariant PSNR")
  }
}
