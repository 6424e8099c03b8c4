import { h } from './dom.js';
import { bestColumns } from './geometry.js';
import { drawMarks, drawScaleBar, hasMarks } from './overlay.js';
import { paint } from './paint.js';
import { Renderer } from './render.js';
import { markColor } from './palette.js';
import { settled } from './signal.js';
import { TileStore } from './tiles.js';

const BAR = { width: 220, height: 48 };
const DENSEST = 2;  // more screen pixels for each pixel of the page are not seen, and cost four times the tiles

/** The panes and the loop that draws them; a frame is drawn only when something has changed. */
export class Stage {
  /**
   * @param {import("./model.js").ViewModel} model
   * @param {{api: Object, onTrouble: (message: string) => void, onFailure: (error: Error) => void,
   *   onState: (state: string) => void}} surroundings
   */
  constructor(model, { api, onTrouble, onFailure, onState }) {
    this.model = model;
    this.onState = onState;
    this.onFailure = onFailure;
    this.tiles = new TileStore({ api, onArrival: () => this.invalidate(), onTrouble });
    this.renderer = new Renderer(this.tiles);
    this.grid = h('div', { class: 'viewer-grid' });
    this.panes = new Map();
    this.request = 0;
    this.isStale = true;
    this.counters = { frames: 0, lastFrameMs: 0 };
    this.frameListeners = [];
    // Parts drawn one after the other differ from the whole in the last digit, which is put right at rest.
    this.redrawSoon = settled(250, () => {
      for (const pane of this.panes.values()) pane.drawn = null;
      this.invalidate();
    });
    this.observer = new ResizeObserver(() => this.layOut());
    this.observer.observe(this.grid);
    for (const name of ['layers', 'mode']) model.on(name, () => this.layOut());
    for (const name of ['style', 'view', 'plane', 'sources']) model.on(name, () => this.invalidate());
    for (const name of ['cursor', 'line', 'options']) model.on(name, () => this.invalidateOverlay());
  }

  get density() { return Math.min(DENSEST, window.devicePixelRatio || 1); }

  /** Makes the panes that the model asks for and gives each its place. */
  layOut() {
    const wanted = this.model.panes;
    for (const [id, pane] of this.panes) {
      if (wanted.some((one) => one.id === id)) continue;
      pane.element.remove();
      this.panes.delete(id);
    }
    for (const one of wanted) {
      const pane = this.panes.get(one.id) ?? this.makePane(one.id);
      pane.layers = one.layers;
      pane.titleElement.textContent = one.title;
      pane.titleElement.hidden = wanted.length < 2 && this.model.mode !== 'single';
      pane.titleElement.style.setProperty('--mark', one.layers.length === 1
        ? markColor(one.layers[0].palette, one.layers[0].color) : 'transparent');
      this.grid.append(pane.element);
    }
    const box = { width: this.grid.clientWidth, height: this.grid.clientHeight };
    const { size } = this.model;
    const columns = bestColumns(Math.max(1, wanted.length), box, size.width / size.height);
    const rows = Math.max(1, Math.ceil(wanted.length / columns));
    this.grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    this.grid.style.gridTemplateRows = `repeat(${rows}, minmax(0, 1fr))`;
    const [gapX, gapY] = [2 * (columns - 1), 2 * (rows - 1)];
    const pane = { width: Math.floor((box.width - gapX) / columns), height: Math.floor((box.height - gapY) / rows) };
    if (box.width && box.height) this.model.setPaneSize(pane);
    this.invalidate();
  }

  makePane(id) {
    const canvas = h('canvas', { class: 'viewer-canvas', 'aria-hidden': 'true' });
    const overlay = h('canvas', { class: 'viewer-canvas', 'aria-hidden': 'true' });
    const bar = h('canvas', { class: 'viewer-canvas viewer-bar', 'aria-hidden': 'true' });
    const titleElement = h('div', { class: 'viewer-pane-title' });
    const element = h('div', { class: 'viewer-pane', data: { pane: id } }, canvas, overlay, bar, titleElement);
    const pane = { id, element, canvas, overlay, bar, titleElement, drawn: null, layers: [], groups: [] };
    this.panes.set(id, pane);
    return pane;
  }

  invalidate() {
    this.isStale = true;
    this.invalidateOverlay();
  }

  invalidateOverlay() {
    if (!this.request && !this.isClosed) this.request = requestAnimationFrame(() => this.frame());
  }

  frame() {
    this.request = 0;
    if (this.isClosed) return;
    const start = performance.now();
    const { model, density } = this;
    if (this.isStale) {
      this.isStale = false;
      try {
        this.drawImages();
      } catch (error) {
        this.isClosed = true;  // the next frame would fail as well
        this.onFailure(error);
        throw error;
      }
      this.counters.frames += 1;
    }
    for (const pane of this.panes.values()) this.drawOverlays(pane, model, density);
    this.counters.lastFrameMs = performance.now() - start;
    this.tellState();
    for (const listener of this.frameListeners) listener();
  }

  drawImages() {
    const { model, density } = this;
    const view = { ...model.view, zoom: model.view.zoom * density };
    const panes = [...this.panes.values()];
    for (const pane of panes) {
      if (fitCanvas(pane.canvas, model.pane, density)) pane.drawn = null;
      pane.groups = this.renderer.plan(pane, view, pane.canvas, model.plane);
    }
    this.hasMore = this.renderer.prepare(panes.flatMap((pane) => pane.groups));
    for (const pane of panes) {
      pane.drawn = paint(pane.canvas.getContext('2d'), pane.groups, this.renderer, view.zoom, pane.drawn);
      if (pane.drawn.isPatched) this.redrawSoon();
    }
    if (this.hasMore) this.invalidate();
  }

  /** Only what is needed is there: each canvas over the image costs time in every frame. */
  drawOverlays(pane, model, density) {
    const isUnderCursor = model.cursor?.pane === pane.id;
    pane.overlay.hidden = !hasMarks(model, isUnderCursor);
    if (!pane.overlay.hidden) {
      fitCanvas(pane.overlay, model.pane, density);
      const context = pane.overlay.getContext('2d');
      context.setTransform(density, 0, 0, density, 0, 0);
      context.clearRect(0, 0, model.pane.width, model.pane.height);
      drawMarks(context, model.pane, model, { isUnderCursor });
    }
    const key = `${model.view.zoom} ${model.pane.width} ${density} ${model.options.scaleBar} ${JSON.stringify(model.pixelSize)}`;
    if (pane.barKey === key) return;
    pane.barKey = key;
    fitCanvas(pane.bar, BAR, density);
    const context = pane.bar.getContext('2d');
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, BAR.width, BAR.height);
    pane.bar.hidden = !model.options.scaleBar || !drawScaleBar(context, BAR, model, model.pane.width);
  }

  tellState() {
    const isWaiting = this.model.sources.some((source) => !source.description && !source.error);
    const isContrastOpen = this.model.visibleLayers.some((layer) => layer.source && !layer.isContrastKnown);
    const state = isWaiting || isContrastOpen || this.hasMore || this.renderer.missing ? 'loading' : 'idle';
    if (state === this.state) return;
    this.state = state;
    this.onState(state);
  }

  /** Calls a function after each frame. */
  onFrame(listener) { this.frameListeners.push(listener); }

  /** The pane under an event and where in it, or null. */
  locate(event) {
    const element = event.target.closest?.('.viewer-pane') ?? this.grid.firstElementChild;
    if (!element) return null;
    const box = element.getBoundingClientRect();
    return { id: element.dataset.pane, x: event.clientX - box.left, y: event.clientY - box.top };
  }

  stats() {
    return {
      ...this.counters, tilesPending: this.tiles.pending, bytes: this.tiles.cache.bytes + this.renderer.composed.bytes,
    };
  }

  close() {
    this.isClosed = true;
    this.redrawSoon.cancel();
    cancelAnimationFrame(this.request);
    this.observer.disconnect();
    this.tiles.close();
    this.renderer.close();
  }
}

/** Gives a canvas the size of its pane in screen pixels; setting it clears, so only when it changed. */
function fitCanvas(canvas, { width, height }, density) {
  const [w, h2] = [Math.max(1, Math.round(width * density)), Math.max(1, Math.round(height * density))];
  if (canvas.width === w && canvas.height === h2) return false;
  canvas.width = w;
  canvas.height = h2;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  return true;
}
