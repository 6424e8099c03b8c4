/// Hot loops of the networks on the CPU, in float32: what LibTorch has no fast form of.
///
/// Images are `[N, H, W, C]`, pixel by pixel, without gaps. Nothing here knows of LibTorch, and nothing
/// allocates results; the caller shares the work out: every function with `worker` and `workers` does
/// its part of it, and a sum over all pixels is left as one part for each worker, to be added up in
/// their order. So results depend on the number of workers and on nothing else.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The instructions that the loops are compiled for, best last.
typedef enum {
  CK_NONE = 0,
  /// What every processor of the kind has: SSE2, or NEON.
  CK_BASELINE = 1,
  CK_AVX2 = 2,
  CK_AVX512 = 3,
} ck_instructions;

/// The best instructions that this processor has.
ck_instructions ck_best_instructions(void);

/// Numbers in a vector of these instructions; channels have to be a multiple of it.
int ck_lanes(ck_instructions instructions);

/// The best instructions up to `most` whose vectors `channels` is a multiple of; `CK_NONE` when there
/// are none.
ck_instructions ck_instructions_for(int64_t channels, ck_instructions most);

/// What is done to images on their way into a loop: `elu(scale · x + shift)`.
typedef struct {
  /// `[C]`; null leaves the images as they are.
  const float *scale, *shift;
} ck_entry;

/// A 3 × 3 convolution of stride 1 with a border of zeros, by Winograd's minimal filtering
/// F(4 × 4, 3 × 3) (Lavin and Gray, 2016) on the points 0, ±√½, ±√2, which lose less precision
/// than 0, ±1, ±2.
typedef struct {
  int64_t images, height, width, inputs, outputs;
  /// `[N, H, W, inputs]`
  const float *x;
  ck_entry entry;
  /// From `ck_pack_filters`.
  const float *filters;
  /// `[outputs]`, or null.
  const float *bias;
  /// A factor for each image and output channel, `[N, outputs]`, or null.
  const float *mask;
  /// Added at the end, `[N, H, W, outputs]`, or null; not together with `moments` or `source`.
  const float *skip;
  /// `[N, H, W, outputs]`
  float *y;
  /// Where not null: mean and sum of squared differences from it of this worker's part of `y`, and
  /// the number of pixels, `[workers, 3, outputs]`.
  double *moments;
  /// Where not null, `y` is multiplied by the derivative of `exit`'s activation at `source`,
  /// `[N, H, W, outputs]`: the way back through a normalisation and an activation.
  const float *source;
  ck_entry exit;
  /// `[outputs]`, with `source`.
  const float *mean;
  /// The sums of `y` and of `y · (source − mean)` over this worker's part, `[workers, 2, outputs]`;
  /// with `source`.
  double *sums;
} ck_convolution;

/// Numbers that `ck_pack_filters` writes.
int64_t ck_filter_size(int64_t inputs, int64_t outputs);

/// Transforms filters and arranges them for `ck_convolve`.
///
/// - weights: `[outputs, inputs, 3, 3]` with the given strides
/// - backward: whether they are for the gradient of the input: turned around, inputs and outputs
///   exchanged
void ck_pack_filters(
    ck_instructions instructions, const float *weights, const int64_t *strides, int64_t inputs,
    int64_t outputs, int backward, float *packed, int worker, int workers);

void ck_convolve(
    ck_instructions instructions, const ck_convolution *task, int worker, int workers);

/// The gradient of a 3 × 3 convolution's weights.
typedef struct {
  int64_t images, height, width, inputs, outputs;
  /// `[N, H, W, inputs]`
  const float *x;
  ck_entry entry;
  /// Gradient of the results, `[N, H, W, outputs]`.
  const float *dy;
  /// Transformed sums, `[workers, 36, inputs, outputs]`; need not be zero before.
  float *sums;
} ck_filter_gradient;

void ck_sum_filter_gradient(
    ck_instructions instructions, const ck_filter_gradient *task, int worker, int workers);

/// Adds up the workers' sums and takes the transform back: `gradient` is `[outputs, inputs, 3, 3]`
/// with the given strides.
void ck_finish_filter_gradient(
    ck_instructions instructions, const ck_filter_gradient *task, int parts, float *gradient,
    const int64_t *strides, int worker, int workers);

/// `elu(v) · sigmoid(g) + skip`, where v and g are the first and second half of a 1 × 1 convolution
/// of x to twice its channels.
typedef struct {
  int64_t images, pixels, channels;
  /// `[N, P, C]`
  const float *x;
  /// From `ck_pack_gate`.
  const float *weights;
  /// `[2 C]`
  const float *bias;
  /// `[N, P, C]`
  const float *skip;
  /// `[N, P, C]`
  float *y;
} ck_gate;

/// Numbers that `ck_pack_gate` writes.
int64_t ck_gate_size(int64_t channels);

/// Arranges the weights of a gate, `[2 C, C]` with the given strides, for both directions.
void ck_pack_gate(
    ck_instructions instructions, const float *weights, const int64_t *strides, int64_t channels,
    float *packed);

void ck_apply_gate(ck_instructions instructions, const ck_gate *task, int worker, int workers);

/// The way back through a gate.
typedef struct {
  int64_t images, pixels, channels;
  const float *x, *weights, *bias;
  /// Gradient of the result, `[N, P, C]`.
  const float *dy;
  /// A factor for each image and channel of `dx`, `[N, C]`, or null.
  const float *mask;
  /// Gradient of x, `[N, P, C]`.
  float *dx;
  /// Sums of `dx` over this worker's part, `[workers, C]`.
  double *dx_sums;
  /// Gradient of the weights, `[workers, C, 2 C]` (transposed), and of the bias, `[workers, 2 C]`;
  /// need not be zero before.
  float *weight_sums, *bias_sums;
} ck_gate_gradient;

void ck_return_gate(
    ck_instructions instructions, const ck_gate_gradient *task, int worker, int workers);

/// Mean and sum of squared differences from it of this worker's part of x, `[N P, C]`, and the
/// number of pixels: `moments` is `[workers, 3, C]`.
void ck_measure(
    ck_instructions instructions, const float *x, int64_t pixels, int64_t channels,
    double *moments, int worker, int workers);

/// The way back through a normalisation: `dx = (a · dz + b · x + c) · mask + skip`, channel by channel.
typedef struct {
  int64_t images, pixels, channels;
  /// `[N, P, C]`
  const float *dz, *x;
  /// `[C]`
  const float *a, *b, *c;
  /// `[N, C]`, or null.
  const float *mask;
  /// `[N, P, C]`, or null.
  const float *skip;
  /// `[N, P, C]`; may be `dz`.
  float *dx;
  /// Sums of `dx` over this worker's part, `[workers, C]`, or null.
  double *sums;
} ck_normal_gradient;

void ck_return_norm(
    ck_instructions instructions, const ck_normal_gradient *task, int worker, int workers);

/// Numbers that are learned, with what an optimiser keeps of their gradients.
typedef struct {
  int64_t size;
  float *values;
  const float *gradient;
  float *first, *second;
} ck_piece;

/// A step of Adamax or AdamW.
typedef struct {
  const ck_piece *pieces;
  int count;
  int isAdamax;
  /// The step size, corrected for the first moment's start at zero.
  double rate;
  double beta1, beta2, epsilon;
  /// Adamax: what is added to the gradients of the values. AdamW: the share of the values that goes.
  double decay;
  /// AdamW: root of the second moment's correction for its start at zero.
  double root;
} ck_step;

void ck_take_step(ck_instructions instructions, const ck_step *step, int worker, int workers);

/// Standard normal numbers; the same for a seed, whatever the instructions and workers.
void ck_draw_noise(
    ck_instructions instructions, float *numbers, int64_t count, uint64_t seed, int worker,
    int workers);

/// The first convolution of an image of one channel, with a border of zeros, and its ELU.
typedef struct {
  int64_t images, height, width, channels, kernel;
  /// Each image is `[H, W]`, `image_stride` numbers from the next.
  const float *x;
  int64_t image_stride;
  /// `[kernel, kernel, C]`
  const float *weights;
  /// `[C]`
  const float *bias;
  /// `[N, H, W, C]`
  float *y;
} ck_first;

void ck_convolve_first(
    ck_instructions instructions, const ck_first *task, int worker, int workers);

/// The way back to the weights, for kernels of 3, 5 and 7.
typedef struct {
  /// With its result.
  ck_first forward;
  /// `[N, H, W, C]`
  const float *dy;
  /// Gradients of the weights, and of the bias behind them, `[workers, kernel² + 1, C]`; need not be
  /// zero before.
  float *sums;
} ck_first_gradient;

void ck_return_first(
    ck_instructions instructions, const ck_first_gradient *task, int worker, int workers);

/// The latent variable of a level, whose posterior and prior are normal distributions.
///
/// Distributions are given as means and raw log-variances, `[N, P, 2 Z]`. A raw value s, limited to
/// `raw_maximum`, means the variance exp(s) up to 0 and 1 + s above, plus 1e-6.
typedef struct {
  int64_t images, pixels, channels;
  const float *posterior;
  /// Null where no divergence is wanted.
  const float *prior;
  /// Numbers between two images' priors; 0 where all have the same.
  int64_t prior_stride;
  /// Standard normal numbers, `[N, P, Z]`, or null for the mean.
  const float *noise;
  float raw_maximum;
  /// Whether the divergence is that of the distributions, not its estimate at z.
  int analytic;
  /// `[N, P, Z]`
  float *z;
  /// The posterior's divergence from the prior, summed over each image, `[N]`.
  float *divergence;
} ck_latent;

/// Shares out images.
void ck_draw_latent(ck_instructions instructions, const ck_latent *task, int worker, int workers);

/// The way back through a latent variable.
typedef struct {
  ck_latent forward;
  /// `[N, P, Z]`, or null.
  const float *dz;
  /// `[N]`, or null.
  const float *ddivergence;
  /// `[N, P, 2 Z]`; the latter null without a prior.
  float *dposterior, *dprior;
} ck_latent_gradient;

void ck_return_latent(
    ck_instructions instructions, const ck_latent_gradient *task, int worker, int workers);

#ifdef __cplusplus
}
#endif
