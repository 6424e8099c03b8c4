import { TILE } from './geometry.js';

/**
 * Draws the groups of a pane; where a tile is not there yet, a coarser one enlarged or finer ones reduced.
 *
 * While the view only moves, what is drawn already is moved with it, and no more than the new edges and the
 * tiles that have changed are drawn: scaling all tiles anew takes most of a frame where there is no GPU.
 * @param {CanvasRenderingContext2D} context
 * @param {Object[]} groups as `Renderer.plan` makes them
 * @param {import("./render.js").Renderer} renderer
 * @param {number} zoom screen pixels for each pixel of the full size
 * @param {Object|null} before what the last call returned
 * @returns {Object} what is drawn now
 */
export function paint(context, groups, renderer, zoom, before) {
  const { width, height } = context.canvas;
  const { place, prefix, level } = groups[0] ?? {};
  const count = groups.length;
  const now = { zoom, width, height, prefix, level, count, left: place?.left, top: place?.top, tiles: new Map() };
  for (const tile of groups[0]?.tiles ?? []) if (tile.entry) now.tiles.set(`${tile.x}:${tile.y}`, tile.entry.stamp);
  const isMove = before && count === 1
    && ['zoom', 'width', 'height', 'prefix', 'level', 'count'].every((key) => before[key] === now[key]);
  const [dx, dy] = isMove ? [now.left - before.left, now.top - before.top] : [width, height];
  if (Math.abs(dx) < width / 2 && Math.abs(dy) < height / 2) {
    now.isPatched = dx !== 0 || dy !== 0;
    paintMoved(context, groups[0], renderer, zoom, { before, now, dx, dy });
  } else {
    paintAll(context, groups, renderer, zoom);
  }
  return now;
}

function paintAll(context, groups, renderer, zoom) {
  const { width, height } = context.canvas;
  context.globalCompositeOperation = 'source-over';
  context.clearRect(0, 0, width, height);
  for (const group of groups) paintGround(context, group.place);
  groups.forEach((group, index) => {
    context.globalCompositeOperation = index ? 'lighter' : 'source-over';
    for (const tile of group.tiles) paintTile(context, tile, renderer, zoom);
  });
  context.globalCompositeOperation = 'source-over';
}

function paintGround(context, place) {
  const { width, height } = context.canvas;
  const [left, top] = [Math.max(0, place.left), Math.max(0, place.top)];
  const [right, bottom] = [Math.min(width, place.right), Math.min(height, place.bottom)];
  context.fillStyle = '#000';
  if (right > left && bottom > top) context.fillRect(left, top, right - left, bottom - top);
}

function paintMoved(context, group, renderer, zoom, { before, now, dx, dy }) {
  const { width, height } = context.canvas;
  const { place } = group;
  if (dx || dy) {
    context.globalCompositeOperation = 'copy';
    context.drawImage(context.canvas, dx, dy);
    context.globalCompositeOperation = 'source-over';
    context.save();
    context.beginPath();
    if (dx) context.rect(dx > 0 ? 0 : width + dx, 0, Math.abs(dx), height);
    if (dy) context.rect(0, dy > 0 ? 0 : height + dy, width, Math.abs(dy));
    context.clip();
    paintGround(context, place);
    const [keptLeft, keptRight] = [Math.max(0, dx), width + Math.min(0, dx)];
    const [keptTop, keptBottom] = [Math.max(0, dy), height + Math.min(0, dy)];
    for (const tile of group.tiles) {
      const isInside = place.x(tile.x) >= keptLeft && place.x(tile.x + 1) <= keptRight
        && place.y(tile.y) >= keptTop && place.y(tile.y + 1) <= keptBottom;
      if (!isInside) paintTile(context, tile, renderer, zoom);
    }
    context.restore();
  }
  for (const tile of group.tiles) {
    const key = `${tile.x}:${tile.y}`;
    const isNew = !tile.entry || now.tiles.get(key) !== before.tiles.get(key);
    if (isNew) paintTile(context, tile, renderer, zoom);
  }
}

function paintTile(context, tile, renderer, zoom) {
  const { group, level, x, y, entry } = tile;
  const { place } = group;
  const [left, top] = [place.x(x), place.y(y)];
  const [width, height] = [place.x(x + 1) - left, place.y(y + 1) - top];
  if (width <= 0 || height <= 0) return;
  if (entry) {
    // Enlarged pixels are shown as what they are; reduced ones are mixed.
    context.imageSmoothingEnabled = zoom < 1;
    context.drawImage(entry.canvas, left, top, width, height);
    return;
  }
  context.imageSmoothingEnabled = true;
  const coarse = renderer.coarser(group, level, x, y);
  if (coarse) {
    const { canvas } = coarse.entry;
    const size = group.geometry.levels[level];
    const [sx, sy] = [Math.max(0, coarse.sx), Math.max(0, coarse.sy)];
    const sw = Math.min(Math.min(TILE, size.width - x * TILE) * coarse.fx, canvas.width - sx);
    const sh = Math.min(Math.min(TILE, size.height - y * TILE) * coarse.fy, canvas.height - sy);
    if (sw > 0 && sh > 0) context.drawImage(canvas, sx, sy, sw, sh, left, top, width, height);
  }
  if (level > 0) paintFiner(context, tile, renderer, left, top, width, height);
}

/** After zooming out the tiles of the finer level are still there. */
function paintFiner(context, { group, level, x, y }, renderer, left, top, width, height) {
  const { levels } = group.geometry;
  const finer = level - 1;
  const [fx, fy] = [levels[finer].width / levels[level].width, levels[finer].height / levels[level].height];
  const operation = context.globalCompositeOperation;
  const [scaleX, scaleY] = [group.place.scaleX / fx, group.place.scaleY / fy];
  for (let ty = Math.floor(y * fy); ty < Math.min((y + 1) * fy, Math.ceil(levels[finer].height / TILE)); ty += 1) {
    for (let tx = Math.floor(x * fx); tx < Math.min((x + 1) * fx, Math.ceil(levels[finer].width / TILE)); tx += 1) {
      const entry = renderer.composed.peek(renderer.key(group, finer, tx, ty));
      if (!entry || operation !== 'source-over') continue;
      const [x0, y0] = [group.place.left + Math.round(tx * TILE * scaleX), group.place.top + Math.round(ty * TILE * scaleY)];
      const x1 = Math.min(left + width, group.place.left + Math.round((tx * TILE + entry.canvas.width) * scaleX));
      const y1 = Math.min(top + height, group.place.top + Math.round((ty * TILE + entry.canvas.height) * scaleY));
      if (x1 > x0 && y1 > y0) context.drawImage(entry.canvas, x0, y0, x1 - x0, y1 - y0);
    }
  }
}
