import { compute } from './computed.js';
import { composeTile } from './compose.js';
import { levelFor, placement, TILE } from './geometry.js';
import { LeastRecentlyUsed } from './lru.js';
import { tileKey } from './tiles.js';

const BUDGET = 8;             // ms of a frame that may go into composing tiles
const COMPOSED_BYTES = 96 * 2 ** 20;
const MOST_UNLEVELLED = 96;   // tiles of full size that are looked at while smaller levels are being made
const MOST_TILES = 600;       // more are in sight only where an image has no levels and none can be made
const MOST_SPARE = 48;

/** Turns raw tiles into coloured ones, a few in each frame, and draws them. */
export class Renderer {
  /** @param {import("./tiles.js").TileStore} tiles */
  constructor(tiles) {
    this.tiles = tiles;
    this.spare = [];
    this.composed = new LeastRecentlyUsed(COMPOSED_BYTES, (tile) => {
      const { width, height } = tile.canvas;
      if (this.spare.length < MOST_SPARE && width === TILE && height === TILE) this.spare.push(tile.canvas);
    });
    this.missing = 0;
    this.stamp = 0;
  }

  /**
   * What a pane needs: for each group of layers with the same levels, the tiles in sight.
   * @param {{id: string, layers: Object[]}} pane
   * @param {{x: number, y: number, zoom: number}} view with the zoom in screen pixels
   * @param {{width: number, height: number}} canvas in screen pixels
   * @param {{t: number, z: number}} plane
   */
  plan(pane, view, canvas, plane) {
    const groups = new Map();
    for (const layer of pane.layers) {
      const { geometry } = layer;
      if (!geometry) continue;
      if (!groups.has(geometry.key)) groups.set(geometry.key, { geometry, layers: [] });
      groups.get(geometry.key).layers.push(layer);
    }
    return [...groups.values()].map(({ geometry, layers }) => {
      const isPreparing = layers.some((layer) => layer.channels.some((one) => one.source.description.state === 'preparing'));
      let level = levelFor(geometry.levels, view.zoom);
      let place = placement(geometry, level, view, canvas);
      if (isPreparing && level) {
        const whole = placement(geometry, 0, view, canvas);
        if (tileCount(whole) <= MOST_UNLEVELLED) [level, place] = [0, whole];
      }
      const signature = `${plane.t},${plane.z};${layers.map((layer) => layer.signature).join(';')}`;
      const group = { prefix: `${pane.id}|${geometry.key}|`, geometry, layers, level, place, signature, plane, tiles: [] };
      if (tileCount(place) > MOST_TILES) return group;
      for (let y = place.firstRow; y <= place.lastRow; y += 1) {
        for (let x = place.firstColumn; x <= place.lastColumn; x += 1) {
          const [dx, dy] = [place.x(x + 0.5) - canvas.width / 2, place.y(y + 0.5) - canvas.height / 2];
          group.tiles.push({ x, y, level, group, distance: Math.hypot(dx, dy) });
        }
      }
      return group;
    });
  }

  key(group, level, x, y) {
    return `${group.prefix}${level}:${x}:${y}`;
  }

  /**
   * Composes tiles of the groups for as long as the budget lasts and asks for those that are missing.
   * @returns {boolean} whether there is more to compose
   */
  prepare(groups) {
    const start = performance.now();
    const jobs = [];
    for (const group of groups) {
      for (const tile of group.tiles) {
        tile.entry = this.composed.get(this.key(group, tile.level, tile.x, tile.y));
        if (tile.entry?.signature !== group.signature) jobs.push(tile);
      }
    }
    jobs.sort((one, other) => one.distance - other.distance);
    const wants = [];
    const late = [];
    let left = 0;
    let done = 0;
    const bases = this.bases(jobs);
    for (const job of [...bases, ...jobs]) {
      const missing = this.missingChannels(job);
      if (missing.length) wants.push(...missing);
      else if (done && performance.now() - start > BUDGET) left += 1;
      else { this.compose(job); done += 1; }
    }
    this.missing = wants.length;
    if (!wants.length && !left) for (const group of groups) late.push(...this.ring(group));
    this.tiles.want([...wants, ...late]);
    return left > 0;
  }

  /** Coarser tiles to look at until those of the wanted level are there. */
  bases(jobs) {
    const bases = new Map();
    for (const { group, entry, level, x, y } of jobs) {
      if (entry || this.coarser(group, level, x, y)) continue;
      const { levels } = group.geometry;
      const base = Math.min(levels.length - 1, level + 3);
      if (base === level) continue;
      const at = (index, side) => Math.floor(((index + 0.5) * levels[base][side]) / levels[level][side]);
      const tile = { group, level: base, x: at(x, 'width'), y: at(y, 'height') };
      bases.set(this.key(group, base, tile.x, tile.y), tile);
    }
    return bases.values();
  }

  missingChannels({ group, level, x, y }) {
    const missing = [];
    for (const layer of group.layers) {
      if (!layer.source && this.tiles.get(this.computedKey(layer, level, x, y, group.plane))) continue;
      for (const one of layer.channels) {
        const plane = one.source.planeOf(group.plane);
        const at = layer.inputLevel(one, level);
        if (this.tiles.get(tileKey(one.source, at, x, y, plane, one.channel))) continue;
        missing.push({ source: one.source, level: at, x, y, plane, channel: one.channel });
      }
    }
    return missing;
  }

  computedKey(layer, level, x, y, plane) {
    const versions = layer.channels.map((one) => one.source.description.version).join('~');
    return `${layer.id}${layer.spec.rule ?? ''}:${versions}:${level}:${plane.t}:${plane.z}:${x}:${y}`;
  }

  /** The values of a layer in a tile, if those that they are made of are there. */
  valuesOf(layer, level, x, y, plane) {
    if (layer.source) return this.tiles.get(tileKey(layer.source, level, x, y, layer.source.planeOf(plane), layer.channel));
    const key = this.computedKey(layer, level, x, y, plane);
    const kept = this.tiles.get(key);
    if (kept) return kept;
    const inputs = layer.inputs.map((one) => this.valuesOf(one, layer.inputLevel(one, level), x, y, plane));
    if (inputs.some((input) => !input)) return undefined;
    if (inputs.some((input) => !input.data)) return { data: null };
    const { width, height } = inputs[0];
    const made = { data: compute(layer.spec, inputs.map((input) => input.data)), type: 'float32', width, height };
    this.tiles.keep(key, made);
    return made;
  }

  compose(job) {
    const { group, level, x, y } = job;
    const size = group.geometry.levels[level];
    const [width, height] = [Math.min(TILE, size.width - x * TILE), Math.min(TILE, size.height - y * TILE)];
    if (width <= 0 || height <= 0) return;
    const parts = group.layers.map((layer) => ({ layer, tile: this.valuesOf(layer, level, x, y, group.plane) }))
      // A layer is dark until its contrast is known: a flash of wrong brightness would be worse.
      .filter(({ layer: { isContrastKnown }, tile }) => isContrastKnown && tile?.data?.length === width * height);
    const key = this.key(group, level, x, y);
    const known = this.composed.peek(key);
    const canvas = known?.canvas ?? this.canvas(width, height);
    composeTile(parts, width, height, canvas);
    const entry = known ?? { canvas };
    entry.signature = group.signature;
    entry.stamp = this.stamp += 1;  // tells that it looks different now
    this.composed.set(key, entry, width * height * 4);
    job.entry = entry;
  }

  canvas(width, height) {
    if (width === TILE && height === TILE && this.spare.length) return this.spare.pop();
    return Object.assign(document.createElement('canvas'), { width, height });
  }

  /** Tiles around those in sight, fetched when nothing else is to be done. */
  ring(group) {
    const { place } = group;
    const around = [];
    const add = (x, y) => {
      if (x < 0 || y < 0 || x >= place.columns || y >= place.rows) return;
      around.push(...this.missingChannels({ group, level: group.level, x, y }));
    };
    if (!group.tiles.length) return around;
    for (let x = place.firstColumn - 1; x <= place.lastColumn + 1; x += 1) {
      add(x, place.firstRow - 1);
      add(x, place.lastRow + 1);
    }
    for (let y = place.firstRow; y <= place.lastRow; y += 1) {
      add(place.firstColumn - 1, y);
      add(place.lastColumn + 1, y);
    }
    return around;
  }

  /** The nearest coarser tile that is there, with the part of it that covers a tile. */
  coarser(group, level, x, y) {
    const { levels } = group.geometry;
    for (let other = level + 1; other < levels.length; other += 1) {
      const fx = levels[other].width / levels[level].width;
      const fy = levels[other].height / levels[level].height;
      const [tx, ty] = [Math.floor((x + 0.5) * fx), Math.floor((y + 0.5) * fy)];
      const entry = this.composed.peek(this.key(group, other, tx, ty));
      if (entry) return { entry, fx, fy, sx: x * TILE * fx - tx * TILE, sy: y * TILE * fy - ty * TILE };
    }
    return null;
  }

  close() {
    this.composed.clear();
    this.spare = [];
  }
}

function tileCount(place) {
  return Math.max(0, place.lastColumn - place.firstColumn + 1) * Math.max(0, place.lastRow - place.firstRow + 1);
}
