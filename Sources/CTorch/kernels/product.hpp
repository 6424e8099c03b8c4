// Products of small matrices whose sums stay in registers.

/// Rows of the left matrix that are multiplied at once, and vectors of a panel of the right one.
static constexpr int rows_at_once = LANES == 16 ? 12 : LANES == 8 ? 6 : 4;
static constexpr int panel_vectors = 2;
static constexpr int panel = panel_vectors * LANES;

/// `sums[r][v] = Σ_k left[r, k] · right[k, v]` for a panel of the right matrix, `[depth, V · LANES]`.
template <int R, int V>
static inline __attribute__((always_inline)) void multiply(
    const float *left, size_t left_stride, const float *right, int depth, vec (&sums)[R][V]) {
#pragma unroll
  for (int r = 0; r < R; ++r)
#pragma unroll
    for (int v = 0; v < V; ++v) sums[r][v] = all(0);
  for (int k = 0; k < depth; ++k) {
    vec columns[V];
#pragma unroll
    for (int v = 0; v < V; ++v) columns[v] = load(right + k * V * LANES + v * LANES);
#pragma unroll
    for (int r = 0; r < R; ++r) {
      vec factor = all(left[r * left_stride + k]);
#pragma unroll
      for (int v = 0; v < V; ++v) sums[r][v] += factor * columns[v];
    }
  }
}

/// The product of `rows` rows with a panel; `finish(first row, sums)` takes `rows_at_once` rows, 4 or 1.
template <int V, class Finish>
static inline __attribute__((always_inline)) void multiply_rows(
    const float *left, size_t left_stride, int rows, const float *right, int depth,
    Finish finish) {
  int row = 0;
  for (; row + rows_at_once <= rows; row += rows_at_once) {
    vec sums[rows_at_once][V];
    multiply<rows_at_once, V>(left + row * left_stride, left_stride, right, depth, sums);
    finish(row, sums);
  }
  for (; row + 4 <= rows; row += 4) {
    vec sums[4][V];
    multiply<4, V>(left + row * left_stride, left_stride, right, depth, sums);
    finish(row, sums);
  }
  for (; row < rows; ++row) {
    vec sums[1][V];
    multiply<1, V>(left + row * left_stride, left_stride, right, depth, sums);
    finish(row, sums);
  }
}

/// Writes the product of `rows` rows with a panel.
template <int V>
static void multiply_into(
    float *result, size_t result_stride, const float *left, size_t left_stride, int rows,
    const float *right, int depth) {
  multiply_rows<V>(left, left_stride, rows, right, depth, [&](int row, auto &sums) {
    constexpr int count = sizeof(sums) / sizeof(sums[0]);
#pragma unroll
    for (int r = 0; r < count; ++r)
#pragma unroll
      for (int v = 0; v < V; ++v)
        store(result + (row + r) * result_stride + v * LANES, sums[r][v]);
  });
}

/// Visits the panels of a matrix with `columns` columns, the last of which may be one vector:
/// `body(column, isWhole)`.
template <class Body>
static inline __attribute__((always_inline)) void for_panels(int columns, Body body) {
  int column = 0;
  for (; column + panel <= columns; column += panel) body(column, true);
  for (; column < columns; column += LANES) body(column, false);
}

/// `sums[m, n] += Σ_k left[k, m] · right[k, n]` for M columns of the left matrix and V vectors of the
/// right one.
template <int M, int V>
static inline __attribute__((always_inline)) void multiply_transposed(
    float *sums, size_t sums_stride, const float *left, size_t left_stride, const float *right,
    size_t right_stride, int depth) {
  vec totals[M][V];
#pragma unroll
  for (int m = 0; m < M; ++m)
#pragma unroll
    for (int v = 0; v < V; ++v) totals[m][v] = load(sums + m * sums_stride + v * LANES);
  for (int k = 0; k < depth; ++k) {
    vec columns[V];
#pragma unroll
    for (int v = 0; v < V; ++v) columns[v] = load(right + k * right_stride + v * LANES);
#pragma unroll
    for (int m = 0; m < M; ++m) {
      vec factor = all(left[k * left_stride + m]);
#pragma unroll
      for (int v = 0; v < V; ++v) totals[m][v] += factor * columns[v];
    }
  }
#pragma unroll
  for (int m = 0; m < M; ++m)
#pragma unroll
    for (int v = 0; v < V; ++v) store(sums + m * sums_stride + v * LANES, totals[m][v]);
}

/// `sums += leftᵀ · right` of whole matrices, `[depth, m]` and `[depth, n]`; m and n are multiples of
/// LANES.
static void add_transposed_product(
    float *sums, size_t sums_stride, int m, int n, const float *left, size_t left_stride,
    const float *right, size_t right_stride, int depth) {
  constexpr int M = LANES == 16 ? 8 : 4;
  for_panels(n, [&](int column, bool isWhole) {
    for (int row = 0; row < m; row += M) {
      float *place = sums + row * sums_stride + column;
      if (isWhole)
        multiply_transposed<M, panel_vectors>(
            place, sums_stride, left + row, left_stride, right + column, right_stride, depth);
      else
        multiply_transposed<M, 1>(
            place, sums_stride, left + row, left_stride, right + column, right_stride, depth);
    }
  });
}
