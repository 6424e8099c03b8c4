import { KINDS, levelOfSize, sharedGeometry } from './computed.js';
import { baseName } from './format.js';
import { CHANNEL_COLORS, isDiverging } from './palette.js';

/**
 * A layer: one channel of an image, or something computed from channels.
 *
 * `min` and `max` are the values of the first and last colour; `range` is what values there are,
 * `domain` the part of it that the slider spans.
 */
export class Layer {
  constructor(properties) {
    Object.assign(this, {
      source: null, channel: 0, spec: null, inputs: [], role: null, color: '#ffffff', palette: 'tint',
      visible: false, min: 0, max: 1, range: null, domain: null, histogram: null, isContrastKnown: false, revision: 1,
    }, properties);
  }

  /** The sizes of the levels it has. */
  get geometry() {
    if (this.source) return this.source.geometry;
    const key = this.inputs.map((input) => input.geometry.key).join('|');
    if (this.sharedKey !== key) {
      this.sharedKey = key;
      this.shared = sharedGeometry(this.inputs.map((input) => input.geometry));
    }
    return this.shared;
  }

  /** The channels of images that its pixels are made of. */
  get channels() {
    return this.source ? [this] : this.inputs;
  }

  /** The level of an input that has the size of one of this layer's. */
  inputLevel(input, level) {
    return input === this ? level : levelOfSize(input.geometry, this.geometry.levels[level]);
  }

  /** What to call it when several images are open. */
  get fullName() {
    const isTold = this.source?.label.startsWith(this.name);
    return this.source && this.isOneOfMany && !isTold ? `${this.source.label} · ${this.name}` : this.name;
  }

  get isDiverging() {
    return isDiverging(this.palette);
  }

  /** Text that changes when its pixels would look different. */
  get signature() {
    const versions = this.channels.map((layer) => layer.source.description.version).join('~');
    return `${this.id}@${this.revision}#${versions}#${this.spec?.rule ?? ''}`;
  }

  /** Looks like the same channel did before. */
  takeLook(other) {
    if (!other) return;
    const { color, palette, min, max, range, domain, histogram, isContrastKnown, isTouched } = other;
    Object.assign(this, { color, palette, min, max, range, domain, histogram, isContrastKnown, isTouched });
  }

  /** Changes how it looks. */
  restyle(change) {
    Object.assign(this, change);
    if (!(this.max > this.min)) this.max = this.min + Math.max(Math.abs(this.min) * 1e-6, 1e-9);
    this.revision += 1;
  }
}

/** The layers of an image's channels; colours are those of the file, else by convention. */
export function channelLayers(source, colors) {
  const { channels, type } = source.description;
  const plain = channels.filter((channel) => !channel.role || channel.role === 'prediction');
  return channels.map((channel, index) => {
    const role = channel.role ?? null;
    const name = channel.name || (channels.length > 1 ? `Channel ${index + 1}` : baseName(source.path));
    const isHeat = role === 'deviation';
    const isGrey = role === 'input' || (plain.length === 1 && role !== 'prediction' && !isHeat);
    const color = channel.color ?? (isGrey || isHeat ? '#ffffff' : colorOf(name, colors));
    return new Layer({
      id: `${source.index}.${index}`, source, channel: index, name, role, type, color, palette: isHeat ? 'heat' : 'tint',
    });
  });
}

/** The colour of a name: equal names have equal colours, so that images can be compared. */
function colorOf(name, colors) {
  const key = name.toLowerCase();
  if (!colors.has(key)) colors.set(key, CHANNEL_COLORS[colors.size % CHANNEL_COLORS.length]);
  return colors.get(key);
}

/** A layer that is computed from others. */
export function computedLayer(spec, name, inputs) {
  const { palette, role } = KINDS[spec.kind];
  return new Layer({
    id: `${spec.kind}(${inputs.map((input) => input.id).join(',')})`, spec, inputs, name, role, palette, type: 'float32',
  });
}

/** What the pixels of an input are to its predictions, as the file says it: "sum", "mean", or null. */
export function statedRule(source) {
  const text = source.provenance('usplit_input')?.toLowerCase() ?? '';
  return ['mean', 'sum'].find((rule) => text.includes(rule)) ?? null;
}

function isWhole(image) {
  const plain = image.layers.filter((layer) => !layer.role || layer.role === 'input');
  return plain.length === 1 && image.layers.length === 1;
}

/** Sums and residuals: for each image with predictions and each input of its size. */
function sumsAndResiduals(images) {
  const made = [];
  for (const image of images) {
    const predictions = image.layers.filter((layer) => layer.role === 'prediction');
    if (!predictions.length) continue;
    const suffix = images.filter((other) => other.layers.some((layer) => layer.role === 'prediction')).length > 1
      ? ` (${image.source.label})` : '';
    const rule = statedRule(image.source) ?? 'sum';
    const sum = predictions.length > 1 ? computedLayer({ kind: 'sum', rule }, `of predictions${suffix}`, predictions) : null;
    if (sum) made.push(Object.assign(sum, { rulePrefix: { sum: 'Sum', mean: 'Mean' } }));
    const inputs = images.filter((other) => image.source.matches(other.source)).flatMap((other) =>
      other.layers.filter((layer) => layer.role === 'input' || (other !== image && isWhole(other) && !layer.role)));
    for (const input of inputs) {
      const residual = computedLayer({ kind: 'residual', rule }, `${input.name} − `, [input, ...predictions]);
      residual.rulePrefix = sum ? { sum: 'sum', mean: 'mean' } : { sum: predictions[0].name, mean: predictions[0].name };
      residual.ruleSuffix = suffix;
      residual.sumLayer = sum;
      made.push(residual);
      if (sum) sum.comparedWith ??= input;
    }
  }
  return made;
}

/** Differences of channels with the same name in images of the same size. */
function differences(images) {
  const made = [];
  images.forEach((first, index) => {
    for (const second of images.slice(index + 1)) {
      if (!first.source.matches(second.source)) continue;
      for (const one of first.layers) {
        const other = second.layers.find((layer) => layer.name === one.name && layer.role !== 'deviation');
        if (!other || one.role === 'deviation' || one.role === 'input' || other.role === 'input') continue;
        made.push(difference(one, other));
      }
    }
  });
  return made.slice(0, 24);
}

/** The difference of two layers of equal size. */
export function difference(one, other) {
  const name = one.name === other.name && one.source && other.source && one.source !== other.source
    ? `${one.name}: ${one.source.label} − ${other.source.label}` : `${one.fullName} − ${other.fullName}`;
  return computedLayer({ kind: 'difference' }, name, [one, other]);
}

/** Mean and spread of the samples of each structure. */
function sampleSummaries(images) {
  const groups = new Map();
  for (const layer of images.flatMap((image) => image.layers)) {
    if (layer.role !== 'sample') continue;
    const { width, height } = layer.source.description;
    const stem = layer.name.replace(/[\s,_·-]*(sample)?[\s_#]*\d+\s*$/i, '') || 'samples';
    const key = `${stem} ${width} ${height}`;
    if (!groups.has(key)) groups.set(key, { stem, layers: [] });
    groups.get(key).layers.push(layer);
  }
  return [...groups.values()].filter(({ layers }) => layers.length > 1).flatMap(({ stem, layers }) => [
    computedLayer({ kind: 'average' }, `${stem}: mean of ${layers.length} samples`, layers),
    computedLayer({ kind: 'spread' }, `${stem}: spread of ${layers.length} samples`, layers),
  ]);
}

/** All layers that can be computed without being asked for. */
export function computedLayers(images) {
  return [...sumsAndResiduals(images), ...sampleSummaries(images), ...differences(images)];
}

/** The name of a layer whose rule (sum or mean) can be chosen. */
export function applyRule(layer, rule) {
  layer.baseName ??= layer.name;
  layer.spec.rule = rule;
  layer.name = layer.spec.kind === 'sum' ? `${layer.rulePrefix[rule]} ${layer.baseName}`
    : `${layer.baseName}${layer.rulePrefix[rule]}${layer.ruleSuffix}`;
  layer.revision += 1;
  layer.isContrastKnown = false;
}
