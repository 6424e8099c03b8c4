import Torch

/// How much the edges of layers coincide (Zhang, Ng and Chen, 2018, single image reflection
/// separation), which Double-DIP adds to its loss.
///
/// For two layers: `Ψ = tanh²(|∇a| / 2) · tanh²(|∇b| / 2)`, averaged over the pixels, its fourth
/// root averaged over both directions and three scales, each half as large as the one before. As
/// the program of Double-DIP has it: the two gradients are not balanced against each other.
///
/// Ours: several layers are taken in pairs and averaged; scales below 2 × 2 pixels are left out;
/// and 1e-20 is added below the root, whose slope at 0 is infinite.
struct ExclusionLoss {
  private static let scales = 3

  /// - Parameter layers: two or more, each `[1, 1, H, W]` with 2 × 2 pixels or more
  /// - Returns: one number, 0 for layers whose edges never meet
  func callAsFunction(_ layers: [Tensor]) -> Tensor {
    precondition(
      layers.count >= 2, "the exclusion of \(layers.count) layers; at least 2 are needed")
    var layers = layers
    var terms: [Tensor] = []
    for scale in 0..<Self.scales {
      if scale > 0 { layers = layers.map(halved) }
      let size = layers[0].spatialSize
      guard size.height >= 2, size.width >= 2 else { break }
      for direction in [-2, -1] {
        let edges = layers.map { squaredEdges(of: $0, along: direction) }
        for (index, first) in edges.enumerated() {
          for second in edges[(index + 1)...] {
            terms.append(((first * second).mean() + 1e-20).squareRoot().squareRoot())
          }
        }
      }
    }
    return terms.dropFirst().reduce(terms[0], +) / Double(terms.count)
  }

  /// Squares of the differences between neighbours, brought to 0 up to 1.
  private func squaredEdges(of layer: Tensor, along direction: Int) -> Tensor {
    let count = layer.size(direction)
    let difference = layer.sliced(direction, 1..<count) - layer.sliced(direction, 0..<count - 1)
    return difference.sigmoid().scaled(by: 2, plus: -1).squared()  // tanh(x / 2)
  }

  /// Means of 2 × 2 pixels; an odd last row or column is left out.
  private func halved(_ layer: Tensor) -> Tensor {
    let (rows, columns) = (layer.size(-2) / 2, layer.size(-1) / 2)
    return layer.sliced(-2, 0..<2 * rows).sliced(-1, 0..<2 * columns)
      .reshaped([1, 1, rows, 2, columns, 2]).mean(over: [3, 5])
  }
}
