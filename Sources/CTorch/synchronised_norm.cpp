#include <torch/csrc/autograd/custom_function.h>

#include "group.hpp"

using namespace shim;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

/// Numbers of one channel that all ranks have together, per channel.
struct Statistics {
  at::Tensor mean, variance;  // [C], float64, the variance biased
  double count;
};

/// In double precision: sums of squares lose what their difference to the squared mean needs.
Statistics statistics(const at::Tensor &x, ct_group &group) {
  const std::vector<int64_t> others{0, 2, 3};
  auto [variance, mean] = at::var_mean(x.to(at::kFloat), others, /*unbiased=*/false);
  double own = double(x.numel()) / double(x.size(1));
  variance = variance.to(at::kDouble);
  mean = mean.to(at::kDouble);
  auto sums = at::stack({mean * own, (variance + mean * mean) * own, at::full_like(mean, own)});
  group.sum(sums);
  auto count = sums[2][0].item<double>();
  mean = sums[0] / count;
  variance = (sums[1] / count - mean * mean).clamp_min(0);
  return {mean, variance, count};
}

class SynchronisedNorm : public torch::autograd::Function<SynchronisedNorm> {
 public:
  static Variable forward(
      AutogradContext *context, const at::Tensor &x, const at::Tensor &weight,
      const at::Tensor &bias, const at::Tensor &running_mean, const at::Tensor &running_variance,
      double momentum, double epsilon, int64_t group) {
    auto found = statistics(x, *reinterpret_cast<ct_group *>(group));
    auto mean = found.mean.to(at::kFloat);
    auto variance = found.variance.to(at::kFloat);
    double unbiased = found.count / std::max(found.count - 1, 1.0);
    at::Tensor(running_mean).lerp_(mean, momentum);
    at::Tensor(running_variance).lerp_((found.variance * unbiased).to(at::kFloat), momentum);
    auto inverse = (found.variance + epsilon).rsqrt().to(at::kFloat);
    context->save_for_backward({x, weight, mean, inverse});
    context->saved_data["count"] = found.count;
    context->saved_data["group"] = group;
    // As in evaluation: with statistics that are given.
    return std::get<0>(
        at::native_batch_norm(x, weight, bias, mean, variance, false, momentum, epsilon));
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1], &mean = saved[2], &inverse = saved[3];
    double count = context->saved_data["count"].toDouble();
    auto *group = reinterpret_cast<ct_group *>(context->saved_data["group"].toInt());
    const std::vector<int64_t> others{0, 2, 3};
    auto row = [](const at::Tensor &values) { return values.view({1, -1, 1, 1}); };

    auto dy = gradients[0].to(at::kFloat);
    auto normal = (x.to(at::kFloat) - row(mean)) * row(inverse);
    auto bias_gradient = dy.sum(others);
    auto weight_gradient = (dy * normal).sum(others);
    auto sums = at::stack({bias_gradient, weight_gradient}).to(at::kDouble);
    group->sum(sums);
    auto means = (sums / count).to(at::kFloat);
    auto dx = (dy - row(means[0]) - normal * row(means[1])) * row(inverse * weight);
    // Weight and bias have the gradients of this rank's part; all gradients are averaged later.
    return {dx.to(x.scalar_type()), weight_gradient, bias_gradient, {}, {}, {}, {}, {}};
  }
};

}  // namespace

ct_tensor *ct_batch_norm_synchronised(
    const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias, ct_tensor *running_mean,
    ct_tensor *running_variance, double momentum, double epsilon, ct_group *group,
    ct_error *error) {
  return make(error, [&]() -> at::Tensor {
    // A second run has the batch's statistics again, and must not move the running ones again.
    return SynchronisedNorm::apply(
        of(x), of(weight), of(bias), of(running_mean), of(running_variance),
        repeating ? 0.0 : momentum, epsilon, int64_t(reinterpret_cast<intptr_t>(group)));
  });
}
