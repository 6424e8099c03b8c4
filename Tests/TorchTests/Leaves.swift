import Torch

/// A tensor that backward passes give a gradient.
func leaf(_ values: [Float], _ shape: [Int]) throws -> Tensor {
  try ParameterStore(seed: 0).root.parameter("leaf", shape, .values(values))
}

/// The numbers 0, 1, 2, … in a shape.
func counted(_ shape: [Int]) -> Tensor {
  Tensor((0..<shape.reduce(1, *)).map(Float.init), shape: shape)
}
