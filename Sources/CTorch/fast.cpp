#include "fast.hpp"

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>

#include <mutex>
#include <unordered_map>
#include <utility>

using namespace shim;

namespace {

/// Weights of larger filters are not kept transformed.
constexpr int64_t most_kept = 1 << 20;

std::atomic<int> most{CK_AVX512};
thread_local int most_here = CK_AVX512;

/// Filters that were transformed for prediction, by the tensor that holds the plain ones.
class FilterStore {
 public:
  at::Tensor find(const at::Tensor &weight) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto place = entries_.find(weight.unsafeGetTensorImpl());
    if (place == entries_.end()) return {};
    const Entry &entry = place->second;
    bool holds = !entry.owner.expired() && entry.version == weight._version() &&
                 entry.data == weight.const_data_ptr();
    return holds ? entry.packed : at::Tensor();
  }

  void keep(const at::Tensor &weight, at::Tensor packed) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end();)
      entry = entry->second.owner.expired() ? entries_.erase(entry) : std::next(entry);
    entries_.insert_or_assign(
        weight.unsafeGetTensorImpl(),
        Entry{
            c10::weak_intrusive_ptr<c10::TensorImpl>(weight.getIntrusivePtr()),
            weight._version(), weight.const_data_ptr(), std::move(packed)});
  }

  void forget(const at::Tensor &weight) {
    std::lock_guard<std::mutex> lock(mutex_);
    entries_.erase(weight.unsafeGetTensorImpl());
  }

  void clear() {
    std::lock_guard<std::mutex> lock(mutex_);
    entries_.clear();
  }

 private:
  struct Entry {
    c10::weak_intrusive_ptr<c10::TensorImpl> owner;
    int64_t version;
    const void *data;
    at::Tensor packed;
  };
  std::mutex mutex_;
  std::unordered_map<const void *, Entry> entries_;
};

FilterStore &filter_store() {
  static FilterStore store;
  return store;
}

at::Tensor packed_anew(const at::Tensor &weight, bool backward, ck_instructions instructions) {
  int64_t outputs = weight.size(0), inputs = weight.size(1);
  auto packed = at::empty({ck_filter_size(inputs, outputs)}, weight.options());
  int workers = workers_for(weight.numel());
  share_out(workers, [&](int worker) {
    ck_pack_filters(
        instructions, data(weight), weight.strides().data(), inputs, outputs, backward,
        values(packed), worker, workers);
  });
  return packed;
}

}  // namespace

int ct_kernels(void) { return most.load(); }

void ct_set_kernels(int level) {
  most.store(level);
  filter_store().clear();
}

int ct_limit_kernels(int level) { return std::exchange(most_here, level); }

int ct_best_kernels(void) { return ck_best_instructions(); }

namespace shim {

ck_instructions kernels_for(std::initializer_list<int64_t> channels) {
  auto allowed = ck_instructions(std::min(most.load(), most_here));
  auto best = std::min(ck_best_instructions(), allowed);
  if (best == CK_NONE) return CK_NONE;
  for (auto count : channels) best = std::min(best, ck_instructions_for(count, best));
  // Short vectors where there are longer ones lose to LibTorch.
  bool isShort =
      best == CK_BASELINE && std::min(ck_best_instructions(), allowed) > CK_BASELINE;
  return isShort ? CK_NONE : best;
}

bool is_fast(const at::Tensor &x) {
  if (x.dim() != 4 || x.scalar_type() != at::kFloat) return false;
  if (x.is_meta()) return true;
  return x.is_cpu() && !at::autocast::is_autocast_enabled(at::kCPU);
}

bool is_fast_convolution(const at::Tensor &x, const at::Tensor &weight, int stride, int padding) {
  // Transformed filters are four times as large: on few pixels, making and reading them costs more than
  // they save.
  int64_t pixels = x.dim() == 4 ? x.size(0) * x.size(2) * x.size(3) : 0;
  return pixels >= 256 && stride == 1 && padding == 1 && weight.dim() == 4 && weight.size(2) == 3 &&
         weight.size(3) == 3 && is_fast(x) && x.size(2) > 2 && x.size(3) > 2 &&
         kernels_for({weight.size(0), weight.size(1)}) != CK_NONE;
}

int workers_for(int64_t numbers) { return numbers < 1 << 14 ? 1 : at::get_num_threads(); }

at::Tensor features(const at::Tensor &like, int64_t channels) {
  return at::empty(
      {like.size(0), channels, like.size(2), like.size(3)},
      like.options().memory_format(at::MemoryFormat::ChannelsLast));
}

at::Tensor packed_filters(const at::Tensor &weight, bool learns, ck_instructions instructions) {
  // What a validation kept would only take room until the next one.
  if (learns) filter_store().forget(weight);
  // Weights that are being learned change with every step, and views are new every time.
  bool isKept = !learns && !rehearsing && !weight.is_view() && weight.numel() <= most_kept;
  if (!isKept) return packed_anew(weight, false, instructions);
  auto packed = filter_store().find(weight);
  if (!packed.defined()) {
    packed = packed_anew(weight, false, instructions);
    filter_store().keep(weight, packed);
  }
  return packed;
}

at::Tensor packed_filters_back(const at::Tensor &weight, ck_instructions instructions) {
  return packed_anew(weight, true, instructions);
}

void convolve(
    ck_instructions instructions, const at::Tensor &x, const at::Tensor &y, ck_convolution task) {
  task.images = x.size(0), task.height = x.size(2), task.width = x.size(3);
  task.inputs = x.size(1), task.outputs = y.size(1);
  task.x = data(x), task.y = values(y);
  int workers = workers_for(y.numel());
  share_out(workers, [&](int worker) { ck_convolve(instructions, &task, worker, workers); });
}

at::Tensor filter_gradient(
    const at::Tensor &x, ck_entry entry, const at::Tensor &dy, const at::Tensor &weight,
    ck_instructions instructions) {
  int workers = workers_for(dy.numel());
  int64_t outputs = weight.size(0), inputs = weight.size(1);
  auto sums = at::empty({workers, 36, inputs, outputs}, x.options());
  ck_filter_gradient task{x.size(0), x.size(2), x.size(3), inputs,      outputs,
                          data(x),   entry,     data(dy),  values(sums)};
  share_out(workers, [&](int worker) {
    ck_sum_filter_gradient(instructions, &task, worker, workers);
  });
  auto gradient = at::empty_like(weight);
  share_out(workers, [&](int worker) {
    ck_finish_filter_gradient(
        instructions, &task, workers, values(gradient), gradient.strides().data(), worker,
        workers);
  });
  return gradient;
}

}  // namespace shim
