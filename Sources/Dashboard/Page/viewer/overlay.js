import { panePoint } from './geometry.js';
import { length, roundLength } from './format.js';

const FONT = "600 13px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Whether a pane has a cross or a line to draw. */
export function hasMarks(model, isUnderCursor) {
  return Boolean(model.line) || hasCross(model, isUnderCursor);
}

function hasCross({ cursor, options }, isUnderCursor) {
  return Boolean(cursor && options.cross && (!isUnderCursor || cursor.isFromKeyboard));
}

/**
 * Draws the cross and the line of the profile.
 * @param {CanvasRenderingContext2D} context scaled so that its unit is a pixel of the page
 * @param {{width: number, height: number}} pane
 * @param {import("./model.js").ViewModel} model
 * @param {{isUnderCursor: boolean, forSaving?: boolean}} options
 */
export function drawMarks(context, pane, model, { isUnderCursor, forSaving = false }) {
  if (model.line) drawLine(context, pane, model, forSaving);
  if (!forSaving && hasCross(model, isUnderCursor)) drawCross(context, pane, model, model.cursor);
}

/** Strokes a path twice, dark under light, so that it is seen on any image. */
function stroked(context, path, color = '#fff', width = 1.5) {
  context.lineJoin = 'round';
  context.strokeStyle = 'rgb(0 0 0 / 0.65)';
  context.lineWidth = width + 2;
  context.stroke(path);
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke(path);
}

function drawCross(context, pane, model, cursor) {
  const { x, y } = panePoint(model.view, pane, cursor.x, cursor.y);
  const path = new Path2D();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    path.moveTo(x + dx * 4, y + dy * 4);
    path.lineTo(x + dx * 14, y + dy * 14);
  }
  stroked(context, path);
}

function drawLine(context, pane, model, forSaving) {
  const { x0, y0, x1, y1, marked } = model.line;
  const from = panePoint(model.view, pane, x0, y0);
  const to = panePoint(model.view, pane, x1, y1);
  const path = new Path2D();
  path.moveTo(from.x, from.y);
  path.lineTo(to.x, to.y);
  stroked(context, path);
  if (forSaving) return;
  for (const point of [from, to]) {
    const dot = new Path2D();
    dot.arc(point.x, point.y, 4, 0, 2 * Math.PI);
    stroked(context, dot);
  }
  if (marked === undefined) return;
  const dot = new Path2D();
  dot.arc(from.x + (to.x - from.x) * marked, from.y + (to.y - from.y) * marked, 3, 0, 2 * Math.PI);
  stroked(context, dot, '#ffd54a', 2);
}

/**
 * Draws the scale bar at the lower right: only where the file tells the size of a pixel.
 * @param {CanvasRenderingContext2D} context
 * @param {{width: number, height: number}} box what it is drawn into
 * @param {import("./model.js").ViewModel} model
 * @param {number} space the width of the pane
 * @returns {boolean} whether there is one
 */
export function drawScaleBar(context, box, model, space) {
  const size = model.pixelSize;
  if (!size?.x || space < 120) return false;
  const value = roundLength(size.x, model.view.zoom, Math.min(180, space * 0.3));
  const width = (value / size.x) * model.view.zoom;
  const right = box.width - 16;
  const bottom = box.height - 16;
  context.font = FONT;
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  context.lineJoin = 'round';
  const text = length(value, size.unit);
  context.strokeStyle = 'rgb(0 0 0 / 0.7)';
  context.lineWidth = 3;
  context.strokeText(text, right - width / 2, bottom - 10);
  context.fillStyle = 'rgb(0 0 0 / 0.55)';
  context.fillRect(right - width - 1, bottom - 5, width + 2, 6);
  context.fillStyle = '#fff';
  context.fillText(text, right - width / 2, bottom - 10);
  context.fillRect(right - width, bottom - 4, width, 4);
  return true;
}
