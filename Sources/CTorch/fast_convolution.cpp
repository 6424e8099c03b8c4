#include <torch/csrc/autograd/custom_function.h>

#include "fast.hpp"

using namespace shim;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

class FastConvolution : public torch::autograd::Function<FastConvolution> {
 public:
  static Variable forward(
      AutogradContext *context, const at::Tensor &given, const at::Tensor &weight,
      const at::Tensor &bias, bool keeps) {
    auto instructions = kernels_for({weight.size(0), weight.size(1)});
    auto x = by_pixel(given);
    auto y = features(x, weight.size(0));
    auto filters = packed_filters(weight, keeps, instructions);
    ck_convolution task{};
    task.filters = data(filters), task.bias = data(bias);
    convolve(instructions, x, y, task);
    if (keeps) {
      context->save_for_backward({x, weight});
      context->saved_data["instructions"] = int64_t(instructions);
    }
    return y;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1];
    auto instructions = ck_instructions(context->saved_data["instructions"].toInt());
    auto dy = by_pixel(gradients[0]);
    at::Tensor dx;
    if (context->needs_input_grad(0)) {
      dx = features(x, x.size(1));
      auto filters = packed_filters_back(weight, instructions);
      ck_convolution task{};
      task.filters = data(filters);
      convolve(instructions, dy, dx, task);
    }
    bool hasBias = context->needs_input_grad(2);
    return {
        dx, filter_gradient(x, {}, dy, weight, instructions),
        hasBias ? dy.sum(at::IntArrayRef{0, 2, 3}) : at::Tensor(), {}};
  }
};

}  // namespace

namespace shim {

at::Tensor fast_convolution(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias) {
  return FastConvolution::apply(x, weight, bias, at::GradMode::is_enabled());
}

}  // namespace shim
