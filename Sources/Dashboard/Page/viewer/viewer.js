import { measureChannel, measureOnScreen, watchContrasts } from './contrasts.js';
import { makeHelp } from './help.js';
import { h } from './dom.js';
import { plainAPI } from './images.js';
import { makeInfo } from './info.js';
import { takePointers } from './input.js';
import { keyTable, takeKeys } from './keys.js';
import { makeMessages } from './messages.js';
import { ViewModel } from './model.js';
import { makeLayerList } from './panel.js';
import { makePlanes } from './planes.js';
import { makeProfile } from './profile.js';
import { makeReadout } from './readout.js';
import { makeSaving } from './save.js';
import { makeSidePanel } from './side-panel.js';
import { Stage } from './stage.js';
import { restoreState, stateOf } from './state.js';
import { makeToolbar } from './toolbar.js';

/**
 * Shows images in an element.
 *
 * `element.dataset.state` is "loading" until all that is wanted is on the screen, then "idle".
 * @param {HTMLElement} element takes all the room that it is given
 * @param {{images: {path: string, series?: number, label?: string}[], api?: {getJSON: Function, getBinary: Function},
 *   onError?: (error: Error) => void, onChange?: () => void}} options what is wrong with an image is told in the viewer;
 *   `onError` is called when it cannot draw. `onChange` is called when `state()` may differ
 * @returns {{destroy: () => void, setImages: (images: Object[]) => void, state: () => Object,
 *   restore: (state: Object) => void, stats: () => Object}}
 */
export function createViewer(element, { images = [], api = plainAPI, onError = () => {}, onChange = () => {} } = {}) {
  const model = new ViewModel(api);
  element.classList.add('viewer');
  element.dataset.state = 'loading';
  element.replaceChildren();

  const messages = makeMessages(model);
  const trouble = (message) => messages.tell(message);
  const onState = (state) => { element.dataset.state = state; };
  const stage = new Stage(model, { api, onTrouble: trouble, onFailure: onError, onState });
  const stageElement = h('div', {
    class: 'viewer-stage', tabindex: '0', role: 'application', 'aria-roledescription': 'image',
    'aria-label': 'Image. Arrow keys move it, plus and minus zoom, question mark lists all keys.',
  }, stage.grid, messages.element);
  watchContrasts(model, stage, trouble);

  const measure = (layer, whole) => {
    layer.isTouched = true;
    if (layer.source) measureChannel(model, layer, { whole }).catch((error) => trouble(error.message));
    else measureOnScreen(model, stage, layer, { whole });
  };
  const actions = {
    auto: (layer) => measure(layer, false),
    whole: (layer) => measure(layer, true),
    autoContrast: () => { for (const layer of new Set(model.panes.flatMap((pane) => pane.layers))) measure(layer, false); },
    showResidual: () => showResidual(model),
    toggleProfile: () => model.setOption('tool', model.options.tool === 'profile' ? 'pan' : 'profile'),
    togglePlay: () => planes.togglePlay(),
    togglePanel: () => side.toggle(),
    moveCursor: (dx, dy) => moveCursor(model, stage, dx, dy),
    help: () => help.showModal(),
    save: () => save(),
    leave: () => { model.setLine(null); model.setOption('tool', 'pan'); },
  };
  const table = keyTable(model, actions);
  const planes = makePlanes(model, () => element.dataset.state === 'idle');
  const profile = makeProfile(model, trouble);
  const readout = makeReadout(model, stage);
  const side = makeSidePanel(element, [
    { name: 'Layers', content: makeLayerList(model, actions) }, { name: 'Description', content: makeInfo(model) },
  ], (isOpen) => toolbar.setPanelOpen(isOpen));
  const toolbar = makeToolbar(model, actions);
  toolbar.setPanelOpen(side.isOpen);
  const main = h('div', { class: 'viewer-main' }, stageElement, planes.element, profile.element, readout.element);
  element.append(toolbar.element, main, side.element);
  const help = makeHelp(element, table);
  const save = makeSaving(element, model, stage, trouble);
  takePointers(stageElement, model, stage);
  const endKeys = takeKeys(element, stageElement, table, model);
  model.on('options', () => { stageElement.dataset.tool = model.options.tool; });
  for (const name of ['view', 'plane', 'layers', 'style', 'mode', 'line', 'options']) model.on(name, () => onChange());
  model.restore = (state) => restoreState(model, state);
  model.open(images);

  return {
    destroy() {
      endKeys();
      planes.stop();
      profile.stop();
      readout.stop();
      side.stop();
      stage.close();
      model.close();
      element.replaceChildren();
      element.classList.remove('viewer', 'has-panel');
      delete element.dataset.state;
    },
    setImages(references) { planes.stop(); messages.clear(); model.open(references); },
    state: () => stateOf(model),
    restore: (state) => restoreState(model, state),
    stats: () => stage.stats(),
  };
}

/** Lays input, sum of the predictions and residual side by side. */
function showResidual(model) {
  const residual = model.layers.find((layer) => layer.spec?.kind === 'residual');
  if (!residual) return;
  model.showOnly([residual.inputs[0], residual.sumLayer ?? residual.inputs[1], residual], 'channels');
}

/** Moves the cross by a pixel of the image, or of the screen where pixels of the image are smaller. */
function moveCursor(model, stage, dx, dy) {
  const step = Math.max(1, Math.round(1 / model.view.zoom));
  const from = model.cursor ?? { x: Math.floor(model.view.x) + 0.5, y: Math.floor(model.view.y) + 0.5 };
  const within = (value, side) => Math.min(Math.max(Math.floor(value), 0), side - 1) + 0.5;
  const [x, y] = [within(from.x + dx * step, model.size.width), within(from.y + dy * step, model.size.height)];
  model.setCursor({ x, y, pane: stage.panes.keys().next().value, isFromKeyboard: true });
}
