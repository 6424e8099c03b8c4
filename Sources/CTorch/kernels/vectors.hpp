// Vectors of LANES floats. Included once for each set of instructions, inside a namespace of its own;
// the compiler turns them into what the instructions have.

typedef float vec __attribute__((ext_vector_type(LANES)));
typedef int32_t ivec __attribute__((ext_vector_type(LANES)));

static inline vec load(const float *place) {
  typedef vec loose __attribute__((aligned(4), may_alias));
  return *reinterpret_cast<const loose *>(place);
}

static inline void store(float *place, vec value) {
  typedef vec loose __attribute__((aligned(4), may_alias));
  *reinterpret_cast<loose *>(place) = value;
}

static inline vec all(float value) { return vec(value); }

/// Bounds that let through what is not a number.
static inline vec at_most(vec x, float bound) { return x > all(bound) ? all(bound) : x; }
static inline vec at_least(vec x, float bound) { return x < all(bound) ? all(bound) : x; }

/// e to the power x, to 2e-7 of the value (Cody and Waite's reduction, a polynomial of degree 5).
static inline vec exponential(vec x) {
  x = at_least(at_most(x, 88.37f), -87.33f);
  // Adding 1.5 · 2²³ rounds to a whole number, which then stands in the last bits.
  const vec rounder = all(12582912.0f);
  vec shifted = x * all(1.44269504f) + rounder;
  vec whole = shifted - rounder;
  ivec power = (ivec)shifted - (ivec)rounder;
  vec rest = x - whole * all(0.693359375f);
  rest = rest + whole * all(2.12194440e-4f);
  vec sum = all(1.9875691500e-4f);
  sum = sum * rest + all(1.3981999507e-3f);
  sum = sum * rest + all(8.3334519073e-3f);
  sum = sum * rest + all(4.1665795894e-2f);
  sum = sum * rest + all(1.6666665459e-1f);
  sum = sum * rest + all(5.0000001201e-1f);
  vec value = sum * (rest * rest) + (rest + all(1.0f));
  return value * (vec)((power + 127) << 23);
}

static inline vec elu(vec x) { return x > all(0) ? x : exponential(x) - all(1.0f); }

/// The derivative of `elu`.
static inline vec elu_slope(vec x) { return x > all(0) ? all(1.0f) : exponential(x); }

static inline vec sigmoid(vec x) { return all(1.0f) / (all(1.0f) + exponential(-x)); }

/// The natural logarithm of a normal positive number, to 2e-7 (Cephes' polynomial).
static inline vec logarithm(vec x) {
  ivec bits = (ivec)x;
  ivec power = ((bits >> 23) & 255) - 126;
  vec part = (vec)((bits & 0x007fffff) | 0x3f000000);  // 0.5 to 1
  ivec isSmall = part < all(0.70710678f);              // −1 where true
  vec whole = __builtin_convertvector(power + isSmall, vec);
  vec rest = part - all(1.0f) + (isSmall ? part : all(0));
  vec sum = all(7.0376836292e-2f);
  sum = sum * rest - all(1.1514610310e-1f);
  sum = sum * rest + all(1.1676998740e-1f);
  sum = sum * rest - all(1.2420140846e-1f);
  sum = sum * rest + all(1.4249322787e-1f);
  sum = sum * rest - all(1.6668057665e-1f);
  sum = sum * rest + all(2.0000714765e-1f);
  sum = sum * rest - all(2.4999993993e-1f);
  sum = sum * rest + all(3.3333331174e-1f);
  vec square = rest * rest;
  vec value = sum * rest * square - whole * all(2.12194440e-4f) - all(0.5f) * square + rest +
              whole * all(0.693359375f);
  return x == x ? value : x;
}

static inline vec square_root(vec x) { return __builtin_elementwise_sqrt(x); }

/// The sum of a vector's numbers, in pairs.
static inline float total(vec x) {
  float parts[LANES];
  store(parts, x);
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) parts[i] += parts[i + half];
  return parts[0];
}
