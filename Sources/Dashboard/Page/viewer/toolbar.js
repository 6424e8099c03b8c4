import { button, h, identifier } from './dom.js';
import { MODES } from './model.js';

/**
 * The row of buttons over the image.
 * @param {import("./model.js").ViewModel} model
 * @param {Object<string, Function>} actions
 * @returns {{element: HTMLElement, setPanelOpen: (isOpen: boolean) => void}}
 */
export function makeToolbar(model, actions) {
  const zoom = h('output', { class: 'viewer-zoom', 'aria-live': 'off', title: 'Pixels of the page for each pixel of the image' });
  const toggles = {
    profile: button({ label: 'Line profile', icon: 'profile', key: 'L', pressed: false }, actions.toggleProfile),
    cross: button({ label: 'Cross in the other panes', icon: 'cross', key: 'X', pressed: true },
      () => model.setOption('cross', !model.options.cross)),
    scaleBar: button({ label: 'Scale bar', icon: 'ruler', key: 'B', pressed: true },
      () => model.setOption('scaleBar', !model.options.scaleBar)),
    panel: button({ label: 'Layers', icon: 'layers', text: 'Layers', key: 'D', pressed: true, class: 'viewer-panel-button' },
      actions.togglePanel),
  };
  const { element: modes, update: updateModes } = makeModes(model);
  const element = h('div', { class: 'viewer-toolbar', role: 'toolbar', 'aria-label': 'View' },
    h('div', { class: 'viewer-group' },
      button({ label: 'Zoom out', icon: 'minus', key: '−' }, () => model.zoomBy(1 / 1.5)),
      zoom,
      button({ label: 'Zoom in', icon: 'plus', key: '+' }, () => model.zoomBy(1.5)),
      button({ label: 'Fit the image', icon: 'fit', key: '0' }, () => model.fit()),
      button({ label: 'One to one', text: '1:1', key: '1' }, () => model.setView({ ...model.view, zoom: 1 }))),
    modes,
    h('div', { class: 'viewer-group' }, toggles.profile, toggles.cross, toggles.scaleBar,
      button({ label: 'Save as PNG', icon: 'save', key: 'E' }, actions.save),
      button({ label: 'Keys', icon: 'help', key: '?' }, actions.help)),
    h('div', { class: 'viewer-group viewer-last' }, toggles.panel));

  const press = (name, isOn) => toggles[name].setAttribute('aria-pressed', String(isOn));
  const update = () => {
    const percent = model.view.zoom * 100;
    zoom.textContent = `${percent < 10 ? percent.toPrecision(2) : Math.round(percent)} %`;
    press('profile', model.options.tool === 'profile');
    press('cross', model.options.cross);
    press('scaleBar', model.options.scaleBar);
    toggles.scaleBar.disabled = Boolean(model.readySources.length) && !model.pixelSize;
    toggles.scaleBar.title = toggles.scaleBar.disabled ? 'No pixel size in the file, so no scale bar' : 'Scale bar (B)';
    updateModes();
  };
  for (const name of ['view', 'options', 'mode', 'sources']) model.on(name, update);
  update();
  return { element, setPanelOpen: (isOpen) => press('panel', isOpen) };
}

/** The choice of how layers are laid out, as radio buttons that look like one. */
function makeModes(model) {
  const name = identifier('mode');
  const inputs = MODES.map((mode) => h('input', {
    type: 'radio', name, value: mode.name, on: { change: () => model.setMode(mode.name) },
  }));
  const labels = MODES.map((mode, index) => h('label', { title: `${mode.hint} (${mode.key.toUpperCase()})` },
    inputs[index], h('span', { text: mode.label })));
  const select = h('select', { class: 'viewer-mode-select', 'aria-label': 'Layout', on: { change: () => model.setMode(select.value) } },
    ...MODES.map((mode) => h('option', { value: mode.name, text: mode.label })));
  return {
    element: h('div', { class: 'viewer-group' },
      h('fieldset', { class: 'viewer-modes' }, h('legend', { class: 'viewer-hidden', text: 'Layout' }), ...labels), select),
    update() {
      for (const input of inputs) input.checked = input.value === model.mode;
      select.value = model.mode;
    },
  };
}
