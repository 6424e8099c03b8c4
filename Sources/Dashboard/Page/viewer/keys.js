import { MODES } from './model.js';

const STEP = 80;

/**
 * What each key does, in the order of the help. `keys` are values of `KeyboardEvent.key` (lower case).
 * @param {import("./model.js").ViewModel} model
 * @param {Object<string, Function>} actions those that other parts of the viewer do
 */
export function keyTable(model, actions) {
  const pan = (dx, dy) => (event) => (event.shiftKey ? actions.moveCursor(Math.sign(-dx), Math.sign(-dy)) : model.panBy(dx, dy));
  return [
    { section: 'View' },
    { keys: ['arrowleft'], action: pan(STEP, 0) },
    { keys: ['arrowright'], action: pan(-STEP, 0) },
    { keys: ['arrowup'], action: pan(0, STEP) },
    { keys: ['arrowdown'], action: pan(0, -STEP), show: '← → ↑ ↓', text: 'Move' },
    { keys: ['+', '='], action: () => model.zoomBy(1.5), show: '+', text: 'Zoom in' },
    { keys: ['-', '_', '−'], action: () => model.zoomBy(1 / 1.5), show: '−', text: 'Zoom out' },
    { keys: ['0'], action: () => model.fit(), show: '0', text: 'Fit the image' },
    { keys: ['1'], action: () => model.setView({ ...model.view, zoom: 1 }), show: '1', text: 'One to one' },
    { section: 'Layers' },
    ...MODES.map((mode) => ({ keys: [mode.key], action: () => model.setMode(mode.name), show: mode.key.toUpperCase(), text: mode.hint })),
    { keys: ['n'], action: () => model.stepSingle(1), show: 'N', text: 'Next layer alone' },
    { keys: ['p'], action: () => model.stepSingle(-1), show: 'P', text: 'Previous layer alone' },
    { keys: ['r'], action: actions.showResidual, show: 'R', text: 'Input, sum and residual' },
    { keys: [], show: '⇧ 1 … 9', text: 'Show or hide a layer' },
    { keys: ['a'], action: actions.autoContrast, show: 'A', text: 'Contrast of all layers anew' },
    { section: 'Time and slices' },
    { keys: [','], action: () => model.setPlane({ t: model.plane.t - 1 }), show: ',', text: 'Previous time point' },
    { keys: ['.'], action: () => model.setPlane({ t: model.plane.t + 1 }), show: '.', text: 'Next time point' },
    { keys: ['['], action: () => model.setPlane({ z: model.plane.z - 1 }), show: '[', text: 'Previous slice' },
    { keys: [']'], action: () => model.setPlane({ z: model.plane.z + 1 }), show: ']', text: 'Next slice' },
    { keys: [' '], action: actions.togglePlay, show: 'Space', text: 'Play time', isForStage: true },
    { section: 'Tools' },
    { keys: [], show: '⇧ ← → ↑ ↓', text: 'Move the cross by a pixel' },
    { keys: ['l'], action: actions.toggleProfile, show: 'L', text: 'Line profile' },
    { keys: ['x'], action: () => model.setOption('cross', !model.options.cross), show: 'X', text: 'Cross in the other panes' },
    { keys: ['b'], action: () => model.setOption('scaleBar', !model.options.scaleBar), show: 'B', text: 'Scale bar' },
    { keys: ['e'], action: actions.save, show: 'E', text: 'Save as PNG' },
    { keys: ['d'], action: actions.togglePanel, show: 'D', text: 'Layers and description' },
    { keys: ['?'], action: actions.help, show: '?', text: 'This help' },
    { keys: ['escape'], action: actions.leave, show: 'Esc', text: 'End a tool' },
  ];
}

/**
 * Listens to keys while the focus is in the viewer or nowhere.
 * @param {HTMLElement} element the viewer
 * @param {HTMLElement} stageElement
 * @param {Object[]} table of `keyTable`
 * @param {import("./model.js").ViewModel} model
 * @returns {() => void} ends the listening
 */
export function takeKeys(element, stageElement, table, model) {
  const byKey = new Map(table.flatMap((row) => (row.keys ?? []).map((key) => [key, row])));
  const listener = (event) => {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (target !== document.body && !element.contains(target)) return;
    if (document.querySelector('dialog[open]')) return;
    const isField = target.matches?.('input:not([type=range]):not([type=checkbox]):not([type=radio]), select, textarea');
    if (isField && event.key !== 'Escape') return;
    const isOnStage = target === stageElement || target === document.body;
    // Arrows and space belong to the control that has the focus.
    if (!isOnStage && (/^arrow/i.test(event.key) || event.key === ' ')) return;
    const digit = event.shiftKey && /^Digit([1-9])$/.exec(event.code)?.[1];
    const row = digit ? null : byKey.get(event.key.toLowerCase());
    if (!digit && !row) return;
    event.preventDefault();
    if (digit) {
      const layer = model.layers[Number(digit) - 1];
      if (layer) model.setVisible(layer, !layer.visible);
    } else {
      row.action(event);
    }
  };
  document.addEventListener('keydown', listener);
  return () => document.removeEventListener('keydown', listener);
}
