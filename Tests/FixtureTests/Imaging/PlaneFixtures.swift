import Imaging
import TestSupport

extension Fixture {
  /// A tensor `[H, W]`.
  func plane(_ name: String) throws -> Plane {
    let shape = try shape(name)
    return Plane(height: shape[0], width: shape[1], values: try floats(name))
  }

  /// A tensor `[N, H, W]`.
  func planes(_ name: String) throws -> [Plane] {
    let shape = try shape(name)
    let values = try floats(name)
    let area = shape[1] * shape[2]
    return (0..<shape[0]).map {
      Plane(height: shape[1], width: shape[2], values: Array(values[$0 * area..<($0 + 1) * area]))
    }
  }

  /// A tensor `[N, H, W, C]`, as frames of channels `[N][C]`.
  func frames(_ name: String) throws -> [[Plane]] {
    let shape = try shape(name)
    let (height, width, channels) = (shape[1], shape[2], shape[3])
    let values = try floats(name)
    let area = height * width
    return (0..<shape[0]).map { frame in
      (0..<channels).map { channel in
        let pixels = (0..<area).map { values[(frame * area + $0) * channels + channel] }
        return Plane(height: height, width: width, values: pixels)
      }
    }
  }
}

extension Plane {
  /// The largest difference relative to the largest value of `other`; infinite for other sizes.
  func relativeError(to other: Plane) -> Double {
    guard height == other.height && width == other.width else { return .infinity }
    return TestSupport.relativeError(values, other.values)
  }
}
