// The loops for AVX2 with fused multiply-add.
#include "loops.hpp"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define INSTRUCTIONS avx2
#define LANES 8
#include "instructions.hpp"
#pragma clang attribute pop
#endif
