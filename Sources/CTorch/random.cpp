#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>

#include <mutex>

#include "fast.hpp"

using namespace shim;

ct_generator *ct_generator_new(uint64_t seed, ct_device place, ct_error *error) {
  return guarded(error, static_cast<ct_generator *>(nullptr), [&] {
    auto where = device(place);
    auto generator =
        where.is_cpu() || where.is_meta()
            ? at::make_generator<at::CPUGeneratorImpl>()
            : at::globalContext().getAcceleratorHooksInterface(where.type()).getNewGenerator(
                  where.has_index() ? where.index() : at::DeviceIndex(0));
    generator.set_current_seed(seed);
    return new ct_generator{std::move(generator)};
  });
}

void ct_generator_free(ct_generator *generator) { delete generator; }

ct_tensor *ct_generator_state(const ct_generator *generator, ct_error *error) {
  return make(error, [&] {
    at::Generator shared = generator->value;
    std::lock_guard<std::mutex> lock(shared.mutex());
    // Bytes travel as 64-bit integers, the one integer type of this interface.
    return shared.get_state().to(at::kLong);
  });
}

bool ct_generator_set_state(ct_generator *generator, const ct_tensor *state, ct_error *error) {
  return guarded(error, false, [&] {
    std::lock_guard<std::mutex> lock(generator->value.mutex());
    generator->value.set_state(state->value.to(at::kCPU, at::kByte));
    return true;
  });
}

ct_tensor *ct_randn(
    const int64_t *dimensions, int rank, ct_dtype type, ct_device place, ct_generator *generator,
    ct_error *error) {
  return make(error, [&] {
    auto options = at::TensorOptions().dtype(dtype(type)).device(device(place));
    if (options.device().is_meta()) return at::empty(shape(dimensions, rank), options);
    return at::randn(shape(dimensions, rank), generator->value, options);
  });
}

ct_tensor *ct_noise(
    const int64_t *dimensions, ct_device place, ct_generator *generator, ct_error *error) {
  return make(error, [&] {
    auto options = at::TensorOptions().dtype(at::kFloat).device(device(place));
    auto sizes = shape(dimensions, 4);
    if (options.device().is_meta()) return at::empty(sizes, options);
    if (!options.device().is_cpu()) return at::randn(sizes, generator->value, options);
    auto numbers = at::empty(sizes, options.memory_format(at::MemoryFormat::ChannelsLast));
    uint64_t seed;
    {
      std::lock_guard<std::mutex> lock(generator->value.mutex());
      seed = generator->value.get<at::CPUGeneratorImpl>()->random64();
    }
    int workers = workers_for(numbers.numel());
    share_out(workers, [&](int worker) {
      ck_draw_noise(
          ck_best_instructions(), values(numbers), numbers.numel(), seed, worker, workers);
    });
    return numbers;
  });
}

ct_tensor *ct_uniform(
    double low, double high, const int64_t *dimensions, int rank, ct_dtype type, ct_device place,
    ct_generator *generator, ct_error *error) {
  return make(error, [&] {
    auto options = at::TensorOptions().dtype(dtype(type)).device(device(place));
    auto result = at::empty(shape(dimensions, rank), options);
    if (!result.is_meta()) result.uniform_(low, high, generator->value);
    return result;
  });
}

ct_tensor *ct_dropout(
    const ct_tensor *x, double probability, bool whole_channels, ct_generator *generator,
    ct_error *error) {
  return make(error, [&] {
    const at::Tensor features = of(x);
    auto sizes = features.sizes();
    auto mask = whole_channels ? at::empty({sizes[0], sizes[1], 1, 1}, features.options())
                               : at::empty_like(features);
    if (!mask.is_meta()) mask.bernoulli_(1 - probability, generator->value);
    // A short format cannot hold the factor: rounding it would shrink or stretch all features.
    if (features.element_size() < 4) return features * mask / (1 - probability);
    return features * mask.div_(1 - probability);
  });
}
