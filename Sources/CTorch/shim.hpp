// What the parts of the shim share: wrapping, error slots and the tally of work.
#pragma once

#include <ATen/ATen.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <exception>

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

inline ct_tensor *wrap(at::Tensor value) {
  live.fetch_add(1, std::memory_order_relaxed);
  if (counting) counted_bytes += value.numel() * value.element_size();
  return new ct_tensor{std::move(value)};
}

inline void report(ct_error *error, const char *message) {
  // LibTorch appends a C++ backtrace to its messages; the first paragraph is the message.
  const char *end = std::strstr(message, "\nException raised from");
  size_t length = end ? size_t(end - message) : std::strlen(message);
  if (error) *error = strndup(message, length);
}

/// Runs `body`; when it throws, stores the message and returns `failure`.
template <class Body, class Result>
Result guarded(ct_error *error, Result failure, Body body) noexcept {
  try {
    return body();
  } catch (const std::exception &exception) {
    report(error, exception.what());
  } catch (...) {
    report(error, "unknown C++ exception");
  }
  return failure;
}

/// Runs `body`, which returns an `at::Tensor`, and wraps its result.
template <class Body>
ct_tensor *make(ct_error *error, Body body) noexcept {
  return guarded(error, static_cast<ct_tensor *>(nullptr), [&] { return wrap(body()); });
}

inline at::IntArrayRef shape(const int64_t *values, int rank) {
  return at::IntArrayRef(values, size_t(rank));
}

at::Device device(ct_device device);
at::ScalarType dtype(ct_dtype dtype);

}  // namespace shim
