import { compute } from './computed.js';
import { button, h } from './dom.js';
import { baseName, fileName, fieldNumber, length, number } from './format.js';
import { markColor } from './palette.js';
import { drawPlot } from './plot.js';
import { download } from './save.js';
import { settled } from './signal.js';

/**
 * The drawer with the values along a line: plot, legend, end points as numbers, a table to save.
 * @param {import("./model.js").ViewModel} model
 * @param {(message: string) => void} onTrouble
 * @returns {{element: HTMLElement, stop: () => void}}
 */
export function makeProfile(model, onTrouble) {
  const canvas = h('canvas', { class: 'viewer-plot', role: 'img', 'aria-label': 'Values along the line' });
  const legend = h('ul', { class: 'viewer-legend', 'aria-label': 'Layers of the profile' });
  const hint = h('p', { class: 'viewer-note', text: 'Drag a line over the image, or type its ends.' });
  const fields = ['x0', 'y0', 'x1', 'y1'].map((name) => h('input', {
    type: 'number', step: 'any', 'aria-label': { x0: 'Start, x', y0: 'Start, y', x1: 'End, x', y1: 'End, y' }[name],
    placeholder: name[0], on: { change: typed },
  }));
  const save = button({ label: 'Save CSV', text: 'Save CSV' }, () => saveTable(model, shown));
  const element = h('section', { class: 'viewer-profile', 'aria-label': 'Line profile', hidden: true },
    h('div', { class: 'viewer-profile-head' },
      h('div', { class: 'viewer-ends' }, h('span', { class: 'viewer-muted', text: 'From' }), fields[0], fields[1],
        h('span', { class: 'viewer-muted', text: 'to' }), fields[2], fields[3]),
      legend, save, button({ label: 'Close the profile', icon: 'close' }, () => close())),
    h('div', { class: 'viewer-plot-frame' }, canvas, hint));
  let shown = null;
  let turn = 0;

  function typed() {
    const [x0, y0, x1, y1] = fields.map((field) => field.valueAsNumber);
    if ([x0, y0, x1, y1].every(Number.isFinite)) model.setLine({ x0, y0, x1, y1 });
  }
  function close() {
    model.setLine(null);
    model.setOption('tool', 'pan');
  }

  const ask = settled(120, async () => {
    turn += 1;
    const mine = turn;
    const { line } = model;
    if (!line || Math.hypot(line.x1 - line.x0, line.y1 - line.y0) < 0.5) return;
    try {
      const found = await read(model, line);
      if (mine !== turn || !model.line) return;
      shown = found;
      draw();
    } catch (error) {
      if (mine === turn) onTrouble(error.message);
    }
  });

  function draw(marked) {
    hint.hidden = Boolean(shown);
    save.disabled = !shown;
    if (!element.hidden) drawPlot(canvas, shown, marked);
    legend.replaceChildren(...(shown?.curves ?? []).map((curve) => {
      const dot = h('i', { class: 'viewer-mark' });
      dot.style.background = curve.color;
      const value = marked === undefined ? '' : ` ${number(curve.values[Math.round(marked * (curve.values.length - 1))])}`;
      return h('li', {}, dot, h('span', { text: curve.name }), h('b', { text: value }));
    }));
  }

  canvas.addEventListener('pointermove', (event) => {
    if (!shown || !model.line) return;
    const box = canvas.getBoundingClientRect();
    const part = shown.partAt?.(event.clientX - box.left);
    if (part === undefined) return;
    model.setLine({ ...model.line, marked: part });
    draw(part);
  });
  canvas.addEventListener('pointerleave', () => {
    if (!model.line) return;
    model.setLine({ ...model.line, marked: undefined });
    draw();
  });

  let known = '';
  model.on('line', () => {
    const { line } = model;
    const key = line ? [line.x0, line.y0, line.x1, line.y1].join() : '';
    if (key === known) return;
    known = key;
    if (!line) { shown = null; draw(); }
    const ends = line ? [line.x0, line.y0, line.x1, line.y1] : [];
    fields.forEach((field, index) => {
      if (field !== document.activeElement) field.value = line ? fieldNumber(Math.round(10 * ends[index]) / 10) : '';
    });
    open();
    if (line) ask();
  });
  const open = () => {
    const isHidden = model.options.tool !== 'profile' && !model.line;
    if (element.hidden === isHidden) return;
    element.hidden = isHidden;
    draw();
  };
  model.on('options', open);
  for (const name of ['plane', 'layers', 'mode']) model.on(name, () => { if (model.line) ask(); });
  model.on('style', () => { if (shown) { recolor(shown); draw(); } });
  const observer = new ResizeObserver(() => draw());
  observer.observe(canvas.parentElement ?? canvas);
  draw();
  return { element, stop() { ask.cancel(); observer.disconnect(); } };
}

function recolor(shown) {
  for (const curve of shown.curves) curve.color = markColor(curve.layer.palette, curve.layer.color);
}

/** The values of all visible layers along a line, at full size. */
async function read(model, line) {
  const layers = [...new Set(model.panes.flatMap((pane) => pane.layers))];
  const channels = [...new Set(layers.flatMap((layer) => layer.channels))];
  const sources = [...new Set(channels.map((channel) => channel.source))];
  const { x0, y0, x1, y1 } = line;
  const answers = new Map(await Promise.all(sources.map(async (source) =>
    [source, await model.api.getJSON(source.url('profile', { ...source.planeOf(model.plane), x0, y0, x1, y1 }))])));
  const valuesOf = (layer) => {
    if (layer.source) return (answers.get(layer.source).values[layer.channel] ?? []).map((value) => value ?? NaN);
    const inputs = layer.inputs.map(valuesOf);
    return inputs.every((input) => input.length === inputs[0].length) ? compute(layer.spec, inputs) : [];
  };
  const size = model.pixelSize;
  const [dx, dy] = [x1 - x0, y1 - y0];
  const distance = size?.x ? Math.hypot(dx * size.x, dy * (size.y || size.x)) : Math.hypot(dx, dy);
  const curves = layers.map((layer) => ({ layer, name: layer.fullName, values: valuesOf(layer) }))
    .filter((curve) => curve.values.length);
  const shown = { curves, distance, unit: size?.x ? size.unit : 'pixels', line: { x0, y0, x1, y1 } };
  shown.label = size?.x ? `Distance (${length(distance, size.unit)} in all)` : `Distance (${number(distance, 4)} pixels in all)`;
  recolor(shown);
  return shown;
}

function saveTable(model, shown) {
  if (!shown) return;
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const count = Math.max(...shown.curves.map((curve) => curve.values.length));
  const rows = [[`distance (${shown.unit})`, ...shown.curves.map((curve) => curve.name)].map(quoted).join(',')];
  for (let index = 0; index < count; index += 1) {
    const place = (index / Math.max(1, count - 1)) * shown.distance;
    rows.push([place, ...shown.curves.map((curve) => curve.values[index] ?? '')].join(','));
  }
  const name = fileName(`${baseName(model.sources[0]?.path ?? 'image')}_profile`);
  download(new Blob([`${rows.join('\n')}\n`], { type: 'text/csv' }), `${name}.csv`);
}
