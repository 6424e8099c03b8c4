import CTorch

extension ParameterStore {
  /// Scales all gradients together so that their joint L2 norm is at most `maximum`.
  ///
  /// - Parameter maximum: the bound; 0 or less only measures
  /// - Returns: the norm before scaling; NaN or infinite when a gradient is
  /// - Throws: `TorchError.operation` when the device fails.
  @discardableResult
  public func clipGradients(toNorm maximum: Double) throws(TorchError) -> Double {
    let pointers = parameters.map { Optional($0.pointer) }
    return try attempt("clipping gradients") {
      ct_clip_gradients(pointers, Int32(pointers.count), maximum, $0)
    }
  }

  /// Multiplies all gradients by a factor.
  ///
  /// - Throws: `TorchError.operation` when the device fails.
  public func scaleGradients(by factor: Double) throws(TorchError) {
    let pointers = parameters.map { Optional($0.pointer) }
    _ = try attempt("scaling gradients") {
      ct_scale_gradients(pointers, Int32(pointers.count), factor, $0)
    }
  }
}
