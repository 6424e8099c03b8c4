// Steps of optimisers, each in one pass over memory.

/// The larger of two, or what is not a number.
static inline vec larger(vec a, vec b) {
  vec most = a > b ? a : b;
  return a == a ? most : a;
}

/// Visits a worker's part of all numbers: `body(piece, first, end)`.
template <class Body>
static inline __attribute__((always_inline)) void for_pieces(
    const ck_step &step, int worker, int workers, Body body) {
  int64_t total = 0;
  for (int i = 0; i < step.count; ++i) total += step.pieces[i].size;
  ck::Share share(total, worker, workers);
  int64_t start = 0;
  for (int i = 0; i < step.count && start < share.end; ++i) {
    const ck_piece &piece = step.pieces[i];
    int64_t first = std::max<int64_t>(0, share.begin - start);
    int64_t end = std::min(piece.size, share.end - start);
    if (first < end) body(piece, first, end);
    start += piece.size;
  }
}

/// Runs `update(values, gradient, first, second)` on vectors of numbers, the last of them filled up.
template <class Update>
static inline __attribute__((always_inline)) void update_piece(
    const ck_piece &piece, int64_t first, int64_t end, Update update) {
  int64_t i = first;
  for (; i + LANES <= end; i += LANES) {
    vec values = load(piece.values + i), one = load(piece.first + i), two = load(piece.second + i);
    update(values, load(piece.gradient + i), one, two);
    store(piece.values + i, values);
    store(piece.first + i, one);
    store(piece.second + i, two);
  }
  if (i == end) return;
  float rest[4][LANES] = {};
  float *places[4] = {piece.values + i, nullptr, piece.first + i, piece.second + i};
  size_t bytes = size_t(end - i) * sizeof(float);
  for (int k : {0, 2, 3}) std::memcpy(rest[k], places[k], bytes);
  std::memcpy(rest[1], piece.gradient + i, bytes);
  vec values = load(rest[0]), one = load(rest[2]), two = load(rest[3]);
  update(values, load(rest[1]), one, two);
  store(rest[0], values);
  store(rest[2], one);
  store(rest[3], two);
  for (int k : {0, 2, 3}) std::memcpy(places[k], rest[k], bytes);
}

static void take_step(const ck_step &step, int worker, int workers) {
  vec keep = all(float(1 - step.beta1)), decay2 = all(float(step.beta2));
  vec fresh2 = all(float(1 - step.beta2)), rate = all(float(step.rate));
  vec epsilon = all(float(step.epsilon)), root = all(float(step.root));
  if (step.isAdamax) {
    vec decay = all(float(step.decay));
    for_pieces(step, worker, workers, [&](const ck_piece &piece, int64_t first, int64_t end) {
      update_piece(piece, first, end, [&](vec &value, vec gradient, vec &mean, vec &most) {
        gradient += decay * value;
        mean += keep * (gradient - mean);
        vec size = gradient > all(0) ? gradient : all(0) - gradient;
        most = larger(size + epsilon, most * decay2);
        value -= rate * (mean / most);
      });
    });
  } else {
    vec shrink = all(float(1 - step.decay));
    for_pieces(step, worker, workers, [&](const ck_piece &piece, int64_t first, int64_t end) {
      update_piece(piece, first, end, [&](vec &value, vec gradient, vec &mean, vec &square) {
        mean += keep * (gradient - mean);
        square = square * decay2 + fresh2 * (gradient * gradient);
        value = value * shrink - rate * (mean / (square_root(square) / root + epsilon));
      });
    });
  }
}
