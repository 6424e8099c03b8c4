import { compute, makeMoments } from './computed.js';
import { h } from './dom.js';
import { number } from './format.js';
import { TILE } from './geometry.js';
import { position } from './info.js';
import { markColor } from './palette.js';
import { settled, throttled } from './signal.js';
import { tileKey } from './tiles.js';

const INTERVAL = 90;
const SPOKEN_AFTER = 700;
const MOST_VALUES = 250_000;

/**
 * The line below the image: position and values under the cursor, and what residuals are like on the screen.
 * @param {import("./model.js").ViewModel} model
 * @param {import("./stage.js").Stage} stage
 * @returns {{element: HTMLElement, stop: () => void}}
 */
export function makeReadout(model, stage) {
  const place = h('span', { class: 'viewer-position' });
  const values = h('span', { class: 'viewer-values' });
  const statistics = h('span', { class: 'viewer-statistics' });
  const spoken = h('div', { class: 'viewer-hidden', role: 'status', 'aria-live': 'polite' });
  const element = h('div', { class: 'viewer-readout' }, h('div', { class: 'viewer-cursor' }, place, values), statistics, spoken);
  let controller = null;
  let turn = 0;

  const speak = settled(SPOKEN_AFTER, () => {
    const words = [...values.children].map((one) => one.textContent).join(', ');
    if (model.cursor) spoken.textContent = `${place.textContent} ${words}`;
  });
  const look = throttled(INTERVAL, async () => {
    controller?.abort();
    const at = pixelUnder(model);
    if (!at) return;
    controller = new AbortController();
    turn += 1;
    const mine = turn;
    const layers = [...new Set(model.panes.flatMap((pane) => pane.layers))];
    const known = await valuesAt(model, stage, layers, at, controller.signal).catch(() => null);
    if (mine !== turn || !known) return;
    values.replaceChildren(...layers.map((layer) => h('span', {},
      mark(layer), h('span', { class: 'viewer-muted', text: `${layer.fullName} ` }), h('b', { text: number(known.get(layer)) }))));
    speak();
  });

  model.on('cursor', () => {
    const at = pixelUnder(model);
    if (!at) {
      turn += 1;
      controller?.abort();
      place.textContent = model.cursor ? 'outside the image' : '';
      values.replaceChildren();
      return;
    }
    const units = position(model.cursor.x, model.cursor.y, model.pixelSize);
    place.textContent = `${at.x}, ${at.y}${units ? ` · ${units}` : ''}`;
    look();
  });
  for (const name of ['plane', 'layers']) model.on(name, () => { if (model.cursor) look(); });

  const count = settled(250, () => statistics.replaceChildren(...residuals(model, stage)));
  stage.onFrame(() => { if (stage.state === 'idle') count(); });
  for (const name of ['view', 'plane', 'layers']) model.on(name, count);
  return { element, stop() { look.cancel(); speak.cancel(); count.cancel(); controller?.abort(); } };
}

function mark(layer) {
  const element = h('i', { class: 'viewer-mark' });
  element.style.background = markColor(layer.palette, layer.color);
  return element;
}

function pixelUnder({ cursor, size }) {
  if (!cursor) return null;
  const [x, y] = [Math.floor(cursor.x), Math.floor(cursor.y)];
  return x >= 0 && y >= 0 && x < size.width && y < size.height ? { x, y } : null;
}

/** The values of layers in a pixel of full size: from tiles that are there, else from the server. */
async function valuesAt(model, stage, layers, at, signal) {
  const known = new Map();
  const answers = new Map();
  for (const channel of new Set(layers.flatMap((layer) => layer.channels))) {
    const { source } = channel;
    const { width, height } = source.description;
    if (at.x >= width || at.y >= height) continue;
    const plane = source.planeOf(model.plane);
    const [x, y] = [Math.floor(at.x / TILE), Math.floor(at.y / TILE)];
    const tile = stage.tiles.cache.peek(tileKey(source, 0, x, y, plane, channel.channel));
    if (tile?.data) {
      known.set(channel, tile.data[(at.y - y * TILE) * tile.width + at.x - x * TILE]);
      continue;
    }
    if (!answers.has(source)) answers.set(source, model.api.getJSON(source.url('pixel', { ...plane, ...at }), { signal }));
    known.set(channel, (await answers.get(source)).values[channel.channel]);
  }
  for (const layer of layers) {
    if (layer.spec) known.set(layer, compute(layer.spec, layer.inputs.map((input) => [known.get(input) ?? NaN]))[0]);
  }
  return known;
}

/** Mean and standard deviation of the residuals and differences that are seen, over what is seen of them. */
function residuals(model, stage) {
  const parts = [];
  for (const pane of stage.panes.values()) {
    for (const group of pane.groups) {
      for (const layer of group.layers) {
        if (layer.spec?.kind !== 'residual' && layer.spec?.kind !== 'difference') continue;
        const found = momentsOf(model, stage, group, layer);
        if (!found.count) continue;
        const { levels } = group.geometry;
        const level = group.level ? `, at 1:${Math.round(levels[0].width / levels[group.level].width)}` : '';
        parts.push(h('span', { title: `Over what is on the screen${level}. Smaller levels are means of pixels and have less noise.` },
          mark(layer), h('span', { class: 'viewer-muted', text: `${layer.name} on screen${level}: ` }),
          h('b', { text: `mean ${number(found.mean, 3)}, SD ${number(found.deviation, 3)}` })));
      }
    }
  }
  return parts;
}

function momentsOf(model, stage, group, layer) {
  const moments = makeMoments();
  const { level, place, tiles } = group;
  const { width, height } = stage.panes.values().next().value.canvas;
  const step = Math.max(1, Math.ceil(Math.sqrt((tiles.length * TILE * TILE) / MOST_VALUES)));
  for (const { x, y } of tiles) {
    const tile = stage.renderer.valuesOf(layer, level, x, y, group.plane);
    if (!tile?.data) continue;
    const from = (edge, scale, index) => Math.max(0, Math.floor(-edge / scale) - index * TILE);
    const to = (edge, scale, index, side, end) => Math.min(end, Math.ceil((side - edge) / scale) - index * TILE);
    const right = to(place.left, place.scaleX, x, width, tile.width);
    const bottom = to(place.top, place.scaleY, y, height, tile.height);
    for (let row = from(place.top, place.scaleY, y); row < bottom; row += step) {
      for (let column = from(place.left, place.scaleX, x); column < right; column += step) {
        moments.add(tile.data[row * tile.width + column]);
      }
    }
  }
  return moments.result();
}
