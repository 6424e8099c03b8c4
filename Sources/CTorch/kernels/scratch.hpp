// Memory that loops need while they run, and the sharing out of work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace ck {

/// Memory of one thread that is kept from call to call, since fresh pages cost more than the work on
/// a small image.
class Scratch {
 public:
  /// Room for so many floats, aligned to 64 bytes; what was there before is lost.
  float *floats(size_t count) {
    if (count > size_) {
      memory_.reset();
      size_ = 0;
      void *memory = nullptr;
      if (posix_memalign(&memory, 64, count * sizeof(float)) != 0) throw std::bad_alloc();
      memory_.reset(static_cast<float *>(memory));
      size_ = count;
    }
    return memory_.get();
  }

 private:
  struct Free {
    void operator()(float *memory) const { std::free(memory); }
  };
  std::unique_ptr<float, Free> memory_;
  size_t size_ = 0;
};

inline Scratch &scratch() {
  static thread_local Scratch memory;
  return memory;
}

/// A worker's part of some items.
struct Share {
  int64_t begin, end;
  Share(int64_t count, int worker, int workers)
      : begin(count * worker / workers), end(count * (worker + 1) / workers) {}
};

/// A number of floats rounded up to whole cache lines.
inline size_t lines(size_t count) { return (count + 15) / 16 * 16; }

}  // namespace ck
