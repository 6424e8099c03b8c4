// What stands between LibTorch's tensors and the loops of kernels/.
#pragma once

#include <ATen/TensorIterator.h>

#include "kernels/kernels.h"
#include "shim.hpp"

namespace shim {

/// The loops for tensors with so many channels, or for any where none are named; `CK_NONE` where LibTorch's own operations have to do.
ck_instructions kernels_for(std::initializer_list<int64_t> channels);

/// Whether the loops can take these features `[B, C, H, W]`: float32 on the CPU (or without values),
/// not under autocast.
bool is_fast(const at::Tensor &x);

/// Whether a convolution with these weights is one that the loops have.
bool is_fast_convolution(const at::Tensor &x, const at::Tensor &weight, int stride, int padding);

/// Runs `body(worker)` for every worker on LibTorch's threads.
template <class Body>
void share_out(int workers, const Body &body) {
  if (workers == 1) return body(0);
  // LibTorch's parallel loops are templates over its own build's threads; walking over a tensor is the
  // one that is compiled in.
  auto numbers = at::empty({workers}, at::kByte);
  auto *first = static_cast<char *>(numbers.data_ptr());
  auto iterator = at::TensorIterator::nullary_op(numbers);
  iterator.for_each(
      [&](char **data, const int64_t *strides, int64_t count) {
        for (int64_t i = 0; i < count; ++i) body(int(data[0] + i * strides[0] - first));
      },
      1);
}

/// Workers for so many numbers: LibTorch's threads, or one where sharing out costs more than it saves.
int workers_for(int64_t numbers);

/// New features pixel by pixel.
at::Tensor features(const at::Tensor &like, int64_t channels);

/// The same values pixel by pixel.
inline at::Tensor by_pixel(const at::Tensor &x) {
  return x.contiguous(at::MemoryFormat::ChannelsLast);
}

/// The values; null of a tensor that is missing.
inline const float *data(const at::Tensor &x) {
  return x.defined() && x.numel() > 0 ? x.const_data_ptr<float>() : nullptr;
}

/// A tensor that may be missing as an argument of a function with gradients: empty then, since
/// LibTorch takes none that are undefined.
inline at::Tensor optional(const ct_tensor *tensor) {
  return tensor ? of(tensor) : at::empty({0});
}

inline float *values(const at::Tensor &x) { return x.mutable_data_ptr<float>(); }

/// Transformed filters for a convolution; where nothing is learned, they are kept for the next time.
at::Tensor packed_filters(const at::Tensor &weight, bool learns, ck_instructions instructions);

/// Transformed filters for the gradient of a convolution's input.
at::Tensor packed_filters_back(const at::Tensor &weight, ck_instructions instructions);

/// Shares out a convolution from x to y, whose sizes and values the task takes over.
void convolve(
    ck_instructions instructions, const at::Tensor &x, const at::Tensor &y, ck_convolution task);

/// The gradient of a convolution's weights.
at::Tensor filter_gradient(
    const at::Tensor &x, ck_entry entry, const at::Tensor &dy, const at::Tensor &weight,
    ck_instructions instructions);

/// Counts a convolution's multiply-adds, two operations each, where they are counted: every weight is
/// used once for each pixel of the larger grid, which is the output of a convolution and the input of a
/// transposed one.
void count_convolution(const at::Tensor &grid, const at::Tensor &weight);

/// A convolution by whichever way is fastest; `bias` is empty where there is none.
at::Tensor convolution(
    const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias, int stride, int padding);

/// A 3 × 3 convolution of stride 1 by Winograd's method.
at::Tensor fast_convolution(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias);

}  // namespace shim
