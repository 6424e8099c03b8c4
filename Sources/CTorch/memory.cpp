#include <c10/core/CPUAllocator.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/impl/alloc_cpu.h>

#ifdef __APPLE__
#include <malloc/malloc.h>
#else
#include <malloc.h>
#endif

#include "shim.hpp"

using namespace shim;

namespace {

std::atomic<int64_t> current{0};
std::atomic<int64_t> peak{0};
std::atomic<int64_t> limit{0};

int64_t size(void *data) {
#ifdef __APPLE__
  return int64_t(malloc_size(data));
#else
  return int64_t(malloc_usable_size(data));
#endif
}

/// LibTorch's memory on the CPU, counted.
class CountingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    int64_t most = limit.load(std::memory_order_relaxed);
    if (most > 0 && exhaustion.survivable) {
      int64_t held = current.load(std::memory_order_relaxed);
      TORCH_CHECK_WITH(
          OutOfMemoryError, held + int64_t(bytes) <= most, "tensors hold ", held,
          " bytes and another ", bytes, " are asked for, but ", most, " are allowed");
    }
    void *data = c10::alloc_cpu(bytes);
    if (data) {
      int64_t held = current.fetch_add(size(data), std::memory_order_relaxed) + size(data);
      int64_t before = peak.load(std::memory_order_relaxed);
      while (held > before && !peak.compare_exchange_weak(before, held)) {
      }
    }
    return {data, data, &release, at::Device(at::kCPU)};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &release; }

  void copy_data(void *target, const void *source, size_t bytes) const override {
    default_copy_data(target, source, bytes);
  }

 private:
  static void release(void *data) {
    if (!data) return;
    current.fetch_sub(size(data), std::memory_order_relaxed);
    c10::free_cpu(data);
  }
};

CountingAllocator allocator;
/// From the start: whoever asks for a figure finds all tensors in it.
const bool installed = [] {
  c10::SetCPUAllocator(&allocator, 1);
  return true;
}();

c10::DeviceAllocator *device_allocator(ct_device place) {
  auto type = place.kind == CT_CUDA ? at::kCUDA : at::kMPS;
  auto *found = dynamic_cast<c10::DeviceAllocator *>(c10::GetAllocator(type));
  return found && found->initialized() ? found : nullptr;
}

}  // namespace

ct_memory ct_memory_use(ct_device place) {
  if (place.kind == CT_CPU && installed) return {current.load(), peak.load()};
  return guarded(nullptr, ct_memory{0, 0}, [&]() -> ct_memory {
    if (place.kind != CT_CUDA) return {0, 0};
    auto *found = device_allocator(place);
    if (!found) return {0, 0};
    auto all = size_t(c10::CachingAllocator::StatType::AGGREGATE);
    auto held = found->getDeviceStats(c10::DeviceIndex(place.index)).allocated_bytes[all];
    return {held.current, held.peak};
  });
}

void ct_reset_peak_memory(ct_device place) {
  if (place.kind == CT_CPU) peak.store(current.load());
  guarded(nullptr, false, [&] {
    if (place.kind != CT_CUDA) return false;
    if (auto *found = device_allocator(place)) {
      found->resetPeakStats(c10::DeviceIndex(place.index));
    }
    return true;
  });
}

void ct_release_memory(ct_device place) {
  guarded(nullptr, false, [&] {
    if (place.kind == CT_CUDA) {
      if (auto *found = device_allocator(place)) found->emptyCache();
    }
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    return true;
  });
}

void ct_limit_memory(int64_t bytes) { limit.store(bytes); }

void ct_survive_begin(void) { exhaustion = {true, {}}; }

bool ct_survive_end(ct_error *error) {
  std::string message = std::move(exhaustion.message);
  exhaustion = {};
  if (message.empty()) return false;
  report(error, message.c_str(), true);
  return true;
}
