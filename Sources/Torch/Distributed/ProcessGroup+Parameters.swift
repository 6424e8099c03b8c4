import CTorch

// What keeps the networks of all ranks the same.

extension ProcessGroup {
  /// Bytes of gradients that are summed at once: few enough that sums overlap, many enough that
  /// each is worth its latency.
  public static let bucketBytes = 25 << 20

  /// Gives all ranks the weights and running statistics of rank 0.
  ///
  /// - Throws: `TorchError.group` when a rank is gone.
  public func broadcast(_ network: ParameterStore) throws(TorchError) {
    for entry in network.entries { try broadcast(entry.tensor, from: 0) }
  }

  /// Replaces the gradients by their means over all ranks.
  ///
  /// Where a rank has no gradient it counts as zero; what has none on any rank keeps none.
  ///
  /// - Parameter bucketBytes: bytes that are summed at once, about
  /// - Throws: `TorchError.group` when a rank is gone.
  public func averageGradients(
    of network: ParameterStore, bucketBytes: Int = ProcessGroup.bucketBytes
  ) throws(TorchError) {
    guard count > 1 else { return }
    // Every bucket is on its way before the first is waited for.
    var pending: [(bucket: [OpaquePointer?], flat: Tensor, sum: PendingSum)] = []
    for bucket in buckets(of: network.parameters, bytes: bucketBytes) {
      let made = try attempt("collecting gradients") {
        ct_flatten_gradients(bucket, Int32(bucket.count), $0)
      }
      guard let made else { throw .operation("collecting gradients", message: "no result") }
      let flat = Tensor(owning: made)
      pending.append((bucket, flat, try begin(flat)))
    }
    for (bucket, flat, sum) in pending {
      try wait(for: sum)
      _ = try attempt("giving gradients back") {
        ct_unflatten_gradients(bucket, Int32(bucket.count), flat.pointer, 1 / Double(count), $0)
      }
    }
  }

  /// Replaces the running statistics of batch normalisations by their means over all ranks; each has
  /// seen other batches.
  ///
  /// - Throws: `TorchError.group` when a rank is gone.
  public func averageBuffers(of network: ParameterStore) throws(TorchError) {
    guard count > 1 else { return }
    for entry in network.entries where entry.role == .buffer && entry.tensor.type != .int64 {
      let sum = Tensor.zeros(entry.tensor.shape, type: entry.tensor.type, device: network.device)
      try sum.assign(entry.tensor)
      try wait(for: try begin(sum))
      try entry.tensor.assign(sum / Double(count))
    }
  }

  private func buckets(of parameters: [Tensor], bytes limit: Int) -> [[OpaquePointer?]] {
    var buckets: [[OpaquePointer?]] = []
    var bytes = Int.max
    // The last layers' gradients are there first in a backward pass.
    for parameter in parameters.reversed() {
      let size = parameter.elementCount * MemoryLayout<Float>.size
      if bytes > limit - min(size, limit) {
        buckets.append([])
        bytes = 0
      }
      buckets[buckets.count - 1].append(parameter.pointer)
      bytes += size
    }
    return buckets
  }
}
