const METRES = {
  'Å': 1e-10, nm: 1e-9, 'µm': 1e-6, 'μm': 1e-6, um: 1e-6, micron: 1e-6, microns: 1e-6, micrometer: 1e-6,
  mm: 1e-3, cm: 1e-2, m: 1,
};
const SHOWN = [['nm', 1e-9], ['µm', 1e-6], ['mm', 1e-3], ['cm', 1e-2], ['m', 1]];

/** A number with as many digits as one reads at a glance. */
export function number(value, digits = 5) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text = Number.isInteger(value) && size < 1e9 ? String(value)
    : size >= 1e7 || size < 1e-4 ? value.toExponential(digits - 2)
    : String(Number(value.toPrecision(digits)));
  return text.replace('-', '−');
}

/** A number as a field of a form takes it. */
export function fieldNumber(value) {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : '';
}

/** A length in the file's unit, told in the unit that suits its size. */
export function length(value, unit, digits = 4) {
  const metres = METRES[unit];
  if (!metres) return `${number(value, digits)} ${unit}`;
  const size = Math.abs(value) * metres;
  let chosen = SHOWN[0];
  for (const shown of SHOWN) if (shown[0] !== 'cm' && size >= shown[1] * 0.9999) chosen = shown;
  return `${number((value * metres) / chosen[1], digits)} ${chosen[0]}`;
}

/**
 * The longest round length (1, 2 or 5 times a power of ten) that takes at most `space` pixels of the page.
 * @param {number} pixelSize
 * @param {number} zoom
 * @param {number} space
 * @returns {number} in the unit of the pixel size
 */
export function roundLength(pixelSize, zoom, space) {
  const longest = (space / zoom) * pixelSize;
  const power = 10 ** Math.floor(Math.log10(longest));
  for (const step of [5, 2, 1]) if (step * power <= longest * 1.0001) return step * power;
  return power;
}

/** The last part of a path, without endings of image files. */
export function baseName(path) {
  const name = path.split('/').filter(Boolean).pop() ?? 'image';
  return name.replace(/\.(ome\.)?(tiff?|zarr|png|jpe?g)$/i, '');
}

/** Makes a name that every file system takes. */
export function fileName(text) {
  return text.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^[._]+|_+$/g, '').slice(0, 120) || 'image';
}
