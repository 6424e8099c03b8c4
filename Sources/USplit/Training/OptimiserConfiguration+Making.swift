import Experiment
import Torch

extension OptimiserConfiguration {
  /// The optimiser that the settings describe, for the parameters of a store.
  func makeOptimiser(_ store: ParameterStore) -> any Optimiser {
    switch kind {
    case .adamax:
      Adamax(
        store, learningRate: learningRate, betas: (beta1, beta2), epsilon: epsilon,
        weightDecay: weightDecay)
    case .adamW:
      AdamW(
        store, learningRate: learningRate, betas: (beta1, beta2), epsilon: epsilon,
        weightDecay: weightDecay)
    case .muon:
      Muon(
        store, learningRate: learningRate, betas: (beta1, beta2), epsilon: epsilon,
        weightDecay: weightDecay)
    }
  }
}
