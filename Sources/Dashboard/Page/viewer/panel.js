import { makeContrast } from './contrast-control.js';
import { button, h, identifier } from './dom.js';
import { statedRule } from './layers.js';
import { PALETTES } from './palette.js';

/**
 * The list of layers: for each its visibility, colour and contrast; below them those that are computed.
 * @param {import("./model.js").ViewModel} model
 * @param {{auto: Function, whole: Function, showResidual: Function}} actions
 * @returns {HTMLElement}
 */
export function makeLayerList(model, actions) {
  const element = h('div', { class: 'viewer-layers' });
  let rows = [];
  let shownLayers = '';

  function build() {
    // What a name or a rule changes is in the text; anything else updates the rows that are there.
    const key = model.layers.map((layer) => `${layer.id}${layer.name}`).join('|');
    if (key === shownLayers) return update();
    shownLayers = key;
    rows = [];
    const groups = [];
    for (const source of model.sources) {
      const layers = model.layers.filter((layer) => layer.source === source);
      if (layers.length) groups.push(section(model.sources.length > 1 ? source.label : 'Channels', layers));
    }
    const computed = model.layers.filter((layer) => !layer.source);
    if (model.layers.length > 1) groups.push(section('Computed', computed, ...computedTools(model, actions)));
    const hasTwins = model.layers.some((layer) => model.twins(layer).length) || !model.options.sameContrast;
    element.replaceChildren(hasTwins ? sameContrast(model) : '', ...groups);
    return update();
  }

  function section(title, layers, ...tools) {
    const id = identifier('group');
    const list = h('ul', { 'aria-labelledby': id });
    for (const layer of layers) {
      const row = makeRow(layer, model, actions);
      rows.push(row);
      list.append(row.element);
    }
    return h('section', {}, h('h3', { id, text: title }), layers.length ? list : null, ...tools);
  }

  function update() {
    for (const row of rows) row.update();
  }

  model.on('layers', build);
  model.on('mode', update);
  model.on('style', (layer) => rows.find((row) => row.layer === layer)?.update());
  return element;
}

function makeRow(layer, model, actions) {
  const id = identifier('layer');
  const visible = h('input', { type: 'checkbox', id, on: { change: () => change() } });
  const color = h('input', {
    type: 'color', 'aria-label': `Colour of ${layer.fullName}`,
    on: { input: () => touch({ color: color.value }) },
  });
  const palette = h('select', {
    class: 'viewer-palette', 'aria-label': `Colours of ${layer.fullName}`, on: { change: () => touch({ palette: palette.value }) },
  }, ...PALETTES.map(({ name, label }) => h('option', { value: name, text: label })));
  const isRoleTold = !layer.role || !layer.source || layer.name.toLowerCase() === layer.role;
  const role = isRoleTold ? null : h('span', { class: 'viewer-role', text: layer.role });
  const rule = layer.spec?.kind === 'residual' && layer.inputs.length > 2 ? makeRule(layer, model) : null;
  const place = h('div', {});
  const element = h('li', { class: 'viewer-layer' },
    h('div', { class: 'viewer-layer-head' }, visible, h('label', { for: id, text: layer.name, title: layer.fullName }), role, color),
    place);
  let contrast = null;

  function change() {
    if (model.mode === 'single') model.single = layer.id;
    model.setVisible(layer, visible.checked);
  }
  function touch(change) {
    layer.isTouched = true;
    model.restyle(layer, change);
  }
  function update() {
    const isShown = layer.visible || (model.mode === 'single' && model.single === layer.id);
    visible.checked = layer.visible;
    element.classList.toggle('is-shown', isShown);
    element.classList.toggle('is-single', model.mode === 'single' && model.single === layer.id);
    color.value = layer.color;
    color.hidden = layer.palette !== 'tint';
    palette.value = layer.palette;
    if (!isShown || !layer.domain) {
      if (!isShown) { contrast = null; place.replaceChildren(); }
      return;
    }
    contrast ??= makeContrast(layer, { onChange: touch, onAuto: () => actions.auto(layer), onWhole: () => actions.whole(layer) });
    if (!contrast.element.isConnected) {
      place.replaceChildren(contrast.element, h('div', { class: 'viewer-layer-options' }, palette, rule));
    }
    contrast.update();
  }
  return { element, layer, update };
}

/** Whether the input is the sum or the mean of the structures, where the file does not say or says it wrongly. */
function makeRule(layer, model) {
  const change = () => model.setRule(layer, select.value);
  const select = h('select', { 'aria-label': `What the input is, for ${layer.name}`, on: { change } },
    h('option', { value: 'sum', text: 'Input is the sum' }), h('option', { value: 'mean', text: 'Input is the mean' }));
  select.value = layer.spec.rule;
  const source = layer.inputs[1].source;
  select.title = statedRule(source) ? 'As the file of the predictions says' : 'The file of the predictions does not say which';
  return select;
}

/** Whether channels of the same name have the same contrast in all images. */
function sameContrast(model) {
  const id = identifier('same');
  const input = h('input', { type: 'checkbox', id, on: { change: () => model.setOption('sameContrast', input.checked) } });
  input.checked = model.options.sameContrast;
  return h('div', { class: 'viewer-option' }, input, h('label', { for: id, text: 'Same contrast for the same name' }));
}

function computedTools(model, actions) {
  const choice = (label) => h('select', { 'aria-label': label });
  const [one, other] = [choice('Layer to subtract from'), choice('Layer to subtract')];
  const fill = () => {
    const layers = model.layers.filter((layer) => layer.spec?.kind !== 'difference' && layer.geometry);
    const option = (layer) => h('option', { value: layer.id, text: layer.fullName });
    one.replaceChildren(...layers.map(option));
    follow();
  };
  const find = (select) => model.layers.find((layer) => layer.id === select.value);
  // Only layers of equal size can be subtracted.
  const follow = () => {
    const first = find(one);
    const kept = other.value;
    const size = first?.geometry;
    const fitting = model.layers.filter((layer) => layer !== first && layer.spec?.kind !== 'difference'
      && size && layer.geometry?.width === size.width && layer.geometry.height === size.height);
    other.replaceChildren(...fitting.map((layer) => h('option', { value: layer.id, text: layer.fullName })));
    if (fitting.some((layer) => layer.id === kept)) other.value = kept;
    add.disabled = !fitting.length;
  };
  one.addEventListener('change', follow);
  const add = button({ label: 'Show the difference', text: 'Show the difference', class: 'viewer-wide' },
    () => model.addDifference(find(one), find(other)));
  fill();
  const details = h('details', { class: 'viewer-difference' }, h('summary', { text: 'Difference of two layers' }),
    one, h('span', { class: 'viewer-muted', text: 'minus' }), other, add);
  const hasResidual = model.layers.some((layer) => layer.spec?.kind === 'residual');
  if (!hasResidual) return [details];
  const label = 'Input, sum and residual';
  return [button({ label, text: label, key: 'R', class: 'viewer-wide' }, actions.showResidual), details];
}
