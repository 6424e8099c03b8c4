/** Finds the range of layers when they are first seen, and when somebody asks for it. */

const BINS = 256;
const MOST_VALUES = 120_000;

/**
 * Gives channels their contrast from the server; computed layers, and channels that it has none of, from the screen.
 * @param {import("./model.js").ViewModel} model
 * @param {import("./stage.js").Stage} stage
 * @param {(message: string) => void} onTrouble
 */
export function watchContrasts(model, stage, onTrouble) {
  const asked = new WeakSet();
  const refused = new WeakSet();
  const look = () => {
    for (const layer of shown(model)) {
      if (layer.isContrastKnown) continue;
      if (!layer.source || refused.has(layer)) {
        measureOnScreen(model, stage, layer);
      } else if (!asked.has(layer)) {
        asked.add(layer);
        measureChannel(model, layer).catch((error) => {
          onTrouble(error.message);
          refused.add(layer);
          stage.invalidate();
        });
      }
    }
  };
  model.on('layers', look);
  stage.onFrame(look);
}

function shown(model) {
  return model.panes.flatMap((pane) => pane.layers);
}

/** Asks for range and histogram of a channel; takes them as its contrast unless it has a chosen one. */
export async function measureChannel(model, layer, { whole = false } = {}) {
  const channels = await layer.source.contrast(model.plane);
  const found = channels[layer.channel];
  if (!found) throw new Error(`the server told no contrast of ${layer.name} in ${layer.source.label}`);
  const { low, high, histogram } = found;
  // Without a finite pixel there is no smallest one.
  adopt(model, layer, { min: found.min ?? low, max: found.max ?? high, low, high, histogram }, whole);
}

/** Measures a layer on the tiles in sight. */
export function measureOnScreen(model, stage, layer, { whole = false } = {}) {
  const values = sample(stage, layer);
  if (!values) return false;
  if (!values.length) return false;
  values.sort();
  const at = (part) => values[Math.min(values.length - 1, Math.floor(part * values.length))];
  let [min, max, low, high] = [values[0], values[values.length - 1], at(0.001), at(0.998)];
  if (layer.isDiverging) {
    const reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
    const far = Math.max(Math.abs(min), Math.abs(max)) || 1;
    [min, max, low, high] = [-far, far, -reach, reach];
  }
  const other = layer.comparedWith;
  if (layer.spec?.kind === 'sum' && other?.isContrastKnown && !whole) [low, high] = [other.min, other.max];
  const counts = new Array(BINS).fill(0);
  const factor = (BINS - 1) / (max - min || 1);
  for (const value of values) counts[Math.round((value - min) * factor)] += 1;
  adopt(model, layer, { min, max, low, high, histogram: { from: min, to: max, counts } }, whole);
  return true;
}

/** Values of a layer on the screen, thinned out, or null while tiles are missing. */
function sample(stage, layer) {
  const found = [];
  for (const pane of stage.panes.values()) {
    for (const group of pane.groups) {
      if (!group.layers.includes(layer)) continue;
      for (const { x, y, level } of group.tiles) {
        const tile = stage.renderer.valuesOf(layer, level, x, y, group.plane);
        if (tile?.data) found.push(tile.data);
        else if (!tile && layer.isContrastKnown === false) return null;
      }
    }
  }
  const count = found.reduce((sum, data) => sum + data.length, 0);
  if (!count) return null;
  const step = Math.max(1, Math.ceil(count / MOST_VALUES));
  const values = [];
  for (const data of found) {
    for (let index = 0; index < data.length; index += step) if (Number.isFinite(data[index])) values.push(data[index]);
  }
  return Float32Array.from(values);
}

function adopt(model, layer, { min, max, low, high, histogram }, whole) {
  const range = { from: min, to: max > min ? max : min + 1 };
  let [from, to] = whole ? [min, max] : [low, high];
  if (!(to > from)) [from, to] = [min, range.to];
  const twin = layer.isContrastKnown ? null : model.twins(layer).find((other) => other.isContrastKnown);
  const given = layer.isRangeGiven && !layer.isContrastKnown ? layer : twin;
  if (given) [from, to] = [given.min, given.max];
  layer.isContrastKnown = true;
  layer.isRangeGiven = false;
  Object.assign(layer, { range, histogram, domain: whole ? { ...range } : domainAround(range, from, to, layer.isDiverging) });
  if (given) model.emit('style', Object.assign(layer, { min: from, max: to, revision: layer.revision + 1 }));
  else model.restyle(layer, { min: from, max: to });
}

/** What a slider spans: the contrast and as much again, so that its handles can be set finely. */
function domainAround(range, from, to, isDiverging) {
  const span = to - from;
  if (isDiverging) {
    const reach = Math.min(Math.max(range.to, to), 2 * Math.max(Math.abs(from), Math.abs(to)));
    return { from: -reach, to: reach };
  }
  return {
    from: Math.min(from, Math.max(range.from, from - 0.35 * span)), to: Math.max(to, Math.min(range.to, to + 0.9 * span)),
  };
}
