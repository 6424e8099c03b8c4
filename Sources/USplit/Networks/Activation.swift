import Experiment
import Torch

extension Activation {
  /// The activation of every element of `x`.
  func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .elu: x.elu()
    case .leakyReLU: x.leakyReLU()
    case .reLU: x.leakyReLU(slope: 0)
    }
  }
}
