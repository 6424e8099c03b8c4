// Gates: a 1 × 1 convolution to twice the channels, whose second half gates the first. Panels of the
// packed weights hold a vector of the first half and the same channels of the second, so that both
// meet in registers.

/// Where the weights for the way back begin among the packed ones.
static inline int64_t gate_return_offset(int64_t channels) { return 2 * channels * channels; }

static void pack_gate(
    const float *weights, const int64_t *strides, int64_t channels, float *packed) {
  for (int64_t c = 0; c < channels; c += LANES)
    for (int64_t k = 0; k < channels; ++k)
      for (int half = 0; half < 2; ++half)
        for (int lane = 0; lane < LANES; ++lane)
          packed[2 * c * channels + (2 * k + half) * LANES + lane] =
              weights[(half * channels + c + lane) * strides[0] + k * strides[1]];
  float *back = packed + gate_return_offset(channels);
  for_panels(int(channels), [&](int column, bool isWhole) {
    int width = isWhole ? panel : LANES;
    for (int64_t k = 0; k < 2 * channels; ++k)
      for (int lane = 0; lane < width; ++lane)
        back[2 * channels * column + k * width + lane] =
            weights[k * strides[0] + (column + lane) * strides[1]];
  });
}

static void apply_gate(const ck_gate &task, int worker, int workers) {
  int channels = int(task.channels);
  // Rows that stay in the first cache while all panels pass.
  constexpr int64_t chunk = 8 * rows_at_once;
  int64_t pixels = task.images * task.pixels;
  ck::Share share((pixels + chunk - 1) / chunk, worker, workers);
  for (int64_t begin = share.begin * chunk; begin < std::min(share.end * chunk, pixels);
       begin += chunk) {
    int rows = int(std::min(chunk, pixels - begin));
    const float *x = task.x + begin * channels;
    for (int c = 0; c < channels; c += LANES) {
      vec value_bias = load(task.bias + c), gate_bias = load(task.bias + channels + c);
      multiply_rows<2>(
          x, channels, rows, task.weights + 2 * c * channels, channels, [&](int row, auto &sums) {
            constexpr int count = sizeof(sums) / sizeof(sums[0]);
            for (int r = 0; r < count; ++r) {
              int64_t place = (begin + row + r) * channels + c;
              vec value = elu(sums[r][0] + value_bias) * sigmoid(sums[r][1] + gate_bias);
              store(task.y + place, value + load(task.skip + place));
            }
          });
    }
  }
}

static void return_gate(const ck_gate_gradient &task, int worker, int workers) {
  int channels = int(task.channels);
  constexpr int64_t chunk = 4 * rows_at_once;
  float *slopes = ck::scratch().floats(chunk * 2 * channels);
  float *weights = task.weight_sums + int64_t(2) * channels * channels * worker;
  float *biases = task.bias_sums + int64_t(2) * channels * worker;
  std::memset(weights, 0, size_t(2) * channels * channels * sizeof(float));
  std::memset(biases, 0, size_t(2) * channels * sizeof(float));
  PixelSums sums(channels);
  int64_t per_image = (task.pixels + chunk - 1) / chunk;
  ck::Share share(task.images * per_image, worker, workers);
  for (int64_t number = share.begin; number < share.end; ++number) {
    int64_t image = number / per_image, first = number % per_image * chunk;
    int rows = int(std::min(chunk, task.pixels - first));
    int64_t origin = (image * task.pixels + first) * channels;
    const float *x = task.x + origin;
    for (int c = 0; c < channels; c += LANES) {
      vec value_bias = load(task.bias + c), gate_bias = load(task.bias + channels + c);
      vec value_sum = all(0), gate_sum = all(0);
      multiply_rows<2>(
          x, channels, rows, task.weights + 2 * c * channels, channels, [&](int row, auto &sums) {
            constexpr int count = sizeof(sums) / sizeof(sums[0]);
            for (int r = 0; r < count; ++r) {
              vec raw = sums[r][0] + value_bias, gate = sigmoid(sums[r][1] + gate_bias);
              vec dy = load(task.dy + origin + int64_t(row + r) * channels + c);
              vec power = exponential(at_most(raw, 0));
              vec value = raw > all(0) ? raw : power - all(1.0f);
              vec value_slope = dy * gate * power;
              vec gate_slope = dy * value * (gate * (all(1.0f) - gate));
              float *place = slopes + size_t(row + r) * 2 * channels + c;
              store(place, value_slope);
              store(place + channels, gate_slope);
              value_sum += value_slope;
              gate_sum += gate_slope;
            }
          });
      store(biases + c, load(biases + c) + value_sum);
      store(biases + channels + c, load(biases + channels + c) + gate_sum);
    }
    add_transposed_product(
        weights, 2 * channels, channels, 2 * channels, x, channels, slopes, 2 * channels, rows);
    const float *back = task.weights + gate_return_offset(channels);
    auto finish = [&](int column, auto &products, int row) {
      constexpr int count = sizeof(products) / sizeof(products[0]);
      constexpr int vectors = sizeof(products[0]) / sizeof(vec);
      for (int v = 0; v < vectors; ++v) {
        int c = column + v * LANES;
        vec factor = task.mask ? load(task.mask + image * channels + c) : all(1.0f);
        vec sum = all(0);
        for (int r = 0; r < count; ++r) {
          vec value = products[r][v] * factor;
          store(task.dx + origin + int64_t(row + r) * channels + c, value);
          sum += value;
        }
        store(&sums.first[c], load(&sums.first[c]) + sum);
      }
    };
    for_panels(channels, [&](int column, bool isWhole) {
      const float *right = back + int64_t(2) * channels * column;
      if (isWhole)
        multiply_rows<panel_vectors>(
            slopes, 2 * channels, rows, right, 2 * channels,
            [&](int row, auto &products) { finish(column, products, row); });
      else
        multiply_rows<1>(
            slopes, 2 * channels, rows, right, 2 * channels,
            [&](int row, auto &products) { finish(column, products, row); });
    });
    sums.flush();
  }
  std::copy(
      sums.firsts.begin(), sums.firsts.end(), task.dx_sums + int64_t(channels) * worker);
}
