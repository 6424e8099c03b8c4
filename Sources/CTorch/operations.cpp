#include "fast.hpp"

using namespace shim;

namespace {

std::vector<int64_t> widened(const int *values, int count) {
  return std::vector<int64_t>(values, values + count);
}

std::vector<at::Tensor> unwrapped(const ct_tensor *const *tensors, int count) {
  std::vector<at::Tensor> values;
  values.reserve(size_t(count));
  for (int i = 0; i < count; ++i) values.push_back(of(tensors[i]));
  return values;
}

}  // namespace

// MARK: Arithmetic

ct_tensor *ct_add(const ct_tensor *a, const ct_tensor *b, ct_error *error) {
  return make(error, [&] { return of(a) + of(b); });
}

ct_tensor *ct_subtract(const ct_tensor *a, const ct_tensor *b, ct_error *error) {
  return make(error, [&] { return of(a) - of(b); });
}

ct_tensor *ct_multiply(const ct_tensor *a, const ct_tensor *b, ct_error *error) {
  return make(error, [&] { return of(a) * of(b); });
}

ct_tensor *ct_divide(const ct_tensor *a, const ct_tensor *b, ct_error *error) {
  return make(error, [&] { return of(a) / of(b); });
}

ct_tensor *ct_scale(const ct_tensor *a, double factor, double offset, ct_error *error) {
  return make(error, [&] {
    if (offset == 0) return of(a) * factor;
    if (factor == 1) return of(a) + offset;
    return of(a) * factor + offset;
  });
}

ct_tensor *ct_exp(const ct_tensor *a, ct_error *error) {
  return make(error, [&] { return of(a).exp(); });
}

ct_tensor *ct_log(const ct_tensor *a, ct_error *error) {
  return make(error, [&] { return of(a).log(); });
}

ct_tensor *ct_sqrt(const ct_tensor *a, ct_error *error) {
  return make(error, [&] { return of(a).sqrt(); });
}

ct_tensor *ct_square(const ct_tensor *a, ct_error *error) {
  return make(error, [&] { return of(a).square(); });
}

ct_tensor *ct_sigmoid(const ct_tensor *a, ct_error *error) {
  return make(error, [&] { return of(a).sigmoid(); });
}

ct_tensor *ct_elu(const ct_tensor *a, ct_error *error) {
  return make(error, [&] { return at::elu(of(a)); });
}

ct_tensor *ct_leaky_relu(const ct_tensor *a, double slope, ct_error *error) {
  return make(error, [&] { return at::leaky_relu(of(a), slope); });
}

ct_tensor *ct_clamp(const ct_tensor *a, double low, double high, ct_error *error) {
  return make(error, [&] { return of(a).clamp(low, high); });
}

// MARK: Reductions

ct_tensor *ct_sum(
    const ct_tensor *a, const int *dimensions, int count, bool keep, ct_error *error) {
  return make(error, [&] { return of(a).sum(widened(dimensions, count), keep); });
}

ct_tensor *ct_mean(
    const ct_tensor *a, const int *dimensions, int count, bool keep, ct_error *error) {
  return make(error, [&] { return of(a).mean(widened(dimensions, count), keep); });
}

// MARK: Shape

ct_tensor *ct_reshape(const ct_tensor *a, const int64_t *dimensions, int rank, ct_error *error) {
  return make(error, [&] { return of(a).reshape(shape(dimensions, rank)); });
}

ct_tensor *ct_narrow(
    const ct_tensor *a, int dimension, int64_t start, int64_t length, ct_error *error) {
  return make(error, [&] { return of(a).narrow(dimension, start, length); });
}

ct_tensor *ct_concatenate(
    const ct_tensor *const *tensors, int count, int dimension, ct_error *error) {
  return make(error, [&] { return at::cat(unwrapped(tensors, count), dimension); });
}

bool ct_unstack(
    const ct_tensor *a, int dimension, ct_tensor **slices, int count, ct_error *error) {
  return guarded(error, false, [&] {
    auto values = of(a).unbind(dimension);
    TORCH_CHECK(
        values.size() == size_t(count), "dimension ", dimension, " has ", values.size(),
        " slices, not ", count);
    for (int i = 0; i < count; ++i) slices[i] = wrap(std::move(values[size_t(i)]));
    return true;
  });
}

ct_tensor *ct_stack(
    const ct_tensor *const *tensors, int count, int dimension, ct_error *error) {
  return make(error, [&] {
    auto values = unwrapped(tensors, count);
    for (auto &value : values) value = value.unsqueeze(dimension);
    return at::cat(values, dimension);
  });
}

ct_tensor *ct_pad(
    const ct_tensor *a, int64_t left, int64_t right, int64_t top, int64_t bottom,
    ct_error *error) {
  return make(error, [&] {
    return at::constant_pad_nd(of(a), {left, right, top, bottom}, 0);
  });
}

// MARK: Networks

namespace shim {

void count_convolution(const at::Tensor &grid, const at::Tensor &weight) {
  if (!counting) return;
  counted_operations += 2 * weight.numel() * grid.size(0) * grid.size(2) * grid.size(3);
}

}  // namespace shim

namespace {

/// The result of an operation on `Device.meta`, for which LibTorch's C++ part has no kernel.
at::Tensor shapeless(const at::Tensor &x, std::vector<int64_t> shape) {
  return at::empty(shape, x.options());
}

c10::optional<at::Tensor> maybe(const ct_tensor *tensor) {
  if (!tensor) return c10::nullopt;
  return of(tensor);
}

}  // namespace

namespace shim {

at::Tensor convolution(
    const at::Tensor &image, const at::Tensor &kernel, const at::Tensor &bias, int stride,
    int padding) {
  at::Tensor result;
  if (image.is_meta()) {
    auto size = [&](int axis) {
      return (image.size(axis) + 2 * padding - kernel.size(axis)) / stride + 1;
    };
    result = shapeless(image, {image.size(0), kernel.size(0), size(2), size(3)});
  } else if (is_fast_convolution(image, kernel, stride, padding)) {
    result = fast_convolution(image, kernel, bias);
  } else {
    auto given = bias.numel() > 0 ? c10::optional<at::Tensor>(bias) : c10::nullopt;
    result = at::conv2d(image, kernel, given, {stride, stride}, {padding, padding});
  }
  count_convolution(result, kernel);
  return result;
}

}  // namespace shim

ct_tensor *ct_conv2d(
    const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias, int stride, int padding,
    ct_error *error) {
  return make(
      error, [&] { return convolution(of(x), of(weight), optional(bias), stride, padding); });
}

ct_tensor *ct_conv_transpose2d(
    const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias, int stride, int padding,
    int output_padding, ct_error *error) {
  return make(error, [&] {
    const at::Tensor image = of(x), kernel = of(weight);
    count_convolution(image, kernel);
    if (image.is_meta()) {
      auto size = [&](int axis) {
        return (image.size(axis) - 1) * stride - 2 * padding + kernel.size(axis) + output_padding;
      };
      return shapeless(image, {image.size(0), kernel.size(1), size(2), size(3)});
    }
    return at::conv_transpose2d(
        image, kernel, maybe(bias), {stride, stride}, {padding, padding},
        {output_padding, output_padding});
  });
}

ct_tensor *ct_batch_norm(
    const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias, ct_tensor *running_mean,
    ct_tensor *running_variance, bool training, double momentum, double epsilon,
    ct_error *error) {
  return make(error, [&] {
    const at::Tensor features = of(x);
    if (features.is_meta()) return at::empty_like(features);
    // A second run has the batch's statistics again, and must not move the running ones again.
    bool moves = !training || !repeating;
    return at::batch_norm(
        features, of(weight), of(bias), moves ? of(running_mean) : at::Tensor(),
        moves ? of(running_variance) : at::Tensor(), training, momentum, epsilon,
        at::globalContext().userEnabledCuDNN());
  });
}

ct_tensor *ct_max_pool(const ct_tensor *x, ct_error *error) {
  return make(error, [&] {
    const at::Tensor image = of(x);
    auto sizes = image.sizes();
    if (image.is_meta()) {
      return shapeless(image, {sizes[0], sizes[1], sizes[2] / 2, sizes[3] / 2});
    }
    return at::max_pool2d(image, {2, 2});
  });
}

ct_tensor *ct_upsample(const ct_tensor *x, bool bilinear, ct_error *error) {
  return make(error, [&] {
    const at::Tensor image = of(x);
    std::vector<int64_t> doubled{image.size(2) * 2, image.size(3) * 2};
    return bilinear ? at::upsample_bilinear2d(image, doubled, true)
                    : at::upsample_nearest2d(image, doubled);
  });
}
