import CTorch

/// Gradients.
extension Tensor {
  /// Computes the gradients of this one number with respect to all parameters it depends on and
  /// adds them to theirs.
  ///
  /// - Throws: `TorchError.operation` when the computation fails, for want of memory say.
  public func backward() throws(TorchError) {
    _ = try attempt("the backward pass") { ct_backward(pointer, $0) }
  }

  /// The gradient that backward passes have added up; nil when there is none.
  public var gradient: Tensor? { ct_gradient(pointer).map(Tensor.init(owning:)) }

  /// The same values, cut from what they were computed from.
  public func detached() -> Tensor {
    Tensor("detaching", file: #fileID, line: #line) { ct_detach(pointer, $0) }
  }

  /// Forgets the gradient.
  func clearGradient() { ct_clear_gradient(pointer) }

  /// Marks a parameter: backward passes give it a gradient.
  func requireGradient() { ct_set_requires_grad(pointer, true) }

  /// Whether backward passes give it a gradient.
  public var requiresGradient: Bool { ct_requires_grad(pointer) }

  /// Overwrites the values in place; for loading and running statistics.
  func assign(_ source: Tensor) throws(TorchError) {
    _ = try attempt("writing shape \(source.shape) into \(shape)") {
      ct_assign(pointer, source.pointer, $0)
    }
  }
}

/// Runs `body` without recording what gradients need: faster, and memory is given back at once.
public func withoutGradients<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let before = ct_set_grad_enabled(false)
  defer { _ = ct_set_grad_enabled(before) }
  return try body()
}
