// Latent variables with normal distributions: variance, sample and divergence in one pass.

/// A variance made of a raw value, and its derivative.
struct Variance {
  vec value, slope;

  Variance(vec given, float maximum) {
    vec raw = at_most(given, maximum);
    vec power = exponential(at_most(raw, 0));
    value = power + at_least(raw, 0) + all(1e-6f);
    slope = raw > all(0) ? all(1.0f) : power;
    slope = given > all(maximum) ? all(0) : slope;
  }
};

static void draw_latent(const ck_latent &task, int worker, int workers) {
  int64_t channels = task.channels;
  ck::Share share(task.images, worker, workers);
  for (int64_t image = share.begin; image < share.end; ++image) {
    double sum = 0;
    for (int64_t pixel = 0; pixel < task.pixels; ++pixel) {
      int64_t number = image * task.pixels + pixel;
      const float *q = task.posterior + number * 2 * channels;
      const float *p =
          task.prior ? task.prior + image * task.prior_stride + pixel * 2 * channels : q;
      vec sums = all(0);
      for (int64_t c = 0; c < channels; c += LANES) {
        vec mean = load(q + c);
        Variance variance(load(q + channels + c), task.raw_maximum);
        vec noise = task.noise ? load(task.noise + number * channels + c) : all(0);
        vec z = mean + square_root(variance.value) * noise;
        store(task.z + number * channels + c, z);
        if (!task.prior) continue;
        vec prior_mean = load(p + c);
        Variance prior(load(p + channels + c), task.raw_maximum);
        vec ratio = logarithm(prior.value) - logarithm(variance.value);
        vec distance = (task.analytic ? mean : z) - prior_mean;
        vec square = distance * distance;
        sums += task.analytic ? ratio + (variance.value + square) / prior.value - all(1.0f)
                              : ratio + square / prior.value - noise * noise;
      }
      sum += total(sums);
    }
    if (task.prior) task.divergence[image] = float(0.5 * sum);
  }
}

static void return_latent(const ck_latent_gradient &gradient, int worker, int workers) {
  const ck_latent &task = gradient.forward;
  int64_t channels = task.channels;
  ck::Share share(task.images * task.pixels, worker, workers);
  for (int64_t number = share.begin; number < share.end; ++number) {
    int64_t image = number / task.pixels, pixel = number % task.pixels;
    const float *q = task.posterior + number * 2 * channels;
    const float *p =
        task.prior ? task.prior + image * task.prior_stride + pixel * 2 * channels : q;
    vec slope = all(gradient.ddivergence ? gradient.ddivergence[image] : 0);
    for (int64_t c = 0; c < channels; c += LANES) {
      vec mean = load(q + c);
      Variance variance(load(q + channels + c), task.raw_maximum);
      vec deviation = square_root(variance.value);
      vec noise = task.noise ? load(task.noise + number * channels + c) : all(0);
      vec dmean = gradient.dz ? load(gradient.dz + number * channels + c) : all(0);
      vec dvariance = all(0);
      if (task.prior) {
        vec prior_mean = load(p + c);
        Variance prior(load(p + channels + c), task.raw_maximum);
        vec inverse = all(1.0f) / prior.value;
        vec distance =
            (task.analytic ? mean : mean + deviation * noise) - prior_mean;
        vec pull = slope * distance * inverse;
        vec square = distance * distance;
        dmean += pull;
        vec half = all(0.5f) * slope;
        dvariance = all(0) - half / variance.value;
        if (task.analytic) {
          dvariance += half * inverse;
          square += variance.value;
        }
        float *target = gradient.dprior + number * 2 * channels + c;
        store(target, all(0) - pull);
        store(target + channels, half * (inverse - square * inverse * inverse) * prior.slope);
      }
      vec dz = dmean;
      if (task.prior && task.analytic)
        dz = gradient.dz ? load(gradient.dz + number * channels + c) : all(0);
      dvariance += dz * noise * all(0.5f) / deviation;
      float *target = gradient.dposterior + number * 2 * channels + c;
      store(target, dmean);
      store(target + channels, dvariance * variance.slope);
    }
  }
}
