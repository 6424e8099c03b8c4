import { button, h, icon, identifier } from './dom.js';
import { number } from './format.js';

const FRAME_TIME = 220;
const LONGEST_WAIT = 4000;

/**
 * Sliders for time and slices, where there are several, and a button that plays time.
 * @param {import("./model.js").ViewModel} model
 * @param {() => boolean} isIdle whether what is wanted is on the screen
 * @returns {{element: HTMLElement, togglePlay: () => void, stop: () => void}}
 */
export function makePlanes(model, isIdle) {
  const time = makeAxis('Time', 't', model);
  const slice = makeAxis('Slice', 'z', model);
  let timer = 0;
  let shownAt = 0;

  const play = button({ label: 'Play', icon: 'play', key: 'Space' }, () => togglePlay());
  time.element.append(play);
  const element = h('div', { class: 'viewer-planes' }, time.element, slice.element);

  function stop() {
    clearInterval(timer);
    timer = 0;
    show();
  }
  function show() {
    play.setAttribute('aria-label', timer ? 'Pause' : 'Play');
    play.title = timer ? 'Pause (Space)' : 'Play (Space)';
    play.replaceChildren(icon(timer ? 'pause' : 'play'));
  }
  function togglePlay() {
    if (timer || model.times < 2) return stop();
    timer = setInterval(() => {
      // A frame that is not there yet is waited for, so that none is skipped unseen.
      if (!isIdle() && performance.now() - shownAt < LONGEST_WAIT) return;
      shownAt = performance.now();
      model.setPlane({ t: (model.plane.t + 1) % model.times });
    }, FRAME_TIME);
    return show();
  }

  const update = () => {
    time.update(model.times, model.plane.t);
    slice.update(model.slices, model.plane.z);
    element.hidden = model.times < 2 && model.slices < 2;
  };
  for (const name of ['plane', 'sources']) model.on(name, update);
  update();
  return { element, togglePlay, stop };
}

function makeAxis(label, axis, model) {
  const set = (value) => model.setPlane({ [axis]: Number(value) - 1 });
  const id = identifier(axis);
  const slider = h('input', { type: 'range', min: 1, step: 1, id, on: { input: () => set(slider.value) } });
  const field = h('input', { type: 'number', min: 1, step: 1, 'aria-label': `${label}, as a number`, on: { change: () => set(field.value) } });
  const total = h('span', { class: 'viewer-muted' });
  const element = h('div', { class: 'viewer-plane' }, h('label', { for: id, text: label }), slider, field, total);
  return {
    element,
    update(count, value) {
      element.hidden = count < 2;
      slider.max = field.max = String(count);
      slider.value = field.value = String(value + 1);
      slider.setAttribute('aria-valuetext', `${value + 1} of ${count}`);
      total.textContent = `of ${count}${axis === 't' ? elapsed(model, value) : ''}`;
    },
  };
}

/** The time of a frame, if the file tells the step. */
function elapsed(model, index) {
  const step = model.readySources.find((source) => source.description.timeStep)?.description.timeStep;
  const seconds = typeof step === 'object' && step ? step.value ?? step.seconds : step;
  if (!Number.isFinite(seconds) || seconds <= 0) return '';
  const unit = typeof step === 'object' && step.unit ? step.unit : 's';
  return ` · ${number(index * seconds, 4)} ${unit}`;
}
