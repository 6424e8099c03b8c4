#include "shim.hpp"

using namespace shim;

ct_tensor *ct_pad_reflecting(const ct_tensor *a, int64_t margin, ct_error *error) {
  return make(error, [&] {
    const at::Tensor &x = of(a);
    if (!x.is_meta()) return at::reflection_pad2d(x, {margin, margin, margin, margin});
    // LibTorch's C++ part has no kernel for tensors without values.
    std::vector<int64_t> padded = x.sizes().vec();
    for (size_t axis = padded.size() - 2; axis < padded.size(); ++axis) padded[axis] += 2 * margin;
    return at::empty(padded, x.options());
  });
}

ct_tensor *ct_flip(const ct_tensor *a, int dimension, ct_error *error) {
  return make(error, [&] { return at::flip(of(a), {dimension}); });
}

ct_tensor *ct_transpose(const ct_tensor *a, int first, int second, ct_error *error) {
  return make(error, [&] { return of(a).transpose(first, second); });
}

ct_tensor *ct_absolute(const ct_tensor *a, ct_error *error) {
  return make(error, [&] { return of(a).abs(); });
}
