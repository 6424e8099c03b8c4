// What every set of instructions offers.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels.h"
#include "scratch.hpp"

namespace ck {

struct Loops {
  int lanes;
  void (*pack_filters)(
      const float *, const int64_t *, int64_t, int64_t, bool, float *, int, int);
  void (*convolve)(const ck_convolution &, int, int);
  void (*sum_filter_gradient)(const ck_filter_gradient &, int, int);
  void (*finish_filter_gradient)(
      const ck_filter_gradient &, int, float *, const int64_t *, int, int);
  void (*pack_gate)(const float *, const int64_t *, int64_t, float *);
  void (*apply_gate)(const ck_gate &, int, int);
  void (*return_gate)(const ck_gate_gradient &, int, int);
  void (*measure)(const float *, int64_t, int64_t, double *, int, int);
  void (*return_norm)(const ck_normal_gradient &, int, int);
  void (*draw_latent)(const ck_latent &, int, int);
  void (*return_latent)(const ck_latent_gradient &, int, int);
  void (*take_step)(const ck_step &, int, int);
  void (*draw_noise)(float *, int64_t, uint64_t, int, int);
  void (*convolve_first)(const ck_first &, int, int);
  void (*return_first)(const ck_first_gradient &, int, int);
};

namespace baseline {
extern const Loops loops;
}
#if defined(__x86_64__)
namespace avx2 {
extern const Loops loops;
}
namespace avx512 {
extern const Loops loops;
}
#endif

}  // namespace ck
