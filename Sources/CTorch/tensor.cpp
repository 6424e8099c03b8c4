#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <dlfcn.h>
#include <torch/version.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "shim.hpp"

namespace shim {

std::atomic<int64_t> live{0};
thread_local bool counting = false;
thread_local int64_t counted_operations = 0;
thread_local int64_t counted_bytes = 0;
thread_local int64_t transient_bytes = 0;
thread_local Exhaustion exhaustion;

at::Device device(ct_device device) {
  if (exhaustion.happened()) return at::Device(at::kMeta);
  switch (device.kind) {
    case CT_CUDA: return at::Device(at::kCUDA, at::DeviceIndex(device.index));
    case CT_MPS: return at::Device(at::kMPS);
    case CT_META: return at::Device(at::kMeta);
    default: return at::Device(at::kCPU);
  }
}

ct_dtype element_type(at::ScalarType type) {
  switch (type) {
    case at::kDouble: return CT_FLOAT64;
    case at::kLong: return CT_INT64;
    case at::kBFloat16: return CT_BFLOAT16;
    case at::kHalf: return CT_FLOAT16;
    default: return CT_FLOAT32;
  }
}

at::ScalarType dtype(ct_dtype dtype) {
  switch (dtype) {
    case CT_FLOAT64: return at::kDouble;
    case CT_INT64: return at::kLong;
    case CT_BFLOAT16: return at::kBFloat16;
    case CT_FLOAT16: return at::kHalf;
    default: return at::kFloat;
  }
}

}  // namespace shim

using namespace shim;

void ct_error_free(ct_error error) { std::free(error); }

bool ct_error_is_out_of_memory(const char *error) {
  return std::strncmp(error, no_room, sizeof no_room - 1) == 0;
}

void ct_set_threads(int threads) { at::set_num_threads(threads); }
int ct_threads(void) { return at::get_num_threads(); }
const char *ct_version(void) { return TORCH_VERSION; }
int64_t ct_live_tensors(void) { return live.load(std::memory_order_relaxed); }

void ct_keep_memory(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

void ct_return_memory(void) {
#ifdef __GLIBC__
  // Left alone, the library raises its threshold, and gaps between tensors stay with the process.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 20);
#endif
}

void ct_count_begin(void) {
  counting = true;
  counted_operations = 0;
  counted_bytes = 0;
  transient_bytes = 0;
}

void ct_count_end(int64_t *operations, int64_t *bytes) {
  counting = false;
  *operations = counted_operations;
  *bytes = counted_bytes + transient_bytes;
}

bool ct_load_cuda(void) {
  static const bool loaded = [] {
    // Found through the same search path as libtorch_cpu; absent in builds for the CPU only.
    return dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr;
  }();
  return loaded;
}

int ct_device_count(ct_device_kind kind) {
  return guarded(nullptr, 0, [&]() -> int {
    switch (kind) {
      case CT_CUDA: return at::globalContext().hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
      case CT_MPS: return at::globalContext().hasMPS() ? 1 : 0;
      default: return 1;
    }
  });
}

void ct_free(ct_tensor *tensor) {
  live.fetch_sub(1, std::memory_order_relaxed);
  delete tensor;
}

ct_tensor *ct_share(const ct_tensor *tensor) { return share(tensor->value); }

ct_tensor *ct_from_data(
    const void *data, ct_dtype source, const int64_t *dimensions, int rank, ct_dtype target,
    ct_device place, ct_error *error) {
  return make(error, [&] {
    auto borrowed =
        at::from_blob(const_cast<void *>(data), shape(dimensions, rank), at::dtype(dtype(source)));
    return borrowed.to(at::TensorOptions().dtype(dtype(target)).device(device(place)), false, true);
  });
}

ct_tensor *ct_full(
    double value, const int64_t *dimensions, int rank, ct_dtype type, ct_device place,
    ct_error *error) {
  return make(error, [&] {
    return at::full(
        shape(dimensions, rank), value, at::TensorOptions().dtype(dtype(type)).device(device(place)));
  });
}

bool ct_copy_data(const ct_tensor *tensor, ct_dtype type, void *data, ct_error *error) {
  return guarded(error, false, [&] {
    require_values();
    // To the CPU first: not every device has every type.
    auto plain = tensor->value.detach().to(at::kCPU).to(dtype(type)).contiguous();
    std::memcpy(data, plain.const_data_ptr(), plain.nbytes());
    return true;
  });
}

int ct_rank(const ct_tensor *tensor) { return int(tensor->value.dim()); }
int64_t ct_dimension(const ct_tensor *tensor, int index) { return tensor->value.sizes()[index]; }
int64_t ct_element_count(const ct_tensor *tensor) { return tensor->value.numel(); }

ct_dtype ct_tensor_dtype(const ct_tensor *tensor) {
  return element_type(tensor->value.scalar_type());
}

ct_device ct_tensor_device(const ct_tensor *tensor) {
  auto place = tensor->value.device();
  ct_device_kind kind = place.is_cuda() ? CT_CUDA
                        : place.is_mps() ? CT_MPS
                        : place.is_meta() ? CT_META
                                          : CT_CPU;
  return {kind, place.has_index() ? int(place.index()) : 0};
}

ct_tensor *ct_to(const ct_tensor *tensor, ct_dtype type, ct_device place, ct_error *error) {
  return make(error, [&] { return of(tensor).to(device(place), dtype(type)); });
}

ct_tensor *ct_with_layout(const ct_tensor *tensor, bool channels_last, ct_error *error) {
  return make(error, [&] {
    return of(tensor).contiguous(
        channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
  });
}

bool ct_is_channels_last(const ct_tensor *tensor) {
  return tensor->value.is_contiguous(at::MemoryFormat::ChannelsLast);
}
