#include <torch/csrc/autograd/custom_function.h>

#include "fast.hpp"

using namespace shim;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

ck_latent made_task(
    const at::Tensor &posterior, const at::Tensor &prior, const at::Tensor &noise, double maximum,
    bool analytic) {
  ck_latent task{};
  task.images = posterior.size(0);
  task.pixels = posterior.size(2) * posterior.size(3);
  task.channels = posterior.size(1) / 2;
  task.posterior = data(posterior), task.prior = data(prior), task.noise = data(noise);
  if (prior.defined() && prior.size(0) > 1)
    task.prior_stride = task.pixels * posterior.size(1);
  task.raw_maximum = float(maximum);
  task.analytic = analytic;
  return task;
}

class FastLatent : public torch::autograd::Function<FastLatent> {
 public:
  static variable_list forward(
      AutogradContext *context, const at::Tensor &given, const at::Tensor &given_prior,
      const at::Tensor &given_noise, double maximum, bool analytic, bool keeps) {
    auto posterior = by_pixel(given);
    auto prior = given_prior.numel() > 0 ? by_pixel(given_prior) : at::Tensor();
    auto noise = given_noise.numel() > 0 ? by_pixel(given_noise) : at::Tensor();
    int64_t channels = posterior.size(1) / 2;
    auto z = features(posterior, channels);
    auto divergence = at::empty({posterior.size(0)}, posterior.options());
    auto task = made_task(posterior, prior, noise, maximum, analytic);
    task.z = values(z), task.divergence = values(divergence);
    auto instructions = kernels_for({channels});
    int workers = workers_for(z.numel());
    share_out(workers, [&](int worker) {
      ck_draw_latent(instructions, &task, worker, workers);
    });
    if (keeps) {
      context->save_for_backward({posterior, prior, noise});
      context->saved_data["maximum"] = maximum;
      context->saved_data["analytic"] = analytic;
      context->saved_data["instructions"] = int64_t(instructions);
    }
    if (!prior.defined()) return {z};
    return {z, divergence};
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    const auto &posterior = saved[0], &prior = saved[1], &noise = saved[2];
    auto dz = gradients[0].defined() ? by_pixel(gradients[0]) : at::Tensor();
    auto ddivergence = prior.defined() && gradients[1].defined() ? gradients[1].contiguous()
                                                                 : at::Tensor();
    auto dposterior = features(posterior, posterior.size(1));
    auto dprior = prior.defined() ? features(posterior, posterior.size(1)) : at::Tensor();
    ck_latent_gradient task{};
    task.forward = made_task(
        posterior, prior, noise, context->saved_data["maximum"].toDouble(),
        context->saved_data["analytic"].toBool());
    task.dz = data(dz), task.ddivergence = data(ddivergence);
    task.dposterior = values(dposterior);
    task.dprior = prior.defined() ? values(dprior) : nullptr;
    auto instructions = ck_instructions(context->saved_data["instructions"].toInt());
    int workers = workers_for(posterior.numel());
    share_out(workers, [&](int worker) {
      ck_return_latent(instructions, &task, worker, workers);
    });
    if (prior.defined() && prior.size(0) < posterior.size(0)) dprior = dprior.sum(0, true);
    return {dposterior, dprior, {}, {}, {}, {}};
  }
};

}  // namespace

bool ct_has_latent(const ct_tensor *posterior) {
  const at::Tensor &given = posterior->value;
  return is_fast(given) && given.size(1) % 2 == 0 &&
         kernels_for({given.size(1) / 2}) != CK_NONE;
}

bool ct_latent(
    const ct_tensor *posterior, const ct_tensor *prior, const ct_tensor *noise, double maximum,
    bool analytic, ct_tensor **z, ct_tensor **divergence, ct_error *error) {
  return make_all(error, [&]() -> std::vector<at::Tensor> {
    const at::Tensor given = of(posterior);
    if (given.is_meta()) {
      auto shape = given.sizes().vec();
      shape[1] /= 2;
      std::vector<at::Tensor> results{at::empty(shape, given.options())};
      if (prior) results.push_back(at::empty({given.size(0)}, given.options()));
      return results;
    }
    return FastLatent::apply(
        given, optional(prior), optional(noise), maximum, analytic, at::GradMode::is_enabled());
  }, {z, divergence});
}
