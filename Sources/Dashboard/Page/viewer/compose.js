import { ramp } from './palette.js';

const STEPS = 1024;
const images = new Map();

/**
 * The table that turns values of a layer into colours, made anew when its contrast or colour changed.
 *
 * 8 and 16 bits have an entry for each value; floating point is scaled to a ramp.
 */
function tableOf(layer, type) {
  const cached = layer.table;
  if (cached && cached.revision === layer.revision && cached.type === type) return cached;
  const colors = ramp(layer.palette, layer.color, STEPS);
  const span = layer.max - layer.min || 1e-30;
  const table = { revision: layer.revision, type, colors, offset: layer.min, factor: (STEPS - 1) / span };
  if (type !== 'float32') {
    const count = type === 'uint8' ? 256 : 65536;
    table.colors = new Uint32Array(count);
    for (let value = 0; value < count; value += 1) {
      const step = Math.round((value - layer.min) * table.factor);
      table.colors[value] = colors[step < 0 ? 0 : step > STEPS - 1 ? STEPS - 1 : step];
    }
  }
  layer.table = table;
  return table;
}

function writeWhole(out, data, colors) {
  for (let index = 0; index < out.length; index += 1) out[index] = colors[data[index]];
}

function writeFloat(out, data, colors, offset, factor) {
  for (let index = 0; index < out.length; index += 1) {
    const step = (data[index] - offset) * factor;
    // NaN fails both comparisons and becomes 0 with the bitwise or.
    out[index] = colors[step < 0 ? 0 : step > STEPS - 1 ? STEPS - 1 : (step + 0.5) | 0];
  }
}

/** The sum of two packed colours; each part stops at 255. Red and blue are added in one word, with room between. */
function sum(one, other) {
  let redBlue = (one & 0xff00ff) + (other & 0xff00ff);
  const over = redBlue & 0x1000100;
  redBlue = (redBlue | (over - (over >>> 8))) & 0xff00ff;
  let green = (one & 0xff00) + (other & 0xff00);
  if (green > 0xff00) green = 0xff00;
  return 0xff000000 | redBlue | green;
}

function addWhole(out, data, colors) {
  for (let index = 0; index < out.length; index += 1) out[index] = sum(out[index], colors[data[index]]);
}

function addFloat(out, data, colors, offset, factor) {
  for (let index = 0; index < out.length; index += 1) {
    const step = (data[index] - offset) * factor;
    out[index] = sum(out[index], colors[step < 0 ? 0 : step > STEPS - 1 ? STEPS - 1 : (step + 0.5) | 0]);
  }
}

/** A picture to write into; those of whole tiles are used again. */
function imageFor(width, height) {
  const key = width * 65536 + height;
  if (!images.has(key)) {
    if (images.size > 32) images.clear();
    const image = new ImageData(width, height);
    images.set(key, { image, words: new Uint32Array(image.data.buffer) });
  }
  return images.get(key);
}

/**
 * Draws the layers of a tile over each other, their colours added.
 * @param {{layer: Object, tile: {data: ArrayLike<number>, type: string}}[]} parts
 * @param {number} width
 * @param {number} height
 * @param {HTMLCanvasElement} canvas of the tile's size
 */
export function composeTile(parts, width, height, canvas) {
  const { image, words } = imageFor(width, height);
  let written = false;
  for (const { layer, tile } of parts) {
    const { colors, offset, factor } = tableOf(layer, tile.type);
    const isFloat = tile.type === 'float32';
    if (!written && isFloat) writeFloat(words, tile.data, colors, offset, factor);
    else if (!written) writeWhole(words, tile.data, colors);
    else if (isFloat) addFloat(words, tile.data, colors, offset, factor);
    else addWhole(words, tile.data, colors);
    written = true;
  }
  if (!written) words.fill(0xff000000);
  canvas.getContext('2d', { alpha: false }).putImageData(image, 0, 0);
}
