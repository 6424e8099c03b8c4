import { clampedView, fittingView, zoomedView } from './geometry.js';
import { ImageSource } from './images.js';
import { applyRule, channelLayers, computedLayers, difference } from './layers.js';
import { makeSignals } from './signal.js';

/** How layers are laid out. */
export const MODES = [
  { name: 'composite', label: 'Composite', key: 'c', hint: 'All layers over each other' },
  { name: 'channels', label: 'Side by side', key: 's', hint: 'A pane for each layer' },
  { name: 'images', label: 'By image', key: 'i', hint: 'A pane for each image' },
  { name: 'single', label: 'Single', key: 'o', hint: 'One layer at a time' },
];

const MOST_PANES = 16;

/**
 * What is looked at and how: images, layers, view, plane. Parts of the viewer change it and listen to it.
 *
 * Signals: `sources`, `layers` (which there are and which are seen), `style` (a layer looks different), `view`,
 * `plane`, `mode`, `cursor`, `line`, `options`.
 */
export class ViewModel {
  constructor(api) {
    this.api = api;
    this.signals = makeSignals();
    this.sources = [];
    this.layers = [];
    this.view = { x: 0, y: 0, zoom: 1 };
    this.isFitted = true;
    this.pane = { width: 0, height: 0 };
    this.plane = { t: 0, z: 0 };
    this.mode = 'composite';
    this.single = null;
    this.cursor = null;
    this.line = null;
    this.options = { scaleBar: true, cross: true, tool: 'pan', sameContrast: true };
    this.colors = new Map();
    this.awaited = null;  // a state to restore once the images are known
  }

  on(name, listener) { this.signals.on(name, listener); }
  emit(name, detail) { this.signals.emit(name, detail); }

  /** Opens images in place of those that are open; what stays open keeps its look, and then the view stays, too. */
  open(references) {
    const names = new Set(references.map(({ path, series = 0 }) => `${path}#${series}`));
    const kept = this.layers.filter((layer) => layer.source && names.has(nameOf(layer.source)));
    this.looks = new Map(kept.map((layer) => [`${nameOf(layer.source)}.${layer.channel}`, layer]));
    for (const source of this.sources) source.close();
    this.layers = [];
    if (!kept.length) {
      this.colors.clear();
      this.isFitted = true;
      this.plane = { t: 0, z: 0 };
    }
    this.sources = references.map((reference, index) => new ImageSource(index, reference, {
      api: this.api,
      onChange: (source, isNew) => { if (this.sources.includes(source)) this.described(source, isNew); },
    }));
    this.emit('sources');
    for (const source of this.sources) source.load();
  }

  get readySources() { return this.sources.filter((source) => source.description); }

  /** The size of the view: that of the largest image. */
  get size() {
    const sizes = this.readySources.map((source) => source.description);
    return {
      width: Math.max(1, ...sizes.map((size) => size.width)), height: Math.max(1, ...sizes.map((size) => size.height)),
    };
  }

  get times() { return Math.max(1, ...this.readySources.map((source) => source.description.times ?? 1)); }
  get slices() { return Math.max(1, ...this.readySources.map((source) => source.description.slices ?? 1)); }
  get visibleLayers() { return this.layers.filter((layer) => layer.visible); }
  get pixelSize() { return this.readySources.find((source) => source.description.pixelSize)?.description.pixelSize ?? null; }

  described(source, isNew) {
    const known = this.layers.some((layer) => layer.source === source);
    if (!known && source.description && this.sources.every((other) => other.description || other.error)) this.makeLayers();
    else if (isNew && known) this.refreshLayers(source);
    this.emit('sources');
  }

  makeLayers() {
    const images = this.readySources.map((source) => ({ source, layers: channelLayers(source, this.colors) }));
    const channels = images.flatMap((image) => image.layers);
    for (const layer of channels) {
      layer.isOneOfMany = images.length > 1;
      layer.takeLook(this.looks?.get(`${nameOf(layer.source)}.${layer.channel}`));
    }
    this.layers = [...channels, ...computedLayers(images)];
    for (const layer of this.layers) if (layer.spec?.rule) applyRule(layer, layer.spec.rule);
    this.showByDefault(images, channels);
    this.single = this.visibleLayers[0]?.id ?? null;
    const state = this.awaited;
    this.awaited = null;
    if (this.isFitted) this.fit();
    if (state) this.restore?.(state);
    this.emit('layers');
    this.emit('plane');
    this.emit('mode');
  }

  showByDefault(images, channels) {
    const predictions = channels.filter((layer) => layer.role === 'prediction');
    const shown = predictions.length ? predictions : channels.filter((layer) => !['deviation', 'sample'].includes(layer.role));
    for (const layer of shown.slice(0, 8)) layer.visible = true;
    if (!shown.length && channels.length) channels[0].visible = true;
    const seen = new Set(shown.map((layer) => layer.source));
    const isComparison = (predictions.length ? seen.size : images.length) > 1;
    this.mode = isComparison ? 'images' : 'composite';
  }

  /** Takes over a new version of an image; its layers keep their looks where the channels are still there. */
  refreshLayers(source) {
    const count = source.description.channels.length;
    this.layers = this.layers.filter((layer) => layer.channels.every((one) => one.source !== source || one.channel < count));
    for (const layer of this.layers) if (layer.channels.some((one) => one.source === source)) layer.revision += 1;
    this.emit('layers');
  }

  /** Adds the difference of two layers and shows it. */
  addDifference(one, other) {
    const made = difference(one, other);
    const layer = this.layers.find((known) => known.id === made.id) ?? made;
    if (layer === made) this.layers.push(made);
    layer.visible = true;
    this.single = layer.id;
    this.emit('layers');
    return layer;
  }

  setVisible(layer, visible) {
    layer.visible = visible;
    if (visible) this.single = layer.id;
    this.emit('layers');
  }

  /** Shows these layers and no others. */
  showOnly(layers, mode = this.mode) {
    for (const layer of this.layers) layer.visible = layers.includes(layer);
    this.single = layers[0]?.id ?? this.single;
    this.mode = mode;
    this.emit('mode');
    this.emit('layers');
  }

  setMode(mode) {
    this.mode = mode;
    if (mode === 'single' && !this.layers.some((layer) => layer.id === this.single)) this.single = this.layers[0]?.id;
    this.emit('mode');
    this.emit('layers');
  }

  /** Goes to the next or previous layer, one at a time. */
  stepSingle(step) {
    if (!this.layers.length) return;
    const index = this.layers.findIndex((layer) => layer.id === this.single);
    this.single = this.layers[(index + step + this.layers.length) % this.layers.length].id;
    this.setMode('single');
  }

  setRule(layer, rule) {
    applyRule(layer, rule);
    if (layer.sumLayer) applyRule(layer.sumLayer, rule);
    this.emit('layers');
  }

  /** The panes that are seen: each an identifier, a title and the layers drawn over each other. */
  get panes() {
    const visible = this.visibleLayers;
    const titled = (layer) => ({ id: layer.id, title: layer.fullName, layers: [layer] });
    if (this.mode === 'single') return this.layers.filter((layer) => layer.id === this.single).map(titled);
    if (this.mode === 'channels') return visible.slice(0, MOST_PANES).map(titled);
    if (this.mode === 'images') {
      const panes = this.sources.map((source) => ({
        id: `image${source.index}`, title: source.label, layers: visible.filter((layer) => layer.source === source),
      })).filter((pane) => pane.layers.length);
      return [...panes, ...visible.filter((layer) => !layer.source).map(titled)].slice(0, MOST_PANES);
    }
    return visible.length ? [{ id: 'all', title: visible.map((layer) => layer.name).join(', '), layers: visible }] : [];
  }

  setPaneSize(pane) {
    if (pane.width === this.pane.width && pane.height === this.pane.height) return;
    this.pane = pane;
    if (this.isFitted) this.fit();
    else this.setView(this.view);
  }

  fit() {
    if (!this.readySources.length || !this.pane.width) return;
    this.setView(fittingView(this.size, this.pane), true);
  }

  setView(view, isFitted = false) {
    this.view = clampedView(view, this.size, this.pane);
    this.isFitted = isFitted;
    this.emit('view');
  }

  panBy(dx, dy) {
    this.setView({ ...this.view, x: this.view.x - dx / this.view.zoom, y: this.view.y - dy / this.view.zoom });
  }

  zoomBy(factor, px = this.pane.width / 2, py = this.pane.height / 2) {
    this.setView(zoomedView(this.view, this.size, this.pane, px, py, factor));
  }

  setPlane(change) {
    const within = (value, count) => Math.min(Math.max(Math.round(value) || 0, 0), count - 1);
    const plane = { ...this.plane, ...change };
    this.plane = { t: within(plane.t, this.times), z: within(plane.z, this.slices) };
    this.emit('plane');
  }

  setCursor(cursor) { this.cursor = cursor; this.emit('cursor'); }
  setLine(line) { this.line = line; this.emit('line'); }
  setOption(name, value) { this.options[name] = value; this.emit('options'); }

  /** Changes how a layer looks, and with it the contrast of those that are to be compared with it. */
  restyle(layer, change) {
    layer.restyle(change);
    this.emit('style', layer);
    if (change.min === undefined) return;
    for (const twin of this.twins(layer)) {
      if (!twin.isContrastKnown) continue;
      twin.restyle({ min: layer.min, max: layer.max });
      twin.domain = { from: Math.min(twin.domain.from, layer.min), to: Math.max(twin.domain.to, layer.max) };
      this.emit('style', twin);
    }
  }

  /** Layers of other images that show the same structure and should have the same contrast. */
  twins(layer) {
    if (!this.options.sameContrast || !layer.source) return [];
    return this.layers.filter((other) => other !== layer && other.source && other.source !== layer.source
      && other.name === layer.name && other.role === layer.role && other.type === layer.type);
  }

  close() { for (const source of this.sources) source.close(); }
}

function nameOf(source) {
  return `${source.path}#${source.series}`;
}
