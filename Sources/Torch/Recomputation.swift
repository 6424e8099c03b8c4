import CTorch

/// Runs a part of a network whose inside is not kept for the backward pass but computed again there:
/// memory for time (Chen et al., 2016, "Training deep nets with sublinear memory cost").
///
/// The second run draws the same random numbers, casts as the first and does not move running
/// statistics again. Without the recording of gradients, the part runs once, as it is.
///
/// - Parameters:
///   - inputs: all tensors with gradients that the part uses besides parameters, at most 4; others
///     may be captured
///   - generators: all that the part draws from
///   - part: gives at most 16 tensors of its inputs, always the same for the same random numbers
public func computedTwice(
  _ inputs: [Tensor], generators: [Generator], _ part: @escaping ([Tensor]) -> [Tensor],
  file: StaticString = #fileID, line: UInt = #line
) -> [Tensor] {
  let plain = ct_part(
    context: Unmanaged.passRetained(Part(run: part)).toOpaque(),
    run: { context, inputs, count, outputs, capacity in
      guard let context, let outputs else { return 0 }  // there are always both
      let part = Unmanaged<Part>.fromOpaque(context).takeUnretainedValue()
      let given = UnsafeBufferPointer(start: inputs, count: Int(count))
      let results = part.run(given.compactMap { $0 }.map(Tensor.init(owning:)))
      precondition(
        results.count <= Int(capacity),
        "a part gave \(results.count) tensors, at most \(capacity) are possible")
      for (index, result) in results.enumerated() { outputs[index] = ct_share(result.pointer) }
      return Int32(results.count)
    },
    release: { context in
      if let context { Unmanaged<Part>.fromOpaque(context).release() }
    })
  let pointers = inputs.map { Optional($0.pointer) }
  let handles = generators.map { Optional($0.handle) }
  var outputs = [OpaquePointer?](repeating: nil, count: Part.capacity)
  let count = require("computing a part of a network", file: file, line: line) {
    ct_compute_twice(
      plain, pointers, Int32(pointers.count), handles, Int32(handles.count), &outputs,
      Int32(outputs.count), $0)
  }
  return outputs.prefix(Int(count)).compactMap { $0 }.map(Tensor.init(owning:))
}

/// A part of a network, held by what runs it again.
private final class Part {
  static let capacity = 16
  let run: ([Tensor]) -> [Tensor]

  init(run: @escaping ([Tensor]) -> [Tensor]) { self.run = run }
}
