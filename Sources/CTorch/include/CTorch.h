// A C interface to the part of LibTorch that this package uses.
//
// Conventions:
//  * a `ct_tensor *` or `ct_generator *` that a function returns belongs to the caller, who frees
//    it; those that are passed in are borrowed;
//  * functions that can fail take the error slot last, return NULL or 0 when they fail and store a
//    message there that the caller frees with `ct_error_free`;
//  * shapes are `int64_t` arrays; dimension numbers count from 0, negative ones from the end.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ct_tensor ct_tensor;
typedef struct ct_generator ct_generator;
typedef struct ct_store ct_store;
typedef struct ct_group ct_group;
typedef struct ct_work ct_work;
typedef char *ct_error;

void ct_error_free(ct_error error);
/// Whether a message says that there was no room.
bool ct_error_is_out_of_memory(const char *error);

// MARK: Library

/// Threads that one operation may use on the CPU.
void ct_set_threads(int threads);
int ct_threads(void);
/// The instructions that the package's own loops on the CPU may use: 0 for none (LibTorch's operations
/// instead), 1 for those of every processor, 2 for AVX2, 3 for AVX-512. The best there are, at first.
void ct_set_kernels(int level);
int ct_kernels(void);
/// The same for this thread alone; returns what held before.
int ct_limit_kernels(int level);
/// The best that this processor has.
int ct_best_kernels(void);
/// LibTorch's version, such as "2.13.0".
const char *ct_version(void);
/// Tensors made through this interface and not yet freed.
int64_t ct_live_tensors(void);

/// Lets the C library keep the memory of freed tensors for the next ones instead of giving it back to
/// the system each time; no effect where the library cannot.
void ct_keep_memory(void);
/// Lets the C library give the memory of larger tensors back as soon as they are freed.
void ct_return_memory(void);

/// Starts counting, on the calling thread, the work of the operations that follow.
void ct_count_begin(void);
/// Ends counting: floating-point operations of the convolutions (multiply and add are two) and
/// bytes of all results; of parts that are computed twice, what they give and, once, what the
/// largest of them needs inside.
void ct_count_end(int64_t *operations, int64_t *bytes);

// MARK: Devices and element types

typedef enum { CT_CPU = 0, CT_CUDA = 1, CT_MPS = 2, CT_META = 3 } ct_device_kind;
typedef struct {
  ct_device_kind kind;
  int index;
} ct_device;

typedef enum { CT_FLOAT32 = 0, CT_FLOAT64 = 1, CT_INT64 = 2, CT_BFLOAT16 = 3, CT_FLOAT16 = 4 } ct_dtype;

/// Loads LibTorch's CUDA part when it lies beside the CPU part; true when it is loaded.
bool ct_load_cuda(void);
int ct_device_count(ct_device_kind kind);

// MARK: Making and reading tensors

void ct_free(ct_tensor *tensor);
/// Another handle of the same tensor.
ct_tensor *ct_share(const ct_tensor *tensor);

/// A copy of `count` contiguous elements of type `source` as a tensor of type `dtype`.
ct_tensor *ct_from_data(
  const void *data, ct_dtype source, const int64_t *shape, int rank, ct_dtype dtype,
  ct_device device, ct_error *error);
ct_tensor *ct_full(
  double value, const int64_t *shape, int rank, ct_dtype dtype, ct_device device, ct_error *error);
/// Copies all elements, in row-major order, converted to `dtype`, into `data`.
bool ct_copy_data(const ct_tensor *tensor, ct_dtype dtype, void *data, ct_error *error);

int ct_rank(const ct_tensor *tensor);
int64_t ct_dimension(const ct_tensor *tensor, int index);
int64_t ct_element_count(const ct_tensor *tensor);
ct_dtype ct_tensor_dtype(const ct_tensor *tensor);
ct_device ct_tensor_device(const ct_tensor *tensor);

ct_tensor *ct_to(const ct_tensor *tensor, ct_dtype dtype, ct_device device, ct_error *error);
/// Row-major (`false`) or channels-last (`true`) memory; the same tensor when it is so already.
ct_tensor *ct_with_layout(const ct_tensor *tensor, bool channels_last, ct_error *error);
bool ct_is_channels_last(const ct_tensor *tensor);

// MARK: Random numbers

ct_generator *ct_generator_new(uint64_t seed, ct_device device, ct_error *error);
void ct_generator_free(ct_generator *generator);
ct_tensor *ct_generator_state(const ct_generator *generator, ct_error *error);
bool ct_generator_set_state(ct_generator *generator, const ct_tensor *state, ct_error *error);
ct_tensor *ct_randn(
  const int64_t *shape, int rank, ct_dtype dtype, ct_device device, ct_generator *generator,
  ct_error *error);
/// Standard normal numbers `[B, C, H, W]`, which lie pixel by pixel on the CPU.
ct_tensor *ct_noise(
  const int64_t *dimensions, ct_device device, ct_generator *generator, ct_error *error);
ct_tensor *ct_uniform(
  double low, double high, const int64_t *shape, int rank, ct_dtype dtype, ct_device device,
  ct_generator *generator, ct_error *error);
/// Multiplies by a mask that is 0 with the given probability and 1 / (1 - probability) otherwise:
/// one number per sample and channel, or one per element.
ct_tensor *ct_dropout(
  const ct_tensor *x, double probability, bool whole_channels, ct_generator *generator,
  ct_error *error);

// MARK: Arithmetic

ct_tensor *ct_add(const ct_tensor *a, const ct_tensor *b, ct_error *error);
ct_tensor *ct_subtract(const ct_tensor *a, const ct_tensor *b, ct_error *error);
ct_tensor *ct_multiply(const ct_tensor *a, const ct_tensor *b, ct_error *error);
ct_tensor *ct_divide(const ct_tensor *a, const ct_tensor *b, ct_error *error);
/// a * factor + offset
ct_tensor *ct_scale(const ct_tensor *a, double factor, double offset, ct_error *error);
ct_tensor *ct_exp(const ct_tensor *a, ct_error *error);
ct_tensor *ct_log(const ct_tensor *a, ct_error *error);
ct_tensor *ct_sqrt(const ct_tensor *a, ct_error *error);
ct_tensor *ct_square(const ct_tensor *a, ct_error *error);
ct_tensor *ct_sigmoid(const ct_tensor *a, ct_error *error);
ct_tensor *ct_elu(const ct_tensor *a, ct_error *error);
ct_tensor *ct_leaky_relu(const ct_tensor *a, double slope, ct_error *error);
ct_tensor *ct_clamp(const ct_tensor *a, double low, double high, ct_error *error);

// MARK: Reductions

ct_tensor *ct_sum(const ct_tensor *a, const int *dimensions, int count, bool keep, ct_error *error);
ct_tensor *ct_mean(
  const ct_tensor *a, const int *dimensions, int count, bool keep, ct_error *error);

// MARK: Shape

ct_tensor *ct_reshape(const ct_tensor *a, const int64_t *shape, int rank, ct_error *error);
ct_tensor *ct_narrow(
  const ct_tensor *a, int dimension, int64_t start, int64_t length, ct_error *error);
ct_tensor *ct_concatenate(
  const ct_tensor *const *tensors, int count, int dimension, ct_error *error);
/// Takes a dimension apart into its `count` slices, which lose it; they are written to `slices`.
bool ct_unstack(
  const ct_tensor *a, int dimension, ct_tensor **slices, int count, ct_error *error);
/// Joins tensors of one shape along a new dimension.
ct_tensor *ct_stack(
  const ct_tensor *const *tensors, int count, int dimension, ct_error *error);
/// Pads the last two dimensions with zeros.
ct_tensor *ct_pad(
  const ct_tensor *a, int64_t left, int64_t right, int64_t top, int64_t bottom, ct_error *error);

// MARK: Networks

ct_tensor *ct_conv2d(
  const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias, int stride, int padding,
  ct_error *error);
/// The same, and its ELU.
ct_tensor *ct_conv2d_elu(
  const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias, int stride, int padding,
  ct_error *error);
ct_tensor *ct_conv_transpose2d(
  const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias, int stride, int padding,
  int output_padding, ct_error *error);
/// Batch normalisation; in training it also moves the running statistics by `momentum`.
ct_tensor *ct_batch_norm(
  const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias, ct_tensor *running_mean,
  ct_tensor *running_variance, bool training, double momentum, double epsilon, ct_error *error);

/// A normalisation of a residual block.
typedef struct {
  const ct_tensor *weight, *bias, *running_mean, *running_variance;
  double momentum, epsilon;
} ct_norm;
/// A residual block: twice normalisation, ELU, 3 x 3 convolution and dropout of whole channels, then an
/// optional gate (ELU of one half of a 1 x 1 convolution times sigmoid of the other), then what came in.
typedef struct {
  ct_norm norm1;
  const ct_tensor *weight1, *bias1;
  ct_norm norm2;
  const ct_tensor *weight2, *bias2;
  /// Null without a gate.
  const ct_tensor *gate_weight, *gate_bias;
  /// Statistics of the batch, which move the running ones, and dropout by the generator.
  bool training;
  double dropout;
  ct_generator *generator;
} ct_block;
/// Whether features of this kind can pass a block as one operation.
bool ct_has_block(const ct_tensor *x);
/// A residual block as one operation, which keeps no more than the results of its convolutions for the
/// way back.
ct_tensor *ct_residual_block(const ct_tensor *x, const ct_block *block, ct_error *error);

/// Whether the latent variable of such a posterior `[B, 2 Z, H, W]` can be made by one operation.
bool ct_has_latent(const ct_tensor *posterior);
/// A latent variable of a posterior and its divergence from a prior, both given as means and raw
/// log-variances `[B, 2 Z, H, W]` (the prior's B may be 1).
///
/// - prior: may be null; then `divergence` becomes null
/// - noise: standard normal numbers `[B, Z, H, W]`; null for the mean
/// - maximum: upper bound of the raw log-variances
/// - analytic: whether the divergence is that of the distributions, not its estimate at z
/// - z, divergence: the results, `[B, Z, H, W]` and `[B]`
bool ct_latent(
  const ct_tensor *posterior, const ct_tensor *prior, const ct_tensor *noise, double maximum,
  bool analytic, ct_tensor **z, ct_tensor **divergence, ct_error *error);
/// A 1 x 1 convolution of two maps joined along their channels, the first with zeros around it up to the
/// size of the second, half of them, rounded down, before it.
ct_tensor *ct_merge(
  const ct_tensor *first, const ct_tensor *second, const ct_tensor *weight, const ct_tensor *bias,
  ct_error *error);

/// The largest of each 2 x 2 pixels; an odd last row or column is left out.
ct_tensor *ct_max_pool(const ct_tensor *x, ct_error *error);
/// Twice the rows and columns: nearest pixel, or bilinear with aligned corners.
ct_tensor *ct_upsample(const ct_tensor *x, bool bilinear, ct_error *error);

// MARK: Autograd

void ct_set_requires_grad(ct_tensor *tensor, bool requires_grad);
bool ct_requires_grad(const ct_tensor *tensor);
ct_tensor *ct_detach(const ct_tensor *tensor, ct_error *error);
/// The gradient, or NULL when there is none.
ct_tensor *ct_gradient(const ct_tensor *tensor);
void ct_clear_gradient(ct_tensor *tensor);
bool ct_backward(const ct_tensor *loss, ct_error *error);
/// Switches the recording of gradients on this thread; returns what it was.
bool ct_set_grad_enabled(bool enabled);

// MARK: Writing in place (optimisers, running statistics, loading)

/// Copies the values of `source` into `target`, converting type and device.
bool ct_assign(ct_tensor *target, const ct_tensor *source, ct_error *error);
/// target += weight * (source - target)
bool ct_interpolate(ct_tensor *target, const ct_tensor *source, double weight, ct_error *error);
/// Adds 1 to every element.
bool ct_increment(ct_tensor *target, ct_error *error);

/// The L2 norm over all gradients of the given parameters; when it exceeds `maximum` they are
/// scaled to it. `maximum` <= 0 only measures.
double ct_clip_gradients(
  ct_tensor *const *parameters, int count, double maximum, ct_error *error);
/// Multiplies all gradients of the given parameters.
bool ct_scale_gradients(
  ct_tensor *const *parameters, int count, double factor, ct_error *error);
/// One Adamax step; `step` counts from 1. Parameters without gradient are left alone.
bool ct_adamax(
  ct_tensor *const *parameters, ct_tensor *const *averages, ct_tensor *const *maxima, int count,
  int64_t step, double rate, double beta1, double beta2, double epsilon, double decay,
  ct_error *error);
/// One AdamW step with decoupled weight decay; `step` counts from 1.
bool ct_adamw(
  ct_tensor *const *parameters, ct_tensor *const *averages, ct_tensor *const *squares, int count,
  int64_t step, double rate, double beta1, double beta2, double epsilon, double decay,
  ct_error *error);
/// One step of Muon for the kernels of convolutions between feature maps, of AdamW for all else; `step`
/// counts from 1.
bool ct_muon(
  ct_tensor *const *parameters, ct_tensor *const *averages, ct_tensor *const *squares, int count,
  int64_t step, double rate, double momentum, double beta1, double beta2, double epsilon,
  double decay, ct_error *error);

// MARK: Precision

/// Whether convolutions on a device compute in another type, and in which.
typedef struct {
  bool enabled;
  ct_dtype dtype;
  /// Whether weights that were converted are kept for the next use.
  bool cached;
} ct_autocast;

/// Switches automatic casting on this thread for one kind of device; returns what it was.
ct_autocast ct_set_autocast(ct_device device, ct_autocast state);
/// Whether a device can train in a type: a small network runs forwards and backwards.
bool ct_try_autocast(ct_dtype dtype, ct_device device, ct_error *error);

// MARK: Computing twice

/// A part of a network that can be run more than once.
typedef struct {
  void *context;
  /// Runs the part: takes over the handles `inputs` and writes the handles of its results, at most
  /// `capacity`, which the caller frees, to `outputs`; returns their number.
  int (*run)(
    void *context, ct_tensor *const *inputs, int count, ct_tensor **outputs, int capacity);
  /// Called once, after the last run.
  void (*release)(void *context);
} ct_part;

/// Runs a part without keeping what lies between inputs and results: for the backward pass it runs
/// again, with the same random numbers and casts, and without moving running statistics.
///
/// Takes over `part`; there are at most 4 inputs. Every tensor with a gradient that the part uses is an input or a parameter.
/// Returns the number of results, or -1.
int ct_compute_twice(
  ct_part part, ct_tensor *const *inputs, int count, ct_generator *const *generators,
  int generator_count, ct_tensor **outputs, int capacity, ct_error *error);
/// Whether this thread runs a part once more.
bool ct_is_repeating(void);

// MARK: Memory

typedef struct {
  /// Bytes that tensors hold.
  int64_t current;
  /// The most that they held since `ct_reset_peak_memory`.
  int64_t peak;
} ct_memory;

/// The memory of all tensors on a device; zeros for devices that do not say.
ct_memory ct_memory_use(ct_device device);
void ct_reset_peak_memory(ct_device device);
/// Gives memory that LibTorch keeps for later back to the device or the system.
void ct_release_memory(ct_device device);
/// The most bytes that tensors may hold on the CPU where running out of memory is survivable; 0 for
/// no limit.
void ct_limit_memory(int64_t bytes);

/// Begins a piece of work on this thread that survives running out of memory: operations then give
/// shapes without values, and what reads values fails.
void ct_survive_begin(void);
/// Ends it; whether memory ran out, with the message.
bool ct_survive_end(ct_error *error);

// MARK: Mirrored and turned images

/// Pads the last two dimensions with the image mirrored at its border pixels, which are not
/// repeated; `margin` is less than both extents.
ct_tensor *ct_pad_reflecting(const ct_tensor *a, int64_t margin, ct_error *error);
/// Reverses the order along one dimension.
ct_tensor *ct_flip(const ct_tensor *a, int dimension, ct_error *error);
/// Exchanges two dimensions.
ct_tensor *ct_transpose(const ct_tensor *a, int first, int second, ct_error *error);
ct_tensor *ct_absolute(const ct_tensor *a, ct_error *error);

// MARK: Several processes
//
// What these functions return belongs to the caller too; times are in seconds.

/// Texts under names that all processes see, held by one of them, or by the program that started
/// them.
///
/// `serves`: whether this process holds it; others wait for it at most `timeout`. Names of stores
/// with different prefixes are different.
ct_store *ct_store_new(
  const char *host, int port, bool serves, const char *prefix, double timeout, ct_error *error);
/// The same store over a connection of its own, for another thread.
ct_store *ct_store_clone(const ct_store *store, ct_error *error);
void ct_store_free(ct_store *store);
int ct_store_port(const ct_store *store);
bool ct_store_set(ct_store *store, const char *key, const char *value, ct_error *error);
/// The text of a name, waiting for it; freed with `ct_text_free`.
char *ct_store_get(ct_store *store, const char *key, ct_error *error);
void ct_text_free(char *text);
/// Whether all names have a text.
bool ct_store_has(ct_store *store, const char *const *keys, int count, ct_error *error);
/// Writes this machine's address in the network that leads to `host`, in digits.
bool ct_local_address(const char *host, int port, char *text, int length, ct_error *error);

/// Joins `count` processes; all of them call this, each with its rank. The others reach this one
/// through the network interface of that name, or, where that is NULL, at the address.
ct_group *ct_group_new(
  const ct_store *store, int rank, int count, const char *interface, const char *address,
  double connect_timeout, double timeout, ct_error *error);
void ct_group_free(ct_group *group);
/// Lets NCCL sum tensors of CUDA devices, one of which each rank has; without it they are summed on
/// the CPU.
bool ct_group_join_gpus(ct_group *group, ct_device device, ct_error *error);
/// Copies the values that rank `root` has into the tensors of the others.
bool ct_group_broadcast(ct_group *group, ct_tensor *tensor, int root, ct_error *error);
/// Begins to sum a dense tensor over all ranks, in place. All ranks begin in the same order.
ct_work *ct_group_sum(ct_group *group, ct_tensor *tensor, ct_error *error);
bool ct_work_wait(ct_work *work, ct_error *error);
void ct_work_free(ct_work *work);
/// Waits until all ranks are here.
bool ct_group_barrier(ct_group *group, ct_error *error);

/// The gradients one after the other, row-major, zeros where there is none; then a 1 for each
/// parameter that has one and a 0 for others.
ct_tensor *ct_flatten_gradients(ct_tensor *const *parameters, int count, ct_error *error);
/// Puts `factor` times the values back into the gradients; where the sum of those numbers is 0, no
/// gradient is made.
bool ct_unflatten_gradients(
  ct_tensor *const *parameters, int count, const ct_tensor *flat, double factor, ct_error *error);

/// Batch normalisation in training with the statistics of all ranks' batches together. The group
/// must last until the backward pass is done.
ct_tensor *ct_batch_norm_synchronised(
  const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias, ct_tensor *running_mean,
  ct_tensor *running_variance, double momentum, double epsilon, ct_group *group, ct_error *error);

#ifdef __cplusplus
}
#endif
