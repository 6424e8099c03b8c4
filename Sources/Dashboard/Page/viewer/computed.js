// Layers that are computed from others, pixel by pixel: of tiles, of the value under the cursor, of profiles.

/** What a computed layer is, in words, and how it looks. */
export const KINDS = {
  sum: { palette: 'tint', role: 'sum' },
  residual: { palette: 'difference', role: 'residual' },
  difference: { palette: 'difference', role: 'difference' },
  average: { palette: 'tint', role: 'average' },
  spread: { palette: 'heat', role: 'spread' },
};

function added(values, count, factor) {
  const out = new Float32Array(count);
  for (const value of values) for (let index = 0; index < count; index += 1) out[index] += value[index];
  if (factor !== 1) for (let index = 0; index < count; index += 1) out[index] *= factor;
  return out;
}

function subtracted(value, other, count) {
  const out = new Float32Array(count);
  for (let index = 0; index < count; index += 1) out[index] = value[index] - other[index];
  return out;
}

function spread(values, count) {
  const mean = added(values, count, 1 / values.length);
  const out = new Float32Array(count);
  for (const value of values) {
    for (let index = 0; index < count; index += 1) out[index] += (value[index] - mean[index]) ** 2;
  }
  const divisor = Math.max(1, values.length - 1);
  for (let index = 0; index < count; index += 1) out[index] = Math.sqrt(out[index] / divisor);
  return out;
}

/**
 * Computes a layer from those it is made of.
 * @param {{kind: string, rule?: "sum"|"mean"}} spec
 * @param {ArrayLike<number>[]} values in the order of the layer's inputs
 * @returns {Float32Array}
 */
export function compute(spec, values) {
  const count = Math.min(...values.map((value) => value.length));
  const factor = (number) => (spec.rule === 'mean' ? 1 / number : 1);
  switch (spec.kind) {
    case 'sum': return added(values, count, factor(values.length));
    case 'residual': return subtracted(values[0], added(values.slice(1), count, factor(values.length - 1)), count);
    case 'difference': return subtracted(values[0], values[1], count);
    case 'average': return added(values, count, 1 / values.length);
    case 'spread': return spread(values, count);
    default: throw new Error(`there is no computed layer of the kind ${spec.kind}`);
  }
}

/**
 * The levels that all of some images have, with the same sizes.
 * @param {{width: number, height: number, levels: {width: number, height: number}[]}[]} geometries
 */
export function sharedGeometry(geometries) {
  const [first, ...others] = geometries;
  const levels = first.levels.filter((level) => others.every((other) => levelOfSize(other, level) >= 0));
  return makeGeometry(first.width, first.height, levels);
}

/** The number of the level of a size, or -1. */
export function levelOfSize(geometry, size) {
  return geometry.levels.findIndex((level) => level.width === size.width && level.height === size.height);
}

/** The sizes of an image and its levels, with a key that is equal for equal ones. */
export function makeGeometry(width, height, levels) {
  return { width, height, levels, key: levels.map((level) => `${level.width}x${level.height}`).join(',') };
}

/** Mean and standard deviation of values, added up so that tiles can be joined. */
export function makeMoments() {
  let count = 0;
  let mean = 0;
  let squares = 0;
  return {
    add(value) {
      if (!Number.isFinite(value)) return;
      count += 1;
      const step = value - mean;
      mean += step / count;
      squares += step * (value - mean);
    },
    result: () => ({ count, mean, deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0 }),
  };
}
