// Winograd's F(4 × 4, 3 × 3) on the points 0, ±√½, ±√2 and infinity.
//
// A tile of 4 × 4 results comes of 6 × 6 pixels. Both are transformed to 36 numbers per channel, so
// that the convolution is 36 products of matrices [tiles, inputs] · [inputs, outputs], a quarter of
// the multiplications. Tiles are taken a block at a time, small enough for the cache.

static constexpr float root_half = 0.70710678118654752f;
static constexpr float root_two = 1.41421356237309505f;

/// The transform of pixels, Bᵀ, of six values to six.
static inline __attribute__((always_inline)) void transform_pixels(
    vec d0, vec d1, vec d2, vec d3, vec d4, vec d5, vec *t, int step) {
  vec even1 = d4 - all(2.0f) * d2, odd1 = all(root_half) * d3 - all(root_two) * d1;
  vec even2 = d4 - all(0.5f) * d2, odd2 = all(root_two) * d3 - all(root_half) * d1;
  t[0] = (d0 + d4) - all(2.5f) * d2;
  t[step] = even1 + odd1;
  t[2 * step] = even1 - odd1;
  t[3 * step] = even2 + odd2;
  t[4 * step] = even2 - odd2;
  t[5 * step] = (d1 + d5) - all(2.5f) * d3;
}

/// The transform back to results, Aᵀ, of six values to four.
static inline __attribute__((always_inline)) void transform_back(
    vec m0, vec m1, vec m2, vec m3, vec m4, vec m5, vec *t, int step) {
  vec sum1 = m1 + m2, difference1 = all(root_half) * (m1 - m2);
  vec sum2 = m3 + m4, difference2 = all(root_two) * (m3 - m4);
  t[0] = m0 + sum1 + sum2;
  t[step] = difference1 + difference2;
  t[2 * step] = all(0.5f) * sum1 + all(2.0f) * sum2;
  t[3 * step] = all(0.5f) * difference1 + all(2.0f) * difference2 + m5;
}

/// The transpose of `transform_back`, A, of four values to six: the transform of results' gradients.
static inline __attribute__((always_inline)) void transform_results(
    vec y0, vec y1, vec y2, vec y3, vec *t, int step) {
  vec even1 = y0 + all(0.5f) * y2, odd1 = all(root_half) * (y1 + all(0.5f) * y3);
  vec even2 = y0 + all(2.0f) * y2, odd2 = all(root_two) * (y1 + all(2.0f) * y3);
  t[0] = y0;
  t[step] = even1 + odd1;
  t[2 * step] = even1 - odd1;
  t[3 * step] = even2 + odd2;
  t[4 * step] = even2 - odd2;
  t[5 * step] = y3;
}

/// The transform of filters, G, of three values to six.
static inline __attribute__((always_inline)) void transform_filter(
    vec g0, vec g1, vec g2, vec *t, int step) {
  constexpr float third = 1.0f / 3;
  // N(±√½) = −3/2 and N(±√2) = 6.
  vec even1 = all(-2 * third) * g0 - all(third) * g2, odd1 = all(-2 * third * root_half) * g1;
  vec even2 = all(0.5f * third) * g0 + all(third) * g2, odd2 = all(0.5f * third * root_two) * g1;
  t[0] = g0;
  t[step] = even1 + odd1;
  t[2 * step] = even1 - odd1;
  t[3 * step] = even2 + odd2;
  t[4 * step] = even2 - odd2;
  t[5 * step] = g2;
}

/// The transpose of `transform_filter`, Gᵀ, of six values to three.
static inline __attribute__((always_inline)) void transform_filter_back(
    vec u0, vec u1, vec u2, vec u3, vec u4, vec u5, vec *t, int step) {
  constexpr float third = 1.0f / 3;
  vec sum1 = u1 + u2, difference1 = u1 - u2, sum2 = u3 + u4, difference2 = u3 - u4;
  t[0] = u0 - all(2 * third) * sum1 + all(0.5f * third) * sum2;
  t[step] = all(0.5f * third * root_two) * difference2 - all(2 * third * root_half) * difference1;
  t[2 * step] = u5 - all(third) * sum1 + all(third) * sum2;
}

/// Tiles in a block, a multiple of `rows_at_once`.
static constexpr int block_tiles = 24;
/// Output channels that are computed for a block before the next ones.
static constexpr int block_outputs = 64;

/// The distance between two of the 36 matrices of a block, such that they do not all fall into the
/// same lines of the cache.
static inline size_t matrix_stride(int channels) { return size_t(block_tiles) * channels + 16; }

/// Where a tile's results are.
struct Tile {
  int64_t image;
  int row, column;
};

/// Rows of an image as they enter a convolution, with a border: the six rows of a row of tiles.
class Band {
 public:
  /// Most tiles of a row that are taken at once, so that a band stays in the cache.
  static constexpr int most_tiles = 16;
  static constexpr int most_columns = 4 * most_tiles + 2;

  static size_t size(int channels) { return size_t(6) * most_columns * channels; }

  Band(float *memory, const float *x, int height, int width, int channels, ck_entry entry)
      : memory_(memory), x_(x), height_(height), width_(width), channels_(channels),
        entry_(entry) {}

  /// Moves to a row of tiles; `first` and `tiles` are columns of tiles.
  void move(int64_t image, int row, int first, int tiles) {
    int columns = 4 * tiles + 2;
    size_t line = size_t(columns) * channels_;
    int begin = 0;
    if (image == image_ && first == first_ && tiles == tiles_ && row == row_ + 1) {
      // The last two rows are the next first ones.
      std::memcpy(memory_, memory_ + 4 * line, 2 * line * sizeof(float));
      begin = 2;
    }
    image_ = image;
    row_ = row;
    first_ = first;
    tiles_ = tiles;
    for (int r = begin; r < 6; ++r) fill(memory_ + r * line, 4 * row - 1 + r, columns);
  }

  /// The upper left pixel of a tile's 6 × 6, which stand `row_stride` apart.
  const float *tile(int number) const { return memory_ + size_t(4) * number * channels_; }
  size_t row_stride() const { return size_t(4 * tiles_ + 2) * channels_; }

 private:
  void fill(float *target, int row, int columns) {
    int left = 4 * first_ - 1;
    if (row < 0 || row >= height_) {
      std::memset(target, 0, size_t(columns) * channels_ * sizeof(float));
      return;
    }
    int begin = std::max(0, -left), end = std::min(columns, width_ - left);
    std::memset(target, 0, size_t(begin) * channels_ * sizeof(float));
    std::memset(
        target + size_t(end) * channels_, 0, size_t(columns - end) * channels_ * sizeof(float));
    const float *source =
        x_ + ((image_ * height_ + row) * width_ + left + begin) * int64_t(channels_);
    float *place = target + size_t(begin) * channels_;
    if (!entry_.scale) {
      std::memcpy(place, source, size_t(end - begin) * channels_ * sizeof(float));
      return;
    }
    for (int c = 0; c < channels_; c += LANES) {
      vec scale = load(entry_.scale + c), shift = load(entry_.shift + c);
      for (int p = 0; p < end - begin; ++p) {
        size_t offset = size_t(p) * channels_ + c;
        store(place + offset, elu(scale * load(source + offset) + shift));
      }
    }
  }

  float *memory_;
  const float *x_;
  int height_, width_, channels_;
  ck_entry entry_;
  int64_t image_ = -1;
  int row_ = -1, first_ = 0, tiles_ = 0;
};

/// Rows of tiles, in the order in which neighbours share rows of pixels.
struct TileRows {
  int64_t images;
  int rows, columns, segments;

  TileRows(int64_t images, int64_t height, int64_t width)
      : images(images), rows(int((height + 3) / 4)), columns(int((width + 3) / 4)),
        segments((columns + Band::most_tiles - 1) / Band::most_tiles) {}

  int64_t count() const { return images * segments * rows; }

  /// `body(image, row, first column, columns)`.
  template <class Body>
  void visit(ck::Share share, Body body) const {
    for (int64_t number = share.begin; number < share.end; ++number) {
      int row = int(number % rows);
      int segment = int(number / rows % segments);
      int first = columns * segment / segments, end = columns * (segment + 1) / segments;
      body(number / rows / segments, row, first, end - first);
    }
  }
};

/// Transforms the pixels of a tile into its place among the 36 matrices.
static inline void transform_tile(
    const float *pixels, size_t row_stride, int channels, float *place, size_t stride) {
  for (int c = 0; c < channels; c += LANES) {
    vec half[36];
#pragma unroll
    for (int r = 0; r < 6; ++r) {
      const float *row = pixels + r * row_stride + c;
      transform_pixels(
          load(row), load(row + channels), load(row + 2 * channels), load(row + 3 * channels),
          load(row + 4 * channels), load(row + 5 * channels), half + 6 * r, 1);
    }
#pragma unroll
    for (int k = 0; k < 6; ++k) {
      vec column[6];
      transform_pixels(
          half[k], half[6 + k], half[12 + k], half[18 + k], half[24 + k], half[30 + k], column, 1);
#pragma unroll
      for (int r = 0; r < 6; ++r) store(place + (6 * r + k) * stride + c, column[r]);
    }
  }
}

/// Sums over pixels, gathered in floats for a block and in doubles beyond it.
///
/// For moments the first value of a channel is taken off all of them, so that little is lost where a
/// mean is far from zero.
struct PixelSums {
  int channels;
  std::vector<float> origin, first, second;
  std::vector<double> firsts, seconds;
  double count = 0;

  explicit PixelSums(int64_t channels)
      : channels(int(channels)), origin(channels), first(channels), second(channels),
        firsts(channels), seconds(channels) {}

  void flush() {
    for (int c = 0; c < channels; ++c) {
      firsts[c] += first[c];
      seconds[c] += second[c];
    }
    std::fill(first.begin(), first.end(), 0.0f);
    std::fill(second.begin(), second.end(), 0.0f);
  }

  void write_moments(double *moments) const {
    for (int c = 0; c < channels; ++c) {
      double mean = count > 0 ? firsts[c] / count : 0;
      moments[c] = origin[c] + mean;
      moments[channels + c] = std::max(0.0, seconds[c] - count * mean * mean);
      moments[2 * channels + c] = count;
    }
  }
};

/// One worker's part of a convolution.
class Convolution {
 public:
  Convolution(const ck_convolution &task)
      : task_(task), inputs_(int(task.inputs)), outputs_(int(task.outputs)),
        group_(std::min(block_outputs, outputs_)), v_stride_(matrix_stride(inputs_)),
        m_stride_(matrix_stride(group_)), sums_(task.moments || task.source ? outputs_ : 0) {
    size_t v = ck::lines(36 * v_stride_), m = ck::lines(36 * m_stride_);
    v_ = ck::scratch().floats(v + m + Band::size(inputs_));
    m_ = v_ + v;
    band_ = m_ + m;
  }

  void run(int worker, int workers) {
    TileRows rows(task_.images, task_.height, task_.width);
    Band band(
        band_, task_.x, int(task_.height), int(task_.width), inputs_, task_.entry);
    rows.visit(
        ck::Share(rows.count(), worker, workers),
        [&](int64_t image, int row, int first, int count) {
          band.move(image, row, first, count);
          for (int number = 0; number < count; ++number) {
            transform_tile(
                band.tile(number), band.row_stride(), inputs_, v_ + size_t(tiles_) * inputs_,
                v_stride_);
            places_[tiles_++] = {image, 4 * row, 4 * (first + number)};
            if (tiles_ == block_tiles) finish_block();
          }
        });
    finish_block();
    if (task_.moments) sums_.write_moments(task_.moments + int64_t(3) * outputs_ * worker);
    if (task_.source) {
      double *sums = task_.sums + int64_t(2) * outputs_ * worker;
      std::copy(sums_.firsts.begin(), sums_.firsts.end(), sums);
      std::copy(sums_.seconds.begin(), sums_.seconds.end(), sums + outputs_);
    }
  }

 private:
  void finish_block() {
    if (tiles_ == 0) return;
    for (int first = 0; first < outputs_; first += group_) {
      int count = std::min(group_, outputs_ - first);
      for (int number = 0; number < 36; ++number) {
        const float *filters = task_.filters + int64_t(number) * inputs_ * outputs_;
        const float *v = v_ + number * v_stride_;
        float *m = m_ + number * m_stride_;
        for_panels(count, [&](int column, bool isWhole) {
          const float *right = filters + int64_t(first + column) * inputs_;
          if (isWhole)
            multiply_into<panel_vectors>(m + column, group_, v, inputs_, tiles_, right, inputs_);
          else
            multiply_into<1>(m + column, group_, v, inputs_, tiles_, right, inputs_);
        });
      }
      for (int number = 0; number < tiles_; ++number) {
        isFirst_ = sums_.count == 0 && number == 0;
        finish_tile(number, first, count);
      }
    }
    for (int number = 0; number < tiles_; ++number)
      sums_.count += rows(places_[number]) * columns(places_[number]);
    if (task_.moments || task_.source) sums_.flush();
    tiles_ = 0;
  }

  /// Rows and columns of a tile that lie in the image.
  int rows(const Tile &place) const { return std::min<int>(4, int(task_.height) - place.row); }
  int columns(const Tile &place) const { return std::min<int>(4, int(task_.width) - place.column); }

  void finish_tile(int number, int first, int count) {
    const Tile &place = places_[number];
    int height = rows(place), width = columns(place);
    int64_t origin =
        ((place.image * task_.height + place.row) * task_.width + place.column) * outputs_;
    for (int c = 0; c < count; c += LANES) {
      const float *m = m_ + size_t(number) * group_ + c;
      vec half[24], result[16];
#pragma unroll
      for (int k = 0; k < 6; ++k)
        transform_back(
            load(m + k * m_stride_), load(m + (6 + k) * m_stride_), load(m + (12 + k) * m_stride_),
            load(m + (18 + k) * m_stride_), load(m + (24 + k) * m_stride_),
            load(m + (30 + k) * m_stride_), half + k, 6);
#pragma unroll
      for (int r = 0; r < 4; ++r)
        transform_back(
            half[6 * r], half[6 * r + 1], half[6 * r + 2], half[6 * r + 3], half[6 * r + 4],
            half[6 * r + 5], result + 4 * r, 1);
      write(result, height, width, origin + first + c, first + c, place.image);
    }
  }

  inline __attribute__((always_inline)) void write(
      vec (&result)[16], int height, int width, int64_t offset, int channel, int64_t image) {
    if (task_.bias) {
      vec bias = load(task_.bias + channel);
#pragma unroll
      for (int p = 0; p < 16; ++p) result[p] += bias;
    }
    if (task_.mask) {
      vec factor = load(task_.mask + image * outputs_ + channel);
#pragma unroll
      for (int p = 0; p < 16; ++p) result[p] *= factor;
    }
    int64_t row_stride = task_.width * outputs_;
    if (task_.source) {
      vec scale = load(task_.exit.scale + channel), shift = load(task_.exit.shift + channel);
      vec mean = load(task_.mean + channel), first = all(0), second = all(0);
      for (int r = 0; r < height; ++r) {
        for (int k = 0; k < width; ++k) {
          int64_t place = offset + r * row_stride + int64_t(k) * outputs_;
          vec x = load(task_.source + place);
          vec value = result[4 * r + k] * elu_slope(scale * x + shift);
          first += value;
          second += value * (x - mean);
          store(task_.y + place, value);
        }
      }
      store(&sums_.first[channel], load(&sums_.first[channel]) + first);
      store(&sums_.second[channel], load(&sums_.second[channel]) + second);
      return;
    }
    if (task_.moments) {
      if (isFirst_) store(&sums_.origin[channel], result[0]);
      vec origin = load(&sums_.origin[channel]), first = all(0), second = all(0);
      for (int r = 0; r < height; ++r) {
        for (int k = 0; k < width; ++k) {
          vec difference = result[4 * r + k] - origin;
          first += difference;
          second += difference * difference;
        }
      }
      store(&sums_.first[channel], load(&sums_.first[channel]) + first);
      store(&sums_.second[channel], load(&sums_.second[channel]) + second);
    }
    for (int r = 0; r < height; ++r) {
      for (int k = 0; k < width; ++k) {
        int64_t place = offset + r * row_stride + int64_t(k) * outputs_;
        vec value = result[4 * r + k];
        store(task_.y + place, task_.skip ? value + load(task_.skip + place) : value);
      }
    }
  }

  const ck_convolution &task_;
  int inputs_, outputs_, group_;
  size_t v_stride_, m_stride_;
  float *v_, *m_, *band_;
  PixelSums sums_;
  Tile places_[block_tiles];
  int tiles_ = 0;
  /// Whether the tile is the first of all, whose values are taken off the others.
  bool isFirst_ = false;
};

static void convolve(const ck_convolution &task, int worker, int workers) {
  Convolution(task).run(worker, workers);
}

/// One worker's part of the gradient of filters.
static void sum_filter_gradient(const ck_filter_gradient &task, int worker, int workers) {
  int inputs = int(task.inputs), outputs = int(task.outputs);
  size_t v_stride = matrix_stride(inputs), d_stride = matrix_stride(outputs);
  size_t v_size = ck::lines(36 * v_stride), d_size = ck::lines(36 * d_stride);
  float *v = ck::scratch().floats(v_size + d_size + Band::size(inputs));
  float *d = v + v_size;
  float *sums = task.sums + int64_t(36) * inputs * outputs * worker;
  std::memset(sums, 0, size_t(36) * inputs * outputs * sizeof(float));
  int tiles = 0;
  auto finish = [&] {
    for (int number = 0; number < 36 && tiles > 0; ++number)
      add_transposed_product(
          sums + size_t(number) * inputs * outputs, outputs, inputs, outputs,
          v + number * v_stride, inputs, d + number * d_stride, outputs, tiles);
    tiles = 0;
  };
  TileRows rows(task.images, task.height, task.width);
  Band band(
      d + d_size, task.x, int(task.height), int(task.width), inputs, task.entry);
  rows.visit(
      ck::Share(rows.count(), worker, workers),
      [&](int64_t image, int row, int first, int count) {
        band.move(image, row, first, count);
        for (int number = 0; number < count; ++number) {
          transform_tile(
              band.tile(number), band.row_stride(), inputs, v + size_t(tiles) * inputs, v_stride);
          int top = 4 * row, left = 4 * (first + number);
          int height = std::min<int>(4, int(task.height) - top);
          int width = std::min<int>(4, int(task.width) - left);
          const float *dy =
              task.dy + ((image * task.height + top) * task.width + left) * outputs;
          for (int c = 0; c < outputs; c += LANES) {
            vec half[24];
#pragma unroll
            for (int r = 0; r < 4; ++r) {
              vec y[4] = {all(0), all(0), all(0), all(0)};
              if (r < height) {
                const float *line = dy + r * task.width * outputs + c;
#pragma unroll
                for (int k = 0; k < 4; ++k)
                  if (k < width) y[k] = load(line + k * outputs);
              }
              transform_results(y[0], y[1], y[2], y[3], half + 6 * r, 1);
            }
            float *place = d + size_t(tiles) * outputs + c;
#pragma unroll
            for (int k = 0; k < 6; ++k) {
              vec column[6];
              transform_results(half[k], half[6 + k], half[12 + k], half[18 + k], column, 1);
#pragma unroll
              for (int r = 0; r < 6; ++r) store(place + (6 * r + k) * d_stride, column[r]);
            }
          }
          if (++tiles == block_tiles) finish();
        }
      });
  finish();
}

/// Takes the transform of summed gradients back, for a share of the inputs.
static void finish_filter_gradient(
    const ck_filter_gradient &task, int parts, float *gradient, const int64_t *strides, int worker,
    int workers) {
  int64_t size = 36 * task.inputs * task.outputs;
  ck::Share share(task.inputs, worker, workers);
  for (int64_t input = share.begin; input < share.end; ++input) {
    for (int64_t output = 0; output < task.outputs; output += LANES) {
      vec values[36], half[18], result[9];
      for (int number = 0; number < 36; ++number) {
        const float *place = task.sums + (number * task.inputs + input) * task.outputs + output;
        vec sum = load(place);
        for (int part = 1; part < parts; ++part) sum += load(place + part * size);
        values[number] = sum;
      }
      for (int k = 0; k < 6; ++k)
        transform_filter_back(
            values[k], values[6 + k], values[12 + k], values[18 + k], values[24 + k],
            values[30 + k], half + k, 6);
      for (int r = 0; r < 3; ++r)
        transform_filter_back(
            half[6 * r], half[6 * r + 1], half[6 * r + 2], half[6 * r + 3], half[6 * r + 4],
            half[6 * r + 5], result + 3 * r, 1);
      for (int r = 0; r < 3; ++r)
        for (int k = 0; k < 3; ++k)
          for (int lane = 0; lane < LANES; ++lane)
            gradient[(output + lane) * strides[0] + input * strides[1] + r * strides[2] +
                     k * strides[3]] = result[3 * r + k][lane];
    }
  }
}

/// Transforms filters for a share of the inputs (of the packed filters).
static void pack_filters(
    const float *weights, const int64_t *strides, int64_t inputs, int64_t outputs, bool backward,
    float *packed, int worker, int workers) {
  // As packed: depth is what is summed over.
  int64_t depth = backward ? outputs : inputs, columns = backward ? inputs : outputs;
  int64_t depth_stride = strides[backward ? 0 : 1], column_stride = strides[backward ? 1 : 0];
  ck::Share share(depth, worker, workers);
  for_panels(int(columns), [&](int column, bool isWhole) {
    int width = isWhole ? panel : LANES;
    for (int64_t k = share.begin; k < share.end; ++k) {
      for (int v = 0; v < width; v += LANES) {
        vec filter[9], half[18], result[36];
        for (int p = 0; p < 9; ++p) {
          int at = backward ? 8 - p : p;
          const float *place = weights + k * depth_stride + (column + v) * column_stride +
                               (at / 3) * strides[2] + (at % 3) * strides[3];
          vec value;
          for (int lane = 0; lane < LANES; ++lane) value[lane] = place[lane * column_stride];
          filter[p] = value;
        }
        for (int c = 0; c < 3; ++c)
          transform_filter(filter[c], filter[3 + c], filter[6 + c], half + c, 3);
        for (int r = 0; r < 6; ++r)
          transform_filter(half[3 * r], half[3 * r + 1], half[3 * r + 2], result + 6 * r, 1);
        for (int number = 0; number < 36; ++number)
          store(
              packed + (number * columns + column) * depth + k * width + v, result[number]);
      }
    }
  });
}
