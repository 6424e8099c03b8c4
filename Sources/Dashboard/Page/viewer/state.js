const KEPT = 1e-3;

/** A number without the digits that make no difference. */
function rounded(value) {
  return Math.abs(value) < KEPT ? value : Number(value.toPrecision(7));
}

/**
 * What is seen, as plain values that can become JSON: view, plane, mode, layers, line.
 * @param {import("./model.js").ViewModel} model
 */
export function stateOf(model) {
  const { view, plane, mode, options } = model;
  return {
    view: model.isFitted ? null : { x: rounded(view.x), y: rounded(view.y), zoom: rounded(view.zoom) },
    plane: { ...plane }, mode, single: model.single, scaleBar: options.scaleBar,
    line: model.line ? [model.line.x0, model.line.y0, model.line.x1, model.line.y1].map(rounded) : null,
    layers: model.layers.filter((layer) => layer.visible || layer.isTouched).map((layer) => ({
      id: layer.id, visible: layer.visible, color: layer.color, palette: layer.palette,
      ...(layer.isContrastKnown ? { min: rounded(layer.min), max: rounded(layer.max) } : {}),
      ...(layer.spec?.rule ? { rule: layer.spec.rule } : {}),
    })),
  };
}

/**
 * Puts back what `stateOf` told; values that make no sense are left out.
 * @param {import("./model.js").ViewModel} model
 * @param {Object} state
 */
export function restoreState(model, state) {
  if (!state || typeof state !== 'object') return;
  if (!model.layers.length) {
    model.awaited = state;
    return;
  }
  if (Array.isArray(state.layers)) restoreLayers(model, state.layers);
  if (['composite', 'channels', 'images', 'single'].includes(state.mode)) model.mode = state.mode;
  if (model.layers.some((layer) => layer.id === state.single)) model.single = state.single;
  if (typeof state.scaleBar === 'boolean') model.options.scaleBar = state.scaleBar;
  if (state.plane) model.setPlane({ t: Number(state.plane.t) || 0, z: Number(state.plane.z) || 0 });
  const { x, y, zoom } = state.view ?? {};
  if ([x, y, zoom].every(Number.isFinite) && zoom > 0) {
    if (model.pane.width) model.setView({ x, y, zoom });
    else [model.view, model.isFitted] = [{ x, y, zoom }, false];
  } else if (state.view === null) {
    model.fit();
  }
  const [x0, y0, x1, y1] = Array.isArray(state.line) ? state.line : [];
  if ([x0, y0, x1, y1].every(Number.isFinite)) model.setLine({ x0, y0, x1, y1 });
  model.emit('options');
  model.emit('mode');
  model.emit('layers');
}

function restoreLayers(model, kept) {
  for (const { id } of kept) {
    const parts = /^difference\(([^,()]+|\w+\([^()]*\)),([^()]+|\w+\([^()]*\))\)$/.exec(id ?? '');
    const known = model.layers.some((layer) => layer.id === id);
    const [one, other] = parts ? [parts[1], parts[2]].map((part) => model.layers.find((layer) => layer.id === part)) : [];
    if (!known && one && other) model.addDifference(one, other);
  }
  const byName = new Map(kept.map((one) => [one.id, one]));
  for (const layer of model.layers) {
    const one = byName.get(layer.id);
    layer.visible = Boolean(one?.visible);
    if (!one) continue;
    if (layer.spec?.rule && ['sum', 'mean'].includes(one.rule) && one.rule !== layer.spec.rule) model.setRule(layer, one.rule);
    const change = {};
    if (/^#[0-9a-f]{6}$/i.test(one.color)) change.color = one.color;
    if (['tint', 'heat', 'difference', 'differenceLight'].includes(one.palette)) change.palette = one.palette;
    if (Number.isFinite(one.min) && one.max > one.min) {
      Object.assign(change, { min: one.min, max: one.max });
      layer.isRangeGiven = true;
    }
    layer.isTouched = true;
    layer.restyle(change);
  }
}
