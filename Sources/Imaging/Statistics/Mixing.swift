/// The superimposed image of T targets: their sum weighted with `weights`, one per target.
///
/// The authors' input is the mean, all weights `1 / T`; a superimposed acquisition is a sum, all
/// weights 1.
public func mixed(_ targets: [Plane], weights: [Double]) -> Plane {
  precondition(
    !targets.isEmpty && targets.count == weights.count,
    "\(targets.count) targets need as many weights, got \(weights.count)")
  let height = targets[0].height
  let width = targets[0].width
  var result = Plane(height: height, width: width)
  result.values.withUnsafeMutableBufferPointer { sum in
    for (target, weight) in zip(targets, weights) {
      precondition(
        target.height == height && target.width == width,
        "a target of \(target.height) × \(target.width) cannot be mixed with one of "
          + "\(height) × \(width)")
      let weight = Float(weight)
      target.values.withUnsafeBufferPointer { pixels in
        for index in 0..<pixels.count { sum[index] += weight * pixels[index] }
      }
    }
  }
  return result
}
