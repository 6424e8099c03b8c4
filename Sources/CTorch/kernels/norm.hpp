// What normalisations need: statistics, and the way back.

static void measure(
    const float *x, int64_t pixels, int64_t channels, double *moments, int worker, int workers) {
  constexpr int64_t chunk = 64;
  PixelSums sums(channels);
  ck::Share share((pixels + chunk - 1) / chunk, worker, workers);
  int64_t begin = share.begin * chunk, end = std::min(share.end * chunk, pixels);
  if (begin < end) {
    std::memcpy(sums.origin.data(), x + begin * channels, size_t(channels) * sizeof(float));
    sums.count = double(end - begin);
  }
  for (int64_t first = begin; first < end; first += chunk) {
    int64_t last = std::min(first + chunk, end);
    for (int64_t c = 0; c < channels; c += LANES) {
      vec origin = load(&sums.origin[c]), total = all(0), squares = all(0);
      for (int64_t pixel = first; pixel < last; ++pixel) {
        vec difference = load(x + pixel * channels + c) - origin;
        total += difference;
        squares += difference * difference;
      }
      store(&sums.first[c], total);
      store(&sums.second[c], squares);
    }
    sums.flush();
  }
  sums.write_moments(moments + 3 * channels * worker);
}

static void return_norm(const ck_normal_gradient &task, int worker, int workers) {
  constexpr int64_t chunk = 64;
  int64_t channels = task.channels;
  PixelSums sums(channels);
  int64_t per_image = (task.pixels + chunk - 1) / chunk;
  ck::Share share(task.images * per_image, worker, workers);
  for (int64_t number = share.begin; number < share.end; ++number) {
    int64_t image = number / per_image, first = number % per_image * chunk;
    int64_t begin = image * task.pixels + first;
    int64_t end = image * task.pixels + std::min(first + chunk, task.pixels);
    for (int64_t c = 0; c < channels; c += LANES) {
      vec a = load(task.a + c), b = load(task.b + c), constant = load(task.c + c);
      vec factor = task.mask ? load(task.mask + image * channels + c) : all(1.0f);
      vec sum = all(0);
      for (int64_t pixel = begin; pixel < end; ++pixel) {
        int64_t place = pixel * channels + c;
        vec value = (a * load(task.dz + place) + (b * load(task.x + place) + constant)) * factor;
        if (task.skip) value += load(task.skip + place);
        store(task.dx + place, value);
        sum += value;
      }
      store(&sums.first[c], sum);
    }
    sums.flush();
  }
  if (task.sums)
    std::copy(sums.firsts.begin(), sums.firsts.end(), task.sums + channels * worker);
}
