import { button, h } from './dom.js';

/**
 * Sentences over the image: what is being waited for, what is wrong with an image, what went wrong just now.
 * @param {import("./model.js").ViewModel} model
 * @returns {{element: HTMLElement, tell: (message: string) => void, clear: () => void}}
 */
export function makeMessages(model) {
  const middle = h('div', { class: 'viewer-middle' });
  const progress = h('div', { class: 'viewer-progress', hidden: true });
  const notice = h('div', { class: 'viewer-notice', role: 'alert', hidden: true });
  const element = h('div', { class: 'viewer-messages' }, middle, progress, notice);
  let dismissed = '';
  let wasBroken = false;

  function tell(message) {
    if (!message || message === dismissed) return;
    notice.hidden = false;
    notice.replaceChildren(h('span', { text: message }), button({ label: 'Dismiss', icon: 'close' }, () => {
      dismissed = message;
      notice.hidden = true;
    }));
  }

  function update() {
    const broken = model.sources.filter((source) => source.error || source.description?.error);
    const sentences = broken.map((source) => source.error || source.description.error);
    const isOpen = model.readySources.length > 0;
    if (!model.sources.length) middle.replaceChildren(h('p', { text: 'No image is open.' }));
    else if (!isOpen && broken.length === model.sources.length) {
      middle.replaceChildren(...broken.map((source, index) =>
        h('div', { class: 'viewer-broken', role: 'alert' }, h('strong', { text: source.label }), h('p', { text: sentences[index] }),
          button({ label: 'Try again', text: 'Try again' }, () => source.load()))));
    } else if (!isOpen) middle.replaceChildren(h('p', { text: 'Opening…' }));
    else {
      middle.replaceChildren();
      if (sentences.length) tell([...new Set(sentences)].join(' '));
      else if (wasBroken) notice.hidden = true;
      wasBroken = sentences.length > 0;
    }
    showProgress();
  }

  function showProgress() {
    const source = model.readySources.find((one) => one.description.state === 'preparing');
    progress.hidden = !source;
    if (!source) return;
    const done = Math.round(100 * (source.description.done ?? 0));
    const bar = h('progress', { max: 100, value: done, 'aria-label': `Smaller levels of ${source.label}` });
    const text = `Smaller levels of ${source.label} are being made, ${done} %. Zoom in to see it at full size now.`;
    progress.replaceChildren(h('span', { text }), bar);
  }

  model.on('sources', update);
  return { element, tell, clear() { notice.hidden = true; dismissed = ''; } };
}
