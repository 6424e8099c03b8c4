// Standard normal numbers: xoshiro128++ (Blackman and Vigna, 2019) and the transform of Box and Muller.

typedef uint32_t uvec __attribute__((ext_vector_type(LANES)));

/// Streams that run side by side, whatever the vectors hold, so that all instructions draw the same.
static constexpr int noise_streams = 16;
static constexpr int noise_vectors = noise_streams / LANES;
/// Numbers that one seeding serves.
static constexpr int64_t noise_block = 4096;

static inline uvec rotated(uvec x, int count) { return (x << count) | (x >> (32 - count)); }

/// SplitMix64, by which a seed is spread over the streams' states.
static inline uint64_t spread(uint64_t &state) {
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

struct NoiseStream {
  uvec state[4];

  uvec next() {
    uvec result = rotated(state[0] + state[3], 7) + state[0];
    uvec shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotated(state[3], 11);
    return result;
  }

  /// Two independent normal numbers.
  void draw(vec &first, vec &second) {
    vec uniform = __builtin_convertvector((ivec)(next() >> 8), vec) + all(0.5f);
    vec radius = square_root(all(-2.0f) * logarithm(uniform * all(0x1p-24f)));
    // A turn from −½ to ½, as quarter turns and a rest of an eighth at most.
    vec turn = __builtin_convertvector((ivec)next() >> 8, vec) * all(0x1p-24f);
    const vec rounder = all(12582912.0f);
    vec shifted = turn * all(4.0f) + rounder;
    ivec quarter = (ivec)shifted - (ivec)rounder;
    vec angle = (turn - (shifted - rounder) * all(0.25f)) * all(6.28318530718f);
    vec square = angle * angle;
    vec sine = all(-1.0f / 5040) * square + all(1.0f / 120);
    sine = sine * square - all(1.0f / 6);
    sine = sine * square * angle + angle;
    vec cosine = all(1.0f / 40320) * square - all(1.0f / 720);
    cosine = cosine * square + all(1.0f / 24);
    cosine = cosine * square - all(0.5f);
    cosine = cosine * square + all(1.0f);
    ivec odd = (quarter & 1) != 0, isBack = ((quarter + 1) & 2) != 0, isDown = (quarter & 2) != 0;
    vec x = odd ? sine : cosine, y = odd ? cosine : sine;
    first = radius * (isBack ? all(0) - x : x);
    second = radius * (isDown ? all(0) - y : y);
  }
};

static void draw_noise(float *numbers, int64_t count, uint64_t seed, int worker, int workers) {
  ck::Share share((count + noise_block - 1) / noise_block, worker, workers);
  for (int64_t block = share.begin; block < share.end; ++block) {
    NoiseStream streams[noise_vectors];
    uint64_t state = seed + uint64_t(block) * 0xd1b54a32d192ed03u;
    for (int stream = 0; stream < noise_streams; ++stream)
      for (int word = 0; word < 4; word += 2) {
        uint64_t bits = spread(state);
        streams[stream / LANES].state[word][stream % LANES] = uint32_t(bits);
        streams[stream / LANES].state[word + 1][stream % LANES] = uint32_t(bits >> 32);
      }
    int64_t end = std::min(count, (block + 1) * noise_block);
    for (int64_t place = block * noise_block; place < end; place += 2 * noise_streams) {
      float drawn[2 * noise_streams];
      bool isWhole = place + 2 * noise_streams <= end;
      float *target = isWhole ? numbers + place : drawn;
      for (int v = 0; v < noise_vectors; ++v) {
        vec first, second;
        streams[v].draw(first, second);
        store(target + v * LANES, first);
        store(target + noise_streams + v * LANES, second);
      }
      if (!isWhole) std::memcpy(numbers + place, drawn, size_t(end - place) * sizeof(float));
    }
  }
}
