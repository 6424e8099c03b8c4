#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <mutex>

#include "shim.hpp"

using namespace shim;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace shim {

thread_local bool rehearsing = false;
thread_local bool repeating = false;

}  // namespace shim

namespace {

/// The most results of a part.
constexpr int capacity = 16;

/// A part of a network with all that decides what it computes besides its inputs.
struct Part : torch::CustomClassHolder {
  ct_part part;
  std::vector<at::Generator> generators;
  std::vector<at::Tensor> states;
  at::DeviceType device;
  bool casts, caches, survivable;
  at::ScalarType type;

  Part(ct_part part, at::DeviceType device) : part(part), device(device) {
    casts = at::autocast::is_autocast_available(device) &&
            at::autocast::is_autocast_enabled(device);
    type = casts ? at::autocast::get_autocast_dtype(device) : at::kFloat;
    caches = at::autocast::is_autocast_cache_enabled();
    survivable = exhaustion.survivable;
  }

  ~Part() override { part.release(part.context); }

  variable_list operator()(const variable_list &inputs) const {
    std::vector<ct_tensor *> given;
    for (const auto &input : inputs) given.push_back(share(input));
    ct_tensor *handles[capacity];
    int count = part.run(part.context, given.data(), int(given.size()), handles, capacity);
    variable_list results;
    for (int i = 0; i < count; ++i) {
      results.push_back(handles[i]->value);
      ct_free(handles[i]);
    }
    return results;
  }
};

variable_list detached(const variable_list &tensors) {
  variable_list values;
  for (const auto &tensor : tensors) {
    auto value = tensor.detach();
    value.set_requires_grad(tensor.requires_grad());
    values.push_back(value);
  }
  return values;
}

at::Tensor state(at::Generator generator) {
  std::lock_guard<std::mutex> lock(generator.mutex());
  return generator.get_state();
}

void set_state(at::Generator generator, const at::Tensor &state) {
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_state(state);
}

/// The circumstances of a part's first run, as long as it lives.
class Circumstances {
 public:
  explicit Circumstances(const Part &part) : part(part), repeated(repeating) {
    for (size_t i = 0; i < part.generators.size(); ++i) {
      states.push_back(state(part.generators[i]));
      set_state(part.generators[i], part.states[i]);
    }
    caches = at::autocast::is_autocast_cache_enabled();
    at::autocast::set_autocast_cache_enabled(part.caches);
    available = at::autocast::is_autocast_available(part.device);
    if (available) {
      casts = at::autocast::is_autocast_enabled(part.device);
      type = at::autocast::get_autocast_dtype(part.device);
      at::autocast::set_autocast_enabled(part.device, part.casts);
      if (part.casts) at::autocast::set_autocast_dtype(part.device, part.type);
    }
    // Gradients of a GPU are computed on a thread of LibTorch's.
    opened = part.survivable && !exhaustion.survivable;
    if (opened) exhaustion = {true, {}};
    repeating = true;
  }

  ~Circumstances() {
    repeating = repeated;
    if (opened) exhaustion = {};
    if (available) {
      at::autocast::set_autocast_enabled(part.device, casts);
      at::autocast::set_autocast_dtype(part.device, type);
    }
    at::autocast::set_autocast_cache_enabled(caches);
    for (size_t i = 0; i < states.size(); ++i) set_state(part.generators[i], states[i]);
  }

  Circumstances(const Circumstances &) = delete;
  Circumstances &operator=(const Circumstances &) = delete;

 private:
  const Part &part;
  std::vector<at::Tensor> states;
  at::ScalarType type = at::kFloat;
  bool caches, repeated, available, opened, casts = false;
};

/// A part's first run, as long as it lives.
class Rehearsal {
 public:
  Rehearsal() : before(std::exchange(rehearsing, true)) {}
  ~Rehearsal() { rehearsing = before; }

  Rehearsal(const Rehearsal &) = delete;
  Rehearsal &operator=(const Rehearsal &) = delete;

 private:
  bool before;
};

struct Recomputation : torch::autograd::Function<Recomputation> {
  /// - Parameter mark: without elements; its gradient is never asked for, but makes this a step of
  ///   the backward pass where the parameters alone need gradients
  template <class... Inputs>
  static variable_list forward(
      AutogradContext *context, const c10::intrusive_ptr<Part> &part, const at::Tensor &mark,
      const Inputs &...given) {
    variable_list inputs{given...}, results;
    context->set_materialize_grads(false);
    context->save_for_backward(inputs);
    context->saved_data["part"] = c10::IValue::make_capsule(part);
    Rehearsal rehearsal;
    // New handles: a part may give one tensor twice, or an input.
    for (const auto &result : (*part)(detached(inputs))) results.push_back(result.variable_data());
    return results;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto capsule = context->saved_data["part"].toCapsule();
    const auto &part = static_cast<const Part &>(*capsule);
    variable_list inputs = detached(context->get_saved_variables());
    variable_list results, received;
    {
      Circumstances circumstances(part);
      at::AutoGradMode recording(true);
      variable_list all = part(inputs);
      require_values();
      TORCH_CHECK(
          all.size() == gradients.size(), "a part of a network gave ", gradients.size(),
          " results, and ", all.size(), " the second time");
      for (size_t i = 0; i < all.size(); ++i) {
        if (!gradients[i].defined() || !all[i].requires_grad()) continue;
        results.push_back(std::move(all[i]));
        received.push_back(std::move(gradients[i]));
      }
    }
    if (!results.empty()) torch::autograd::backward(results, received);
    variable_list given(2);  // the part's and the mark's
    for (const auto &input : inputs) given.push_back(input.grad());
    return given;
  }
};

/// Inputs are arguments of their own: LibTorch sees none inside a list.
template <size_t... Places>
variable_list recomputed(
    const c10::intrusive_ptr<Part> &part, const at::Tensor &mark, const variable_list &inputs,
    std::index_sequence<Places...>) {
  return Recomputation::apply(part, mark, inputs[Places]...);
}

variable_list recomputed(
    const c10::intrusive_ptr<Part> &part, const at::Tensor &mark, const variable_list &inputs) {
  switch (inputs.size()) {
    case 0: return recomputed(part, mark, inputs, std::make_index_sequence<0>());
    case 1: return recomputed(part, mark, inputs, std::make_index_sequence<1>());
    case 2: return recomputed(part, mark, inputs, std::make_index_sequence<2>());
    case 3: return recomputed(part, mark, inputs, std::make_index_sequence<3>());
    case 4: return recomputed(part, mark, inputs, std::make_index_sequence<4>());
    default:
      TORCH_CHECK(
          false, "a part of a network has ", inputs.size(), " inputs, at most 4 are possible");
  }
}

}  // namespace

int ct_compute_twice(
    ct_part plain, ct_tensor *const *inputs, int count, ct_generator *const *generators,
    int generator_count, ct_tensor **outputs, int places, ct_error *error) {
  return guarded(error, -1, [&] {
    variable_list values;
    for (int i = 0; i < count; ++i) values.push_back(of(inputs[i]));
    auto device = values.empty() ? at::kCPU : values[0].device().type();
    auto part = c10::make_intrusive<Part>(plain, device);
    variable_list results;
    if (!at::GradMode::is_enabled() || device == at::kMeta) {
      int64_t before = counted_bytes, kept = 0;
      results = (*part)(values);
      for (const auto &result : results) kept += result.numel() * result.element_size();
      if (counting) {
        transient_bytes = std::max(transient_bytes, counted_bytes - before - kept);
        counted_bytes = before + kept;
      }
    } else {
      for (int i = 0; i < generator_count; ++i) {
        part->generators.push_back(generators[i]->value);
        part->states.push_back(state(generators[i]->value));
      }
      auto mark = at::empty({0}, at::TensorOptions().device(device));
      mark.set_requires_grad(true);
      results = recomputed(part, mark, values);
    }
    TORCH_CHECK(
        results.size() <= size_t(places), "a part of a network gave ", results.size(),
        " results, at most ", places, " are possible");
    for (size_t i = 0; i < results.size(); ++i) outputs[i] = share(std::move(results[i]));
    return int(results.size());
  });
}

bool ct_is_repeating(void) { return repeating; }
