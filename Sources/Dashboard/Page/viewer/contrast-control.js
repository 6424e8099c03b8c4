import { button, h } from './dom.js';
import { fieldNumber, number } from './format.js';
import { gradient } from './palette.js';

const STEPS = 1000;

/**
 * A histogram with two handles, number fields, and buttons for the usual ranges.
 * @param {import("./layers.js").Layer} layer
 * @param {{onChange: (change: Object) => void, onAuto: () => void, onWhole: () => void}} handlers
 * @returns {{element: HTMLElement, update: () => void}}
 */
export function makeContrast(layer, { onChange, onAuto, onWhole }) {
  const canvas = h('canvas', { class: 'viewer-histogram', 'aria-hidden': 'true', width: 260, height: 40 });
  const bar = h('div', { class: 'viewer-ramp', 'aria-hidden': 'true' });
  const slider = (end) => h('input', {
    type: 'range', min: 0, max: STEPS, step: 1, 'aria-label': `${end === 'min' ? 'Minimum' : 'Maximum'} of ${layer.fullName}`,
    on: { input: (event) => set(end, valueAt(layer, Number(event.target.value))) },
  });
  const field = (end) => h('input', {
    type: 'number', step: 'any', 'aria-label': `${end === 'min' ? 'Minimum' : 'Maximum'} of ${layer.fullName}, as a number`,
    on: { change: (event) => { if (event.target.value !== '') set(end, Number(event.target.value)); else update(); } },
  });
  const [low, high] = [slider('min'), slider('max')];
  const [lowField, highField] = [field('min'), field('max')];
  const track = h('div', { class: 'viewer-two-handles' }, low, high);
  // Where both handles lie on each other the one towards which the pointer comes is on top.
  track.addEventListener('pointermove', (event) => {
    if (event.buttons) return;
    const box = track.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * STEPS;
    const [toLow, toHigh] = [low, high].map((input) => Math.abs(at - Number(input.value)));
    const isLow = toLow < toHigh || (toLow === toHigh && at < Number(low.value));
    track.dataset.top = isLow ? 'low' : 'high';
  });

  function set(end, value) {
    const smallest = (layer.domain.to - layer.domain.from) / STEPS;
    let { min, max } = { ...layer, [end]: value };
    if (layer.isDiverging) {
      const reach = Math.max(Math.abs(value), smallest);
      [min, max] = [-reach, reach];
    } else if (max - min < smallest) {
      if (end === 'min') max = min + smallest;
      else min = max - smallest;
    }
    const { from, to } = layer.domain;
    layer.domain = { from: Math.min(from, min), to: Math.max(to, max) };
    onChange({ min, max });
  }

  function update() {
    if (!layer.domain) return;
    low.value = String(positionOf(layer, layer.min));
    high.value = String(positionOf(layer, layer.max));
    low.setAttribute('aria-valuetext', number(layer.min));
    high.setAttribute('aria-valuetext', number(layer.max));
    if (document.activeElement !== lowField) lowField.value = fieldNumber(layer.min);
    if (document.activeElement !== highField) highField.value = fieldNumber(layer.max);
    const [left, right] = [low, high].map((input) => (Number(input.value) / STEPS) * 100);
    bar.style.marginLeft = `${left}%`;
    bar.style.marginRight = `${100 - right}%`;
    bar.style.backgroundImage = gradient(layer.palette, layer.color);
    drawHistogram(canvas, layer);
  }

  const element = h('div', { class: 'viewer-contrast' },
    canvas, bar, track,
    h('div', { class: 'viewer-contrast-row' }, lowField,
      button({ label: `Automatic contrast of ${layer.fullName}`, text: 'Auto' }, onAuto),
      button({ label: `Full range of ${layer.fullName}`, text: 'Full' }, onWhole), highField));
  update();
  return { element, update };
}

function valueAt(layer, position) {
  const { from, to } = layer.domain;
  const value = from + (position / STEPS) * (to - from);
  return layer.type !== 'float32' && to - from > 40 ? Math.round(value) : value;
}

function positionOf(layer, value) {
  const { from, to } = layer.domain;
  return Math.round(Math.min(1, Math.max(0, (value - from) / (to - from || 1))) * STEPS);
}

/** Draws how many pixels have which value, the root of the count so that few are seen, too. */
function drawHistogram(canvas, layer) {
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  const { histogram, domain } = layer;
  if (!histogram?.counts?.length) return;
  const { from, to, counts } = histogram;
  const bins = new Float64Array(width);
  for (let x = 0; x < width; x += 1) {
    const value = domain.from + ((x + 0.5) / width) * (domain.to - domain.from);
    const index = Math.floor(((value - from) / (to - from || 1)) * counts.length);
    bins[x] = Math.sqrt(counts[Math.min(counts.length - 1, index)] ?? 0) || 0;
  }
  const sorted = [...bins].sort((a, b) => a - b);
  // One bin, such as that of the background, must not make all others vanish.
  const top = Math.min(sorted[width - 1], 2.5 * (sorted[Math.floor(width * 0.9)] || sorted[width - 1])) || 1;
  const style = getComputedStyle(canvas);
  for (let x = 0; x < width; x += 1) {
    const value = domain.from + ((x + 0.5) / width) * (domain.to - domain.from);
    context.fillStyle = style.color;
    context.globalAlpha = value >= layer.min && value <= layer.max ? 0.85 : 0.3;
    const size = Math.min(1, bins[x] / top) * (height - 1);
    context.fillRect(x, height - size, 1, size);
  }
}
