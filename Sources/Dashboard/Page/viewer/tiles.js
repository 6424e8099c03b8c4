import { refusal } from './images.js';
import { LeastRecentlyUsed } from './lru.js';

const AT_ONCE = 6;
const MOST_CHANNELS = 16;  // of one request
const TRIES = 4;
const TYPES = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array };

/** The key of one channel of a tile. */
export function tileKey(source, level, x, y, plane, channel) {
  return `${source.index}:${source.description.version}:${level}:${plane.t}:${plane.z}:${x}:${y}:${channel}`;
}

/** Fetches raw tiles, those wanted most first, and keeps as many as fit into its memory. */
export class TileStore {
  /**
   * @param {{api: Object, bytes?: number, onArrival: () => void, onTrouble: (message: string) => void}} options
   */
  constructor({ api, bytes = 96 * 2 ** 20, onArrival, onTrouble }) {
    this.api = api;
    this.onArrival = onArrival;
    this.onTrouble = onTrouble;
    this.cache = new LeastRecentlyUsed(bytes);
    this.wanted = new Map();   // requests by key, most wanted first
    this.running = new Map();  // AbortController by key
    this.delays = new Map();   // {until, tries} by key
    this.timer = 0;
  }

  /** A channel of a tile as `{data, type, width, height}`, or undefined. */
  get(key) {
    return this.cache.get(key);
  }

  /** Keeps a tile that was computed here. */
  keep(key, tile) {
    this.cache.set(key, tile, tile.data.byteLength);
  }

  /** How many requests are wanted or under way. */
  get pending() {
    return this.wanted.size + this.running.size;
  }

  /**
   * Says which tiles are wanted now, most wanted first. Requests for others are ended.
   * @param {{source: Object, level: number, x: number, y: number, plane: {t: number, z: number}, channel: number}[]} list
   */
  want(list) {
    const wanted = new Map();
    for (const { source, level, x, y, plane, channel } of list) {
      const part = Math.floor(channel / MOST_CHANNELS);
      const key = `${source.index}:${source.description.version}:${level}:${plane.t}:${plane.z}:${x}:${y}:${part}`;
      const request = wanted.get(key);
      if (!request) wanted.set(key, { key, source, level, x, y, plane, channels: [channel] });
      else if (!request.channels.includes(channel)) request.channels.push(channel);
    }
    for (const [key, running] of this.running) {
      const request = wanted.get(key);
      if (!request) {
        running.controller.abort();
        this.running.delete(key);
      } else {
        request.channels = request.channels.filter((channel) => !running.channels.includes(channel));
        if (!request.channels.length) wanted.delete(key);
      }
    }
    this.wanted = wanted;
    this.pump();
  }

  pump() {
    const now = performance.now();
    let soonest = Infinity;
    for (const [key, request] of this.wanted) {
      if (this.running.size >= AT_ONCE) break;
      if (this.running.has(key) || (request.level && this.isProbed(request.source))) continue;
      const until = Math.max(this.delays.get(key)?.until ?? 0, request.level ? request.source.levelsUntil : 0);
      if (until > now) {
        soonest = Math.min(soonest, until);
        continue;
      }
      this.wanted.delete(key);
      this.fetch(request);
    }
    clearTimeout(this.timer);
    if (soonest < Infinity) this.timer = setTimeout(() => this.pump(), soonest - now + 5);
  }

  /** Whether a tile of an image whose levels are being made is asked for already: one tells of all. */
  isProbed(source) {
    if (source.description.state !== 'preparing') return false;
    return [...this.running.values()].some((running) => running.source === source && running.level);
  }

  async fetch(request) {
    const { key, source, level, x, y, plane } = request;
    const controller = new AbortController();
    const run = { controller, source, level, channels: request.channels };
    this.running.set(key, run);
    const version = source.description.version;
    const url = source.url('tile', { v: version, level, x, y, t: plane.t, z: plane.z, c: request.channels.join(',') });
    try {
      const response = await this.api.getBinary(url, { signal: controller.signal });
      if (!response.ok) {
        throw Object.assign(await refusal(response), { wait: Number(response.headers.get('Retry-After')) });
      }
      this.store(request, response.headers, await response.arrayBuffer());
      this.delays.delete(key);
    } catch (error) {
      if (error.name !== 'AbortError' && !controller.signal.aborted) this.refused(request, error);
    }
    if (this.running.get(key) === run) this.running.delete(key);
    this.onArrival();
    this.pump();
  }

  store({ source, level, x, y, plane, channels }, headers, buffer) {
    const type = headers.get('X-USplit-Type');
    const width = Number(headers.get('X-USplit-Width'));
    const height = Number(headers.get('X-USplit-Height'));
    const Values = TYPES[type];
    const count = width * height;
    if (!Values || buffer.byteLength !== count * channels.length * Values.BYTES_PER_ELEMENT) {
      throw new Error(`a tile of ${source.label} came incomplete`);
    }
    channels.forEach((channel, index) => {
      const data = new Values(buffer, index * count * Values.BYTES_PER_ELEMENT, count);
      this.cache.set(tileKey(source, level, x, y, plane, channel), { data, type, width, height }, data.byteLength);
    });
  }

  refused(request, error) {
    const { key, source, level, x, y, plane } = request;
    const tries = (this.delays.get(key)?.tries ?? 0) + 1;
    const wait = (seconds) => this.delays.set(key, { until: performance.now() + 1000 * seconds, tries });
    if (error.status === 409) {
      source.load();  // the file has changed: its new description brings a new version, and new keys
      wait(1);
    } else if (error.status === 503) {
      // Levels are made for each plane: the description tells how far those of this one are.
      source.levelsUntil = performance.now() + 1000 * Math.min(10, error.wait || 1);
      source.pollSoon(100);
    } else if ((error.status ?? 0) < 400 && tries < TRIES) {
      wait(2 ** tries / 2);
      if (tries === 2) this.onTrouble(`Some parts of ${source.label} don't arrive: ${error.message}`);
    } else {
      this.onTrouble(error.message);
      for (const channel of request.channels) {
        this.cache.set(tileKey(source, level, x, y, plane, channel), { data: null }, 64);
      }
    }
  }

  close() {
    clearTimeout(this.timer);
    for (const { controller } of this.running.values()) controller.abort();
    this.running.clear();
    this.wanted.clear();
    this.cache.clear();
  }
}
