import { number } from './format.js';

const EDGE = { left: 58, right: 14, top: 10, bottom: 34 };

/** Round numbers between two values. */
function ticks(from, to, count) {
  const rough = (to - from) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
  const found = [];
  for (let value = Math.ceil(from / step) * step; value <= to + step * 1e-6; value += step) {
    found.push(Math.abs(value) < step * 1e-6 ? 0 : value);
  }
  return found;
}

/**
 * Draws curves over the distance on a dark ground, which shows the colours of channels as the image does.
 * @param {HTMLCanvasElement} canvas
 * @param {{curves: {color: string, values: ArrayLike<number>}[], distance: number, unit: string}|null} shown gets `partAt`,
 *   which tells what part of the line lies under a place of the canvas
 * @param {number} [marked] the part of the line that is pointed at
 */
export function drawPlot(canvas, shown, marked) {
  const density = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !height) return;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  const context = canvas.getContext('2d');
  context.scale(density, density);
  context.font = "12px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
  if (!shown?.curves.length) return;
  const [low, high] = extremes(shown.curves);
  const pad = (high - low || Math.abs(high) || 1) * 0.05;
  const [from, to] = [low - pad, high + pad];
  const inner = { width: width - EDGE.left - EDGE.right, height: height - EDGE.top - EDGE.bottom };
  const x = (part) => EDGE.left + part * inner.width;
  const y = (value) => EDGE.top + (1 - (value - from) / (to - from)) * inner.height;
  shown.partAt = (place) => Math.min(1, Math.max(0, (place - EDGE.left) / inner.width));

  context.strokeStyle = 'rgb(255 255 255 / 0.13)';
  context.fillStyle = 'rgb(255 255 255 / 0.72)';
  context.lineWidth = 1;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const value of ticks(from, to, Math.max(2, Math.floor(inner.height / 26)))) {
    rule(context, EDGE.left, y(value), width - EDGE.right, y(value));
    context.fillText(number(value, 4), EDGE.left - 8, y(value));
  }
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const value of ticks(0, shown.distance, Math.max(2, Math.floor(inner.width / 90)))) {
    const place = x(value / shown.distance);
    rule(context, place, EDGE.top, place, height - EDGE.bottom);
    context.fillText(number(value, 4), place, height - EDGE.bottom + 5);
  }
  context.textAlign = 'right';
  context.fillText(shown.unit, width - EDGE.right, height - 15);
  for (const curve of shown.curves) drawCurve(context, curve, x, y);
  if (marked !== undefined) {
    context.strokeStyle = 'rgb(255 213 74 / 0.9)';
    rule(context, x(marked), EDGE.top, x(marked), height - EDGE.bottom);
  }
}

function extremes(curves) {
  let [low, high] = [Infinity, -Infinity];
  for (const { values } of curves) {
    for (let index = 0; index < values.length; index += 1) {
      if (values[index] < low) low = values[index];
      if (values[index] > high) high = values[index];
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

function rule(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(Math.round(x0) + 0.5, Math.round(y0) + 0.5);
  context.lineTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  context.stroke();
}

function drawCurve(context, { color, values }, x, y) {
  context.strokeStyle = color;
  context.lineWidth = 1.6;
  context.lineJoin = 'round';
  context.beginPath();
  let isDrawing = false;
  for (let index = 0; index < values.length; index += 1) {
    if (!Number.isFinite(values[index])) { isDrawing = false; continue; }
    const [px, py] = [x(index / Math.max(1, values.length - 1)), y(values[index])];
    if (isDrawing) context.lineTo(px, py);
    else context.moveTo(px, py);
    isDrawing = true;
  }
  context.stroke();
}
