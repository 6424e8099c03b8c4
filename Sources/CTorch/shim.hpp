// What the parts of the shim share: wrapping, error slots and the tally of work.
#pragma once

#include <ATen/ATen.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string>

#include "CTorch.h"

struct ct_tensor {
  at::Tensor value;
};

struct ct_generator {
  at::Generator value;
};

namespace shim {

extern std::atomic<int64_t> live;
extern thread_local bool counting;
extern thread_local int64_t counted_operations;
extern thread_local int64_t counted_bytes;
/// Bytes that the largest part that is computed twice needs besides its results.
extern thread_local int64_t transient_bytes;

/// What happens on this thread when memory runs out.
struct Exhaustion {
  /// Whether work goes on without values, until somebody reads one.
  bool survivable = false;
  /// LibTorch's message once memory ran out; from then on operations compute shapes alone.
  std::string message;

  bool happened() const { return !message.empty(); }
};
extern thread_local Exhaustion exhaustion;

/// Whether a part of a network runs on this thread for its results alone, and will run again.
extern thread_local bool rehearsing;

/// Whether a part of a network runs once more on this thread, for its gradients.
extern thread_local bool repeating;

/// A handle whose bytes are not counted: no new result.
inline ct_tensor *share(at::Tensor value) {
  live.fetch_add(1, std::memory_order_relaxed);
  return new ct_tensor{std::move(value)};
}

inline ct_tensor *wrap(at::Tensor value) {
  if (counting) counted_bytes += value.numel() * value.element_size();
  return share(std::move(value));
}

/// The tensor of a handle; after memory ran out, one of its shape without values.
inline at::Tensor of(const ct_tensor *tensor) {
  const at::Tensor &value = tensor->value;
  if (!exhaustion.happened() || value.is_meta()) return value;
  return at::empty_strided(
      value.sizes(), value.strides(), value.options().device(at::kMeta).pinned_memory(false));
}

/// Throws when memory ran out before: there are no values to work with.
inline void require_values() {
  TORCH_CHECK_WITH(OutOfMemoryError, !exhaustion.happened(), exhaustion.message);
}

/// Whether an exception says that there is no room.
inline bool is_out_of_memory(const std::exception &exception) {
  return dynamic_cast<const c10::OutOfMemoryError *>(&exception) ||
         dynamic_cast<const std::bad_alloc *>(&exception) ||
         std::strstr(exception.what(), "can't allocate memory");
}

/// LibTorch's message without the C++ backtrace that it appends.
inline std::string first_paragraph(const char *message) {
  const char *end = std::strstr(message, "\nException raised from");
  return std::string(message, end ? size_t(end - message) : std::strlen(message));
}

/// What messages about a lack of memory begin with.
constexpr char no_room[] = "out of memory: ";

inline void report(ct_error *error, const char *message, bool is_out_of_memory = false) {
  if (!error) return;
  *error = strdup(((is_out_of_memory ? no_room : "") + first_paragraph(message)).c_str());
}

/// Runs `body`; when it throws, stores the message and returns `failure`.
template <class Body, class Result>
Result guarded(ct_error *error, Result failure, Body body) noexcept {
  try {
    return body();
  } catch (const std::exception &exception) {
    report(error, exception.what(), is_out_of_memory(exception));
  } catch (...) {
    report(error, "unknown C++ exception");
  }
  return failure;
}

/// Runs `body`, which returns an `at::Tensor`, and wraps its result.
///
/// When memory runs out where that is survivable, the result has a shape but no values: `body` runs
/// again, and sees its tensors, through `of`, without values.
template <class Body>
ct_tensor *make(ct_error *error, Body body) noexcept {
  return guarded(error, static_cast<ct_tensor *>(nullptr), [&] {
    try {
      return wrap(body());
    } catch (const std::exception &exception) {
      if (!exhaustion.survivable || exhaustion.happened() || !is_out_of_memory(exception)) throw;
      exhaustion.message = first_paragraph(exception.what());
    }
    return wrap(body());
  });
}

/// The same for several results, the last of which may be missing.
template <class Body>
bool make_all(ct_error *error, Body body, std::initializer_list<ct_tensor **> places) noexcept {
  auto keep = [&] {
    auto results = body();
    size_t number = 0;
    for (auto place : places) {
      *place = number < results.size() ? wrap(results[number]) : nullptr;
      ++number;
    }
    return true;
  };
  return guarded(error, false, [&] {
    try {
      return keep();
    } catch (const std::exception &exception) {
      if (!exhaustion.survivable || exhaustion.happened() || !is_out_of_memory(exception)) throw;
      exhaustion.message = first_paragraph(exception.what());
    }
    return keep();
  });
}

inline at::IntArrayRef shape(const int64_t *values, int rank) {
  return at::IntArrayRef(values, size_t(rank));
}

at::Device device(ct_device device);
at::ScalarType dtype(ct_dtype dtype);
ct_dtype element_type(at::ScalarType type);

}  // namespace shim
