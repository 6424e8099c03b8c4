import { h, identifier, button } from './dom.js';
import { baseName, fileName } from './format.js';
import { makeDialog } from './help.js';
import { drawMarks, drawScaleBar } from './overlay.js';

/**
 * Hands a file to the browser's downloads.
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The dialog that saves what is seen as a PNG. */
export function makeSaving(parent, model, stage, onTrouble) {
  const option = (label, isOn) => {
    const id = identifier('save');
    const input = h('input', { type: 'checkbox', id });
    input.checked = isOn;
    return { input, element: h('div', { class: 'viewer-option' }, input, h('label', { for: id, text: label })) };
  };
  const bar = option('Scale bar', true);
  const names = option('Names of the panes', true);
  const line = option('Line of the profile', false);
  const note = h('p', { class: 'viewer-note', text: 'What is seen becomes a picture of the size it has on the screen.' });
  const save = button({ label: 'Save', text: 'Save', class: 'viewer-primary' }, async () => {
    dialog.close();
    try {
      await savePicture(model, stage, { bar: bar.input.checked, names: names.input.checked, line: line.input.checked });
    } catch (error) {
      onTrouble(`The picture could not be saved: ${error.message}`);
    }
  });
  const dialog = makeDialog(parent, 'Save as PNG', bar.element, names.element, line.element, note, h('footer', {}, save));
  return () => {
    bar.element.hidden = !model.pixelSize;
    names.element.hidden = stage.panes.size < 2;
    line.element.hidden = !model.line;
    dialog.showModal();
  };
}

async function savePicture(model, stage, options) {
  const { density } = stage;
  const panes = [...stage.panes.values()];
  const boxes = panes.map((pane) => pane.element.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const canvas = h('canvas', {
    width: Math.round((Math.max(...boxes.map((box) => box.right)) - left) * density),
    height: Math.round((Math.max(...boxes.map((box) => box.bottom)) - top) * density),
  });
  const context = canvas.getContext('2d');
  context.fillStyle = '#000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  panes.forEach((pane, index) => {
    const [x, y] = [Math.round((boxes[index].left - left) * density), Math.round((boxes[index].top - top) * density)];
    context.drawImage(pane.canvas, x, y);
    context.drawImage(overlayOf(model, pane, density, options), x, y);
    if (options.names && panes.length > 1) drawName(context, pane.titleElement.textContent, x, y, density);
  });
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, 'image/png'); });
  if (!blob) throw new Error('the browser made no picture of it');
  download(blob, pictureName(model));
}

function overlayOf(model, pane, density, options) {
  const canvas = h('canvas', { width: pane.canvas.width, height: pane.canvas.height });
  const context = canvas.getContext('2d');
  context.scale(density, density);
  if (options.line) drawMarks(context, model.pane, model, { isUnderCursor: true, forSaving: true });
  if (options.bar) drawScaleBar(context, model.pane, model, model.pane.width);
  return canvas;
}

function drawName(context, text, x, y, density) {
  context.save();
  context.translate(x, y);
  context.scale(density, density);
  context.font = "600 13px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
  context.textBaseline = 'top';
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = 'rgb(0 0 0 / 0.7)';
  context.strokeText(text, 10, 10);
  context.fillStyle = '#fff';
  context.fillText(text, 10, 10);
  context.restore();
}

function pictureName(model) {
  const parts = [baseName(model.sources[0]?.path ?? 'image')];
  if (model.sources.length > 1) parts.push(`and_${model.sources.length - 1}`);
  if (model.mode === 'single') parts.push(model.panes[0]?.title ?? '');
  if (model.times > 1) parts.push(`t${model.plane.t + 1}`);
  if (model.slices > 1) parts.push(`z${model.plane.z + 1}`);
  return `${fileName(parts.filter(Boolean).join('_'))}.png`;
}
