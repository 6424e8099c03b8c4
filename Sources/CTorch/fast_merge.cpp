#include <torch/csrc/autograd/custom_function.h>

#include "fast.hpp"

using namespace shim;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

/// Features as a matrix of pixels, `[B H W, C]`.
at::Tensor matrix(const at::Tensor &x) {
  return by_pixel(x).permute({0, 2, 3, 1}).reshape({-1, x.size(1)});
}

/// A matrix of pixels as features.
at::Tensor image(const at::Tensor &pixels, const at::Tensor &like) {
  return pixels.view({like.size(0), like.size(2), like.size(3), pixels.size(1)})
      .permute({0, 3, 1, 2});
}

/// The middle of features, of the size of others.
at::Tensor middle(const at::Tensor &x, const at::Tensor &like) {
  int64_t rows = x.size(2) - like.size(2), columns = x.size(3) - like.size(3);
  return x.narrow(2, rows / 2, like.size(2)).narrow(3, columns / 2, like.size(3));
}

/// A 1 × 1 convolution of two maps, as two products that add up: neither padded nor joined in memory.
class FastMerge : public torch::autograd::Function<FastMerge> {
 public:
  static Variable forward(
      AutogradContext *context, const at::Tensor &first, const at::Tensor &second,
      const at::Tensor &weight, const at::Tensor &bias, bool keeps) {
    auto [weight1, weight2] = halves(weight, first.size(1));
    auto pixels = at::addmm(bias, matrix(second), weight2.t());
    auto result = image(pixels, second);
    if (first.sizes().slice(2) == second.sizes().slice(2)) {
      pixels.addmm_(matrix(first), weight1.t());
    } else {
      middle(result, first).add_(image(at::mm(matrix(first), weight1.t()), first));
    }
    if (keeps) context->save_for_backward({first, second, weight});
    return result;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    const auto &first = saved[0], &second = saved[1], &weight = saved[2];
    auto [weight1, weight2] = halves(weight, first.size(1));
    auto whole = matrix(gradients[0]);
    auto part = matrix(middle(gradients[0], first));
    auto dweight =
        at::cat({at::mm(part.t(), matrix(first)), at::mm(whole.t(), matrix(second))}, 1)
            .view(weight.sizes());
    return {
        image(at::mm(part, weight1), first), image(at::mm(whole, weight2), second), dweight,
        whole.sum(0), {}};
  }

 private:
  static std::pair<at::Tensor, at::Tensor> halves(const at::Tensor &weight, int64_t columns) {
    auto plain = weight.reshape({weight.size(0), weight.size(1)});
    return {plain.narrow(1, 0, columns), plain.narrow(1, columns, plain.size(1) - columns)};
  }
};

}  // namespace

ct_tensor *ct_merge(
    const ct_tensor *first, const ct_tensor *second, const ct_tensor *weight,
    const ct_tensor *bias, ct_error *error) {
  return make(error, [&]() -> at::Tensor {
    const at::Tensor inner = of(first), outer = of(second), factors = of(weight);
    count_convolution(outer, factors);
    if (is_fast(outer) && kernels_for({}) != CK_NONE) {
      if (outer.is_meta()) {
        return at::empty(
            {outer.size(0), factors.size(0), outer.size(2), outer.size(3)}, outer.options());
      }
      return FastMerge::apply(inner, outer, factors, of(bias), at::GradMode::is_enabled());
    }
    int64_t rows = outer.size(2) - inner.size(2), columns = outer.size(3) - inner.size(3);
    auto padded = rows || columns
                      ? at::constant_pad_nd(
                            inner, {columns / 2, columns - columns / 2, rows / 2, rows - rows / 2})
                      : inner;
    auto joined = at::cat({padded, outer}, 1);
    if (counting) counted_bytes += joined.numel() * joined.element_size();
    if (joined.is_meta())
      return at::empty(
          {outer.size(0), factors.size(0), outer.size(2), outer.size(3)}, outer.options());
    return at::conv2d(joined, factors, of(bias));
  });
}
