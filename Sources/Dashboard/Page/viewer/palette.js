// Colours are packed as a little-endian canvas has them: alpha, blue, green, red from the highest byte down.

const HEAT = [
  [0, 0, 0, 4], [0.14, 28, 14, 66], [0.32, 96, 24, 108], [0.5, 168, 44, 96], [0.66, 222, 78, 58],
  [0.8, 248, 134, 28], [0.92, 248, 204, 70], [1, 252, 252, 196],
];
const DIVERGING_DARK = [
  [0, 150, 214, 255], [0.25, 44, 128, 226], [0.5, 0, 0, 0], [0.75, 222, 66, 48], [1, 255, 190, 150],
];
const DIVERGING_LIGHT = [
  [0, 20, 66, 140], [0.25, 92, 150, 210], [0.5, 248, 248, 248], [0.75, 226, 118, 96], [1, 142, 20, 34],
];

/** The colour schemes that a layer can have, by name. */
export const PALETTES = [
  { name: 'tint', label: 'Colour' },
  { name: 'heat', label: 'Heat' },
  { name: 'difference', label: 'Difference, dark' },
  { name: 'differenceLight', label: 'Difference, light' },
];

/** Whether zero lies in the middle of a colour scheme. */
export function isDiverging(palette) {
  return palette === 'difference' || palette === 'differenceLight';
}

/** Colours for channels whose file names none, in the order of the field. */
export const CHANNEL_COLORS = ['#00ff66', '#ff33ff', '#00d5ff', '#ffd500', '#ff5544', '#5588ff', '#ff9933', '#b388ff'];

function stopsOf(palette, color) {
  if (palette === 'heat') return HEAT;
  if (palette === 'difference') return DIVERGING_DARK;
  if (palette === 'differenceLight') return DIVERGING_LIGHT;
  const value = Number.parseInt(color.slice(1), 16);
  return [[0, 0, 0, 0], [1, (value >> 16) & 255, (value >> 8) & 255, value & 255]];
}

function colorAt(stops, position) {
  let index = 1;
  while (index < stops.length - 1 && stops[index][0] < position) index += 1;
  const [from, to] = [stops[index - 1], stops[index]];
  const part = Math.min(1, Math.max(0, (position - from[0]) / (to[0] - from[0])));
  return [1, 2, 3].map((channel) => Math.round(from[channel] + part * (to[channel] - from[channel])));
}

/**
 * A colour scheme as `count` packed, opaque colours.
 * @param {string} palette
 * @param {string} color `#rrggbb`, for the scheme `tint`
 * @param {number} count
 * @returns {Uint32Array}
 */
export function ramp(palette, color, count) {
  const stops = stopsOf(palette, color);
  const colors = new Uint32Array(count);
  for (let index = 0; index < count; index += 1) {
    const [red, green, blue] = colorAt(stops, index / (count - 1));
    colors[index] = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }
  return colors;
}

/** A colour scheme as the text of a CSS gradient. */
export function gradient(palette, color) {
  const stops = stopsOf(palette, color);
  return `linear-gradient(to right, ${stops.map(([at, r, g, b]) => `rgb(${r} ${g} ${b}) ${at * 100}%`).join(', ')})`;
}

/** A colour that stands for a layer in lists and plots: light enough to be seen on a dark ground. */
export function markColor(palette, color) {
  if (palette === 'heat') return '#f8862c';
  if (isDiverging(palette)) return '#8fb7e8';
  const value = Number.parseInt(color.slice(1), 16);
  const parts = [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  const lightness = 0.3 * parts[0] + 0.59 * parts[1] + 0.11 * parts[2];
  if (lightness > 90) return color;
  const lift = (90 - lightness) / (255 - lightness);
  return `rgb(${parts.map((part) => Math.round(part + (255 - part) * lift)).join(' ')})`;
}
