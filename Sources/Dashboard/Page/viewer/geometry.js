// The view is {x, y, zoom}: the point of the image (in its pixels) at the middle of a pane, and how many
// pixels of the page one pixel of the image takes. It is the same on screens of any density.

/** The side of a tile, in pixels of its level. */
export const TILE = 256;

/** How many pixels of the page a pixel of an image may take. */
export const LARGEST_ZOOM = 64;

/** The zoom at which an image just fits into a pane. */
export function fitZoom(size, pane) {
  if (!size.width || !size.height || !pane.width || !pane.height) return 1;
  return Math.min(pane.width / size.width, pane.height / size.height, LARGEST_ZOOM);
}

/** The view that shows all of an image. */
export function fittingView(size, pane) {
  return { x: size.width / 2, y: size.height / 2, zoom: fitZoom(size, pane) };
}

/** Keeps the middle of the pane on the image and the zoom within its limits. */
export function clampedView(view, size, pane) {
  const smallest = Math.min(fitZoom(size, pane) / 4, 1);
  return {
    x: Math.min(Math.max(view.x, 0), size.width),
    y: Math.min(Math.max(view.y, 0), size.height),
    zoom: Math.min(Math.max(view.zoom, smallest), LARGEST_ZOOM),
  };
}

/** The view after zooming by a factor while the point under (px, py) of the pane stays where it is. */
export function zoomedView(view, size, pane, px, py, factor) {
  const zoom = clampedView({ ...view, zoom: view.zoom * factor }, size, pane).zoom;
  const offset = 1 / view.zoom - 1 / zoom;
  return clampedView(
    { x: view.x + (px - pane.width / 2) * offset, y: view.y + (py - pane.height / 2) * offset, zoom }, size, pane);
}

/** The point of the image under (px, py) of a pane. */
export function imagePoint(view, pane, px, py) {
  return { x: view.x + (px - pane.width / 2) / view.zoom, y: view.y + (py - pane.height / 2) / view.zoom };
}

/** The point of a pane over (x, y) of the image. */
export function panePoint(view, pane, x, y) {
  return { x: pane.width / 2 + (x - view.x) * view.zoom, y: pane.height / 2 + (y - view.y) * view.zoom };
}

/**
 * The smallest level that still has a pixel for about every pixel of the screen.
 * @param {{width: number, height: number}[]} levels full size first
 * @param {number} zoom screen pixels for each pixel of the full size
 */
export function levelFor(levels, zoom) {
  let chosen = 0;
  for (let index = 1; index < levels.length; index += 1) {
    // A fifth more than one screen pixel for each pixel of the level is not seen, and saves three of four tiles.
    if (zoom * levels[0].width / levels[index].width <= 1.2) chosen = index;
  }
  return chosen;
}

/**
 * Where on a canvas the tiles of a level lie, as whole screen pixels, so that neighbours leave no seam.
 * @param {{levels: {width: number, height: number}[]}} geometry
 * @param {number} level
 * @param {{x: number, y: number, zoom: number}} view with the zoom in screen pixels
 * @param {{width: number, height: number}} canvas in screen pixels
 */
export function placement(geometry, level, view, canvas) {
  const full = geometry.levels[0];
  const { width, height } = geometry.levels[level];
  const scaleX = view.zoom * full.width / width;
  const scaleY = view.zoom * full.height / height;
  const left = Math.round(canvas.width / 2 - view.x * view.zoom);
  const top = Math.round(canvas.height / 2 - view.y * view.zoom);
  const columns = Math.ceil(width / TILE);
  const rows = Math.ceil(height / TILE);
  return {
    scaleX, scaleY, left, top, columns, rows,
    right: left + Math.round(width * scaleX),
    bottom: top + Math.round(height * scaleY),
    x: (column) => left + Math.round(Math.min(column * TILE, width) * scaleX),
    y: (row) => top + Math.round(Math.min(row * TILE, height) * scaleY),
    firstColumn: Math.max(0, Math.floor(-left / (TILE * scaleX))),
    lastColumn: Math.min(columns - 1, Math.floor((canvas.width - left) / (TILE * scaleX))),
    firstRow: Math.max(0, Math.floor(-top / (TILE * scaleY))),
    lastRow: Math.min(rows - 1, Math.floor((canvas.height - top) / (TILE * scaleY))),
  };
}

/** How many columns of panes show images largest. */
export function bestColumns(count, container, aspect) {
  let best = 1;
  let largest = 0;
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const width = Math.min(container.width / columns, (container.height / rows) * aspect);
    if (width > largest * 1.001) [best, largest] = [columns, width];
  }
  return best;
}
