#include <ATen/autocast_mode.h>

#include "shim.hpp"

using namespace shim;

namespace {

/// A state of automatic casting, as long as it lives.
class Casting {
 public:
  Casting(ct_device device, ct_autocast state) : device(device) {
    before = ct_set_autocast(device, state);
  }
  ~Casting() { ct_set_autocast(device, before); }
  Casting(const Casting &) = delete;
  Casting &operator=(const Casting &) = delete;

 private:
  ct_device device;
  ct_autocast before;
};

}  // namespace

ct_autocast ct_set_autocast(ct_device place, ct_autocast state) {
  // Not `device`, which is the device of shapes after memory ran out.
  auto type = place.kind == CT_CUDA ? at::kCUDA : place.kind == CT_MPS ? at::kMPS : at::kCPU;
  ct_autocast before = {
      at::autocast::is_autocast_enabled(type),
      element_type(at::autocast::get_autocast_dtype(type)),
      at::autocast::is_autocast_cache_enabled()};
  at::autocast::set_autocast_enabled(type, state.enabled);
  at::autocast::set_autocast_dtype(type, dtype(state.dtype));
  at::autocast::set_autocast_cache_enabled(state.cached);
  return before;
}

bool ct_try_autocast(ct_dtype type, ct_device place, ct_error *error) {
  return guarded(error, false, [&] {
    auto options = at::TensorOptions().device(device(place));
    auto parameter = [&](at::IntArrayRef shape) {
      return at::ones(shape, options).set_requires_grad(true);
    };
    auto x = at::ones({2, 4, 8, 8}, options);
    if (x.is_cpu()) x = x.contiguous(at::MemoryFormat::ChannelsLast);
    auto weight = parameter({4, 4, 3, 3}), bias = parameter({4}), factor = parameter({4});
    at::AutoGradMode recording(true);
    at::Tensor result;
    {
      Casting casting(place, {true, type, false});
      auto halved = at::conv2d(x, weight, bias, {2, 2}, {1, 1});
      auto doubled = at::conv_transpose2d(halved, weight, bias, {2, 2}, {1, 1}, {1, 1});
      auto normal = at::batch_norm(
          doubled, factor, bias, at::zeros({4}, options), at::ones({4}, options), true, 0.1, 1e-5,
          at::globalContext().userEnabledCuDNN());
      result = at::elu(normal) * at::sigmoid(doubled);
    }
    result.to(at::kFloat).sum().backward();
    return weight.grad().defined();
  });
}
