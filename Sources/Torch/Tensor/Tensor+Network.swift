import CTorch

/// The operations that layers are made of, on images `[B, C, H, W]`.
extension Tensor {
  /// Cross-correlation with `weight`, `[Cout, Cin, k, k]`, and zero padding.
  func convolved(weight: Tensor, bias: Tensor?, stride: Int, padding: Int) -> Tensor {
    Tensor("convolving \(shape) with weights \(weight.shape)", file: #fileID, line: #line) {
      ct_conv2d(pointer, weight.pointer, bias?.pointer, Int32(stride), Int32(padding), $0)
    }
  }

  /// The transpose of a convolution, `weight` `[Cin, Cout, k, k]`.
  func convolvedTransposed(
    weight: Tensor, bias: Tensor?, stride: Int, padding: Int, outputPadding: Int
  ) -> Tensor {
    Tensor(
      "transposed convolution of \(shape) with weights \(weight.shape)", file: #fileID,
      line: #line
    ) {
      ct_conv_transpose2d(
        pointer, weight.pointer, bias?.pointer, Int32(stride), Int32(padding),
        Int32(outputPadding), $0)
    }
  }

  /// Each channel scaled to mean 0 and variance 1, then by `weight` and `bias`.
  ///
  /// In training by the batch's own statistics, which also move the running ones.
  func batchNormalised(
    weight: Tensor, bias: Tensor, runningMean: Tensor, runningVariance: Tensor, training: Bool,
    momentum: Double, epsilon: Double
  ) -> Tensor {
    Tensor("batch normalisation of \(shape)", file: #fileID, line: #line) {
      ct_batch_norm(
        pointer, weight.pointer, bias.pointer, runningMean.pointer, runningVariance.pointer,
        training, momentum, epsilon, $0)
    }
  }

  /// Each channel to mean 0 and variance 1 over the batches of all processes together, then by a
  /// factor and an offset.
  func batchNormalised(
    weight: Tensor, bias: Tensor, runningMean: Tensor, runningVariance: Tensor, momentum: Double,
    epsilon: Double, over group: ProcessGroup
  ) -> Tensor {
    do throws(TorchError) {
      let made = try attempt("batch normalisation of \(shape) over all processes") {
        ct_batch_norm_synchronised(
          pointer, weight.pointer, bias.pointer, runningMean.pointer, runningVariance.pointer,
          momentum, epsilon, group.pointer, $0)
      }
      guard let made else { throw .operation("batch normalisation", message: "no result") }
      return Tensor(owning: made)
    } catch {
      // Layers do not throw, and a rank that is gone is not the caller's mistake.
      group.abandon(because: error)
    }
  }

  /// Numbers set to 0 with the given probability, the others scaled up: whole channels of single
  /// samples, or every element by itself.
  func dropped(_ probability: Double, wholeChannels: Bool, generator: Generator) -> Tensor {
    Tensor("dropout of \(shape)", file: #fileID, line: #line) {
      ct_dropout(pointer, probability, wholeChannels, generator.handle, $0)
    }
  }

  /// The largest of each 2 × 2 pixels, `[B, C, H / 2, W / 2]`; an odd last row or column is left
  /// out.
  public func maxPooled() -> Tensor {
    Tensor("pooling \(shape)", file: #fileID, line: #line) { ct_max_pool(pointer, $0) }
  }

  /// Twice the rows and columns.
  public func upsampled(_ interpolation: Interpolation) -> Tensor {
    Tensor("doubling \(shape)", file: #fileID, line: #line) {
      ct_upsample(pointer, interpolation == .bilinear, $0)
    }
  }
}

/// How new pixels come about when an image grows.
public enum Interpolation: Sendable {
  /// The nearest old pixel.
  case nearest
  /// Linear in both directions; the corners stay where they are.
  case bilinear
}
