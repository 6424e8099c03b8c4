#include <torch/csrc/autograd/custom_function.h>

#include "fast.hpp"

using namespace shim;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

bool is_fast_first(const at::Tensor &x, const at::Tensor &weight) {
  int64_t kernel = weight.size(2);
  return is_fast(x) && x.size(1) == 1 && weight.size(1) == 1 && weight.size(3) == kernel &&
         (kernel == 3 || kernel == 5 || kernel == 7) && !x.requires_grad() &&
         kernels_for({weight.size(0)}) != CK_NONE;
}

/// The first convolution of an image and its ELU. The image itself has no gradient.
class FastFirst : public torch::autograd::Function<FastFirst> {
 public:
  static Variable forward(
      AutogradContext *context, const at::Tensor &given, const at::Tensor &weight,
      const at::Tensor &bias, bool keeps) {
    bool isPlain = given.stride(3) == 1 && given.stride(2) == given.size(3);
    auto x = isPlain ? given : given.contiguous();
    auto y = features(x, weight.size(0));
    auto factors = weight.permute({2, 3, 1, 0}).contiguous();
    auto task = made_task(x, y, weight);
    task.weights = data(factors), task.bias = data(bias), task.y = values(y);
    auto instructions = kernels_for({weight.size(0)});
    int workers = workers_for(y.numel());
    share_out(workers, [&](int worker) {
      ck_convolve_first(instructions, &task, worker, workers);
    });
    if (keeps) {
      context->save_for_backward({x, y, weight});
      context->saved_data["instructions"] = int64_t(instructions);
    }
    return y;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    const auto &x = saved[0], &y = saved[1], &weight = saved[2];
    auto instructions = ck_instructions(context->saved_data["instructions"].toInt());
    auto dy = by_pixel(gradients[0]);
    int workers = workers_for(y.numel());
    int64_t channels = weight.size(0), kernel = weight.size(2);
    auto sums = at::empty({workers, kernel * kernel + 1, channels}, x.options());
    ck_first_gradient task{made_task(x, y, weight), data(dy), values(sums)};
    task.forward.y = y.mutable_data_ptr<float>();
    share_out(workers, [&](int worker) {
      ck_return_first(instructions, &task, worker, workers);
    });
    auto total = sums.sum(0);
    auto dweight = total.narrow(0, 0, kernel * kernel)
                       .view({kernel, kernel, 1, channels})
                       .permute({3, 2, 0, 1});
    auto gradient = at::empty_like(weight);
    gradient.copy_(dweight);
    return {{}, gradient, total[kernel * kernel], {}};
  }

 private:
  static ck_first made_task(const at::Tensor &x, const at::Tensor &y, const at::Tensor &weight) {
    ck_first task{};
    task.images = x.size(0), task.height = x.size(2), task.width = x.size(3);
    task.channels = y.size(1), task.kernel = weight.size(2);
    task.image_stride = x.stride(0);
    task.x = data(x);
    return task;
  }
};

}  // namespace

ct_tensor *ct_conv2d_elu(
    const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias, int stride, int padding,
    ct_error *error) {
  return make(error, [&]() -> at::Tensor {
    const at::Tensor image = of(x), kernel = of(weight);
    if (bias && stride == 1 && padding == kernel.size(2) / 2 && is_fast_first(image, kernel)) {
      count_convolution(image, kernel);
      if (image.is_meta()) return features(image, kernel.size(0)).contiguous();
      return FastFirst::apply(image, kernel, of(bias), at::GradMode::is_enabled());
    }
    auto y = convolution(image, kernel, optional(bias), stride, padding);
    if (counting) counted_bytes += y.numel() * y.element_size();
    return at::elu(y);
  });
}
