// Chooses the loops for the processor that there is.
#include "loops.hpp"

namespace {

const ck::Loops &loops(ck_instructions instructions) {
#if defined(__x86_64__)
  if (instructions == CK_AVX512) return ck::avx512::loops;
  if (instructions == CK_AVX2) return ck::avx2::loops;
#endif
  return ck::baseline::loops;
}

}  // namespace

ck_instructions ck_best_instructions(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
    return CK_AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return CK_AVX2;
#endif
  return CK_BASELINE;
}

int ck_lanes(ck_instructions instructions) { return loops(instructions).lanes; }

ck_instructions ck_instructions_for(int64_t channels, ck_instructions most) {
  int best = std::min<int>(most, ck_best_instructions());
  for (int choice = best; choice > CK_NONE; --choice)
    if (channels > 0 && channels % ck_lanes(ck_instructions(choice)) == 0)
      return ck_instructions(choice);
  return CK_NONE;
}

int64_t ck_filter_size(int64_t inputs, int64_t outputs) { return 36 * inputs * outputs; }

int64_t ck_gate_size(int64_t channels) { return 4 * channels * channels; }

void ck_pack_filters(
    ck_instructions instructions, const float *weights, const int64_t *strides, int64_t inputs,
    int64_t outputs, int backward, float *packed, int worker, int workers) {
  loops(instructions)
      .pack_filters(
          weights, strides, inputs, outputs, backward != 0, packed, worker, workers);
}

void ck_convolve(
    ck_instructions instructions, const ck_convolution *task, int worker, int workers) {
  loops(instructions).convolve(*task, worker, workers);
}

void ck_sum_filter_gradient(
    ck_instructions instructions, const ck_filter_gradient *task, int worker, int workers) {
  loops(instructions).sum_filter_gradient(*task, worker, workers);
}

void ck_finish_filter_gradient(
    ck_instructions instructions, const ck_filter_gradient *task, int parts, float *gradient,
    const int64_t *strides, int worker, int workers) {
  loops(instructions)
      .finish_filter_gradient(*task, parts, gradient, strides, worker, workers);
}

void ck_pack_gate(
    ck_instructions instructions, const float *weights, const int64_t *strides, int64_t channels,
    float *packed) {
  loops(instructions).pack_gate(weights, strides, channels, packed);
}

void ck_apply_gate(ck_instructions instructions, const ck_gate *task, int worker, int workers) {
  loops(instructions).apply_gate(*task, worker, workers);
}

void ck_return_gate(
    ck_instructions instructions, const ck_gate_gradient *task, int worker, int workers) {
  loops(instructions).return_gate(*task, worker, workers);
}

void ck_measure(
    ck_instructions instructions, const float *x, int64_t pixels, int64_t channels,
    double *moments, int worker, int workers) {
  loops(instructions).measure(x, pixels, channels, moments, worker, workers);
}

void ck_return_norm(
    ck_instructions instructions, const ck_normal_gradient *task, int worker, int workers) {
  loops(instructions).return_norm(*task, worker, workers);
}

void ck_draw_latent(ck_instructions instructions, const ck_latent *task, int worker, int workers) {
  loops(instructions).draw_latent(*task, worker, workers);
}

void ck_return_latent(
    ck_instructions instructions, const ck_latent_gradient *task, int worker, int workers) {
  loops(instructions).return_latent(*task, worker, workers);
}

void ck_take_step(ck_instructions instructions, const ck_step *step, int worker, int workers) {
  loops(instructions).take_step(*step, worker, workers);
}

void ck_draw_noise(
    ck_instructions instructions, float *numbers, int64_t count, uint64_t seed, int worker,
    int workers) {
  loops(instructions).draw_noise(numbers, count, seed, worker, workers);
}

void ck_convolve_first(
    ck_instructions instructions, const ck_first *task, int worker, int workers) {
  loops(instructions).convolve_first(*task, worker, workers);
}

void ck_return_first(
    ck_instructions instructions, const ck_first_gradient *task, int worker, int workers) {
  loops(instructions).return_first(*task, worker, workers);
}
