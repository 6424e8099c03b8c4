// The loops for AVX-512.
#include "loops.hpp"

#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), \
    apply_to = function)
#define INSTRUCTIONS avx512
#define LANES 16
#include "instructions.hpp"
#pragma clang attribute pop
#endif
