#include <map>
#include <ATen/core/grad_mode.h>

#include "fast.hpp"

using namespace shim;

// MARK: Autograd

void ct_set_requires_grad(ct_tensor *tensor, bool requires_grad) {
  tensor->value.set_requires_grad(requires_grad);
}

bool ct_requires_grad(const ct_tensor *tensor) { return tensor->value.requires_grad(); }

ct_tensor *ct_detach(const ct_tensor *tensor, ct_error *error) {
  return make(error, [&] { return of(tensor).detach(); });
}

ct_tensor *ct_gradient(const ct_tensor *tensor) {
  const at::Tensor &gradient = tensor->value.grad();
  return gradient.defined() ? wrap(gradient) : nullptr;
}

void ct_clear_gradient(ct_tensor *tensor) { tensor->value.mutable_grad().reset(); }

bool ct_backward(const ct_tensor *loss, ct_error *error) {
  return guarded(error, false, [&] {
    require_values();
    loss->value.backward();
    return true;
  });
}

bool ct_set_grad_enabled(bool enabled) {
  bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(enabled);
  return before;
}

// MARK: Writing in place

bool ct_assign(ct_tensor *target, const ct_tensor *source, ct_error *error) {
  return guarded(error, false, [&] {
    require_values();
    at::NoGradGuard guard;
    target->value.copy_(source->value);
    return true;
  });
}

bool ct_interpolate(ct_tensor *target, const ct_tensor *source, double weight, ct_error *error) {
  return guarded(error, false, [&] {
    at::NoGradGuard guard;
    target->value.lerp_(source->value, weight);
    return true;
  });
}

bool ct_increment(ct_tensor *target, ct_error *error) {
  return guarded(error, false, [&] {
    at::NoGradGuard guard;
    if (!exhaustion.happened()) target->value.add_(1);
    return true;
  });
}

double ct_clip_gradients(
    ct_tensor *const *parameters, int count, double maximum, ct_error *error) {
  return guarded(error, 0.0, [&] {
    at::NoGradGuard guard;
    std::vector<at::Tensor> gradients, norms;
    for (int i = 0; i < count; ++i) {
      const at::Tensor &gradient = parameters[i]->value.grad();
      if (!gradient.defined()) continue;
      gradients.push_back(gradient);
      norms.push_back(at::norm(gradient));
    }
    if (gradients.empty()) return 0.0;
    double total = at::norm(at::stack(norms)).item<double>();
    // NaN compares false: gradients that are not numbers are left for the caller to judge.
    double factor = maximum / (total + 1e-6);
    if (maximum > 0 && factor < 1) at::_foreach_mul_(gradients, factor);
    return total;
  });
}

bool ct_scale_gradients(
    ct_tensor *const *parameters, int count, double factor, ct_error *error) {
  return guarded(error, false, [&] {
    at::NoGradGuard guard;
    std::vector<at::Tensor> gradients;
    for (int i = 0; i < count; ++i) {
      const at::Tensor &gradient = parameters[i]->value.grad();
      if (gradient.defined()) gradients.push_back(gradient);
    }
    if (!gradients.empty()) at::_foreach_mul_(gradients, factor);
    return true;
  });
}

namespace {

/// Takes a step of the loops; false where there are none for these numbers.
bool takes_fast_step(
    ct_tensor *const *parameters, ct_tensor *const *first, ct_tensor *const *second, int count,
    ck_step step) {
  auto instructions = kernels_for({});
  if (instructions == CK_NONE) return false;
  std::vector<ck_piece> pieces;
  int64_t total = 0;
  for (int i = 0; i < count; ++i) {
    const at::Tensor &values = parameters[i]->value, &gradient = values.grad();
    if (!gradient.defined()) continue;
    for (const at::Tensor &tensor : {values, gradient, first[i]->value, second[i]->value}) {
      // The same place in memory has to mean the same number.
      if (!tensor.is_cpu() || tensor.scalar_type() != at::kFloat ||
          !tensor.is_non_overlapping_and_dense() || tensor.strides() != values.strides())
        return false;
    }
    pieces.push_back(
        {values.numel(), values.mutable_data_ptr<float>(), gradient.const_data_ptr<float>(),
         first[i]->value.mutable_data_ptr<float>(), second[i]->value.mutable_data_ptr<float>()});
    total += values.numel();
  }
  step.pieces = pieces.data(), step.count = int(pieces.size());
  int workers = workers_for(total);
  share_out(workers, [&](int worker) { ck_take_step(instructions, &step, worker, workers); });
  for (int i = 0; i < count; ++i) parameters[i]->value.unsafeGetTensorImpl()->bump_version();
  return true;
}

void adamw_step(
    ct_tensor *const *parameters, ct_tensor *const *averages, ct_tensor *const *squares, int count,
    int64_t step, double rate, double beta1, double beta2, double epsilon, double decay) {
  double correction1 = 1 - std::pow(beta1, double(step));
  double correction2 = std::sqrt(1 - std::pow(beta2, double(step)));
  ck_step fast{nullptr, 0,     0,       rate / correction1, beta1,
               beta2,   epsilon, rate * decay, correction2};
  if (takes_fast_step(parameters, averages, squares, count, fast)) return;
  for (int i = 0; i < count; ++i) {
    at::Tensor &parameter = parameters[i]->value;
    const at::Tensor &gradient = parameter.grad();
    if (!gradient.defined()) continue;
    at::Tensor &average = averages[i]->value, &square = squares[i]->value;
    if (decay != 0) parameter.mul_(1 - rate * decay);
    average.lerp_(gradient, 1 - beta1);
    square.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
    auto denominator = square.sqrt().div_(correction2).add_(epsilon);
    parameter.addcdiv_(average, denominator, -rate / correction1);
  }
}

/// Whether a parameter is the kernel of a convolution between feature maps.
bool is_matrix(const at::Tensor &parameter) {
  return parameter.dim() == 4 && parameter.size(0) >= 8 && parameter.size(1) >= 8;
}

/// The nearest matrices with orthogonal rows or columns, `[N, m, n]`, roughly: singular values come to
/// lie between 0.7 and 1.2 (Jordan et al., 2024: a Newton-Schulz iteration with a quintic polynomial).
at::Tensor orthogonalised(const at::Tensor &matrices) {
  bool isTall = matrices.size(1) > matrices.size(2);
  auto x = isTall ? matrices.transpose(1, 2) : matrices;
  x = x / (x.norm(2, {1, 2}, true) + 1e-7);
  for (int i = 0; i < 5; ++i) {
    auto square = x.bmm(x.transpose(1, 2));
    auto factor = at::baddbmm(square, square, square, -4.7750, 2.0315);
    x = at::baddbmm(x, factor, x, 3.4445, 1);
  }
  return isTall ? x.transpose(1, 2) : x;
}

}  // namespace

bool ct_muon(
    ct_tensor *const *parameters, ct_tensor *const *averages, ct_tensor *const *squares, int count,
    int64_t step, double rate, double momentum, double beta1, double beta2, double epsilon,
    double decay, ct_error *error) {
  return guarded(error, false, [&] {
    at::NoGradGuard guard;
    std::vector<ct_tensor *> others[3];
    // Kernels of one shape are computed together.
    std::map<std::vector<int64_t>, std::vector<int>> shapes;
    for (int i = 0; i < count; ++i) {
      const at::Tensor &parameter = parameters[i]->value;
      if (!parameter.grad().defined()) continue;
      if (is_matrix(parameter)) {
        shapes[parameter.sizes().vec()].push_back(i);
      } else {
        others[0].push_back(parameters[i]);
        others[1].push_back(averages[i]);
        others[2].push_back(squares[i]);
      }
    }
    adamw_step(
        others[0].data(), others[1].data(), others[2].data(), int(others[0].size()), step, rate,
        beta1, beta2, epsilon, decay);
    for (const auto &[shape, places] : shapes) {
      std::vector<at::Tensor> directions;
      for (int i : places) {
        const at::Tensor &gradient = parameters[i]->value.grad();
        at::Tensor &average = averages[i]->value;
        average.lerp_(gradient, 1 - momentum);
        directions.push_back(gradient.lerp(average, momentum).flatten(1));
      }
      auto updates = orthogonalised(at::stack(directions));
      // As long as a step of AdamW is (Liu et al., 2025).
      double length = 0.2 * std::sqrt(double(std::max(updates.size(1), updates.size(2))));
      for (size_t k = 0; k < places.size(); ++k) {
        at::Tensor &parameter = parameters[places[k]]->value;
        if (decay != 0) parameter.mul_(1 - rate * decay);
        parameter.add_(updates[int64_t(k)].reshape(shape), -rate * length);
      }
    }
    return true;
  });
}

bool ct_adamax(
    ct_tensor *const *parameters, ct_tensor *const *averages, ct_tensor *const *maxima, int count,
    int64_t step, double rate, double beta1, double beta2, double epsilon, double decay,
    ct_error *error) {
  return guarded(error, false, [&] {
    at::NoGradGuard guard;
    double corrected = rate / (1 - std::pow(beta1, double(step)));
    ck_step fast{nullptr, 0, 1, corrected, beta1, beta2, epsilon, decay, 1};
    if (takes_fast_step(parameters, averages, maxima, count, fast)) return true;
    for (int i = 0; i < count; ++i) {
      at::Tensor &parameter = parameters[i]->value;
      at::Tensor gradient = parameter.grad();
      if (!gradient.defined()) continue;
      if (decay != 0) gradient = gradient.add(parameter, decay);
      at::Tensor &average = averages[i]->value, &maximum = maxima[i]->value;
      average.lerp_(gradient, 1 - beta1);
      maximum.mul_(beta2);
      at::maximum_out(maximum, maximum, gradient.abs().add_(epsilon));
      parameter.addcdiv_(average, maximum, -corrected);
    }
    return true;
  });
}

bool ct_adamw(
    ct_tensor *const *parameters, ct_tensor *const *averages, ct_tensor *const *squares, int count,
    int64_t step, double rate, double beta1, double beta2, double epsilon, double decay,
    ct_error *error) {
  return guarded(error, false, [&] {
    at::NoGradGuard guard;
    adamw_step(
        parameters, averages, squares, count, step, rate, beta1, beta2, epsilon, decay);
    return true;
  });
}
