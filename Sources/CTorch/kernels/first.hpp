// The first convolution of an image of one channel, with its activation: elu(w · x + b).

/// The lines of an image that a row of results needs, with zeros around it.
class ImageLines {
 public:
  ImageLines(const ck_first &task)
      : task_(task), width_(int(task.width + task.kernel - 1)),
        lines_(ck::scratch().floats(size_t(task.kernel) * width_)) {
    std::memset(lines_, 0, size_t(task.kernel) * width_ * sizeof(float));
  }

  void move(int64_t image, int64_t row) {
    int half = int(task_.kernel / 2);
    for (int r = 0; r < task_.kernel; ++r) {
      int64_t source = row + r - half;
      float *line = lines_ + r * width_ + half;
      if (source < 0 || source >= task_.height)
        std::memset(line, 0, size_t(task_.width) * sizeof(float));
      else
        std::memcpy(
            line, task_.x + image * task_.image_stride + source * task_.width,
            size_t(task_.width) * sizeof(float));
    }
  }

  const float *line(int row) const { return lines_ + row * width_; }

 private:
  const ck_first &task_;
  int width_;
  float *lines_;
};

template <int P>
static inline __attribute__((always_inline)) void first_pixels(
    const ck_first &task, const ImageLines &lines, int64_t column, int64_t c, float *y) {
  vec sums[P];
  vec bias = load(task.bias + c);
#pragma unroll
  for (int p = 0; p < P; ++p) sums[p] = bias;
  for (int r = 0; r < task.kernel; ++r) {
    const float *line = lines.line(r) + column;
    for (int k = 0; k < task.kernel; ++k) {
      vec weight = load(task.weights + (r * task.kernel + k) * task.channels + c);
#pragma unroll
      for (int p = 0; p < P; ++p) sums[p] += all(line[p + k]) * weight;
    }
  }
#pragma unroll
  for (int p = 0; p < P; ++p) store(y + p * task.channels + c, elu(sums[p]));
}

static void convolve_first(const ck_first &task, int worker, int workers) {
  ImageLines lines(task);
  ck::Share share(task.images * task.height, worker, workers);
  for (int64_t number = share.begin; number < share.end; ++number) {
    lines.move(number / task.height, number % task.height);
    float *y = task.y + number * task.width * task.channels;
    int64_t column = 0;
    for (; column + 8 <= task.width; column += 8)
      for (int64_t c = 0; c < task.channels; c += LANES)
        first_pixels<8>(task, lines, column, c, y + column * task.channels);
    for (; column < task.width; ++column)
      for (int64_t c = 0; c < task.channels; c += LANES)
        first_pixels<1>(task, lines, column, c, y + column * task.channels);
  }
}

template <int K>
static void return_first_sized(const ck_first_gradient &gradient, int worker, int workers) {
  const ck_first &task = gradient.forward;
  int64_t taps = K * K;
  float *sums = gradient.sums + (taps + 1) * task.channels * worker;
  std::memset(sums, 0, size_t(taps + 1) * task.channels * sizeof(float));
  ImageLines lines(task);
  ck::Share share(task.images * task.height, worker, workers);
  for (int64_t number = share.begin; number < share.end; ++number) {
    lines.move(number / task.height, number % task.height);
    int64_t origin = number * task.width * task.channels;
    for (int64_t c = 0; c < task.channels; c += LANES) {
      vec totals[K * K], bias = all(0);
#pragma unroll
      for (int tap = 0; tap < K * K; ++tap) totals[tap] = all(0);
      for (int64_t column = 0; column < task.width; ++column) {
        int64_t place = origin + column * task.channels + c;
        vec y = load(task.y + place);
        // The derivative of ELU, told by its result.
        vec slope = load(gradient.dy + place) * (y > all(0) ? all(1.0f) : y + all(1.0f));
        bias += slope;
#pragma unroll
        for (int tap = 0; tap < K * K; ++tap)
          totals[tap] += all(lines.line(tap / K)[column + tap % K]) * slope;
      }
      for (int tap = 0; tap < K * K; ++tap)
        store(sums + tap * task.channels + c, load(sums + tap * task.channels + c) + totals[tap]);
      store(sums + taps * task.channels + c, load(sums + taps * task.channels + c) + bias);
    }
  }
}

static void return_first(const ck_first_gradient &gradient, int worker, int workers) {
  if (gradient.forward.kernel == 3) return return_first_sized<3>(gradient, worker, workers);
  if (gradient.forward.kernel == 5) return return_first_sized<5>(gradient, worker, workers);
  return_first_sized<7>(gradient, worker, workers);
}
