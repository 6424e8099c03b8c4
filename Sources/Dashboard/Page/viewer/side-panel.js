import { button, h, identifier } from './dom.js';

const NARROW = '(max-width: 760px)';

/**
 * The panel beside the image, on narrow screens a sheet from below; its parts are tabs.
 * @param {HTMLElement} viewer
 * @param {{name: string, content: HTMLElement}[]} parts
 * @param {(isOpen: boolean) => void} onToggle
 */
export function makeSidePanel(viewer, parts, onToggle) {
  const narrow = window.matchMedia(NARROW);
  const tabs = parts.map((part) => {
    const id = identifier('tab');
    const panelId = identifier('tabpanel');
    const tab = h('button', { type: 'button', class: 'viewer-tab', role: 'tab', id, 'aria-controls': panelId, text: part.name });
    const panel = h('div', { class: 'viewer-tabpanel', role: 'tabpanel', id: panelId, 'aria-labelledby': id, tabindex: '0' }, part.content);
    return { tab, panel };
  });
  const choose = (index, withFocus = false) => tabs.forEach(({ tab, panel }, other) => {
    const isChosen = other === index;
    tab.setAttribute('aria-selected', String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    panel.hidden = !isChosen;
    if (isChosen && withFocus) tab.focus();
  });
  tabs.forEach(({ tab }, index) => {
    tab.addEventListener('click', () => choose(index));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      choose((index + step + tabs.length) % tabs.length, true);
    });
  });
  choose(0);

  const element = h('aside', { class: 'viewer-side', 'aria-label': 'Layers and description' },
    h('div', { class: 'viewer-side-head' },
      h('div', { class: 'viewer-tabs', role: 'tablist', 'aria-label': 'Parts of the panel' }, ...tabs.map(({ tab }) => tab)),
      button({ label: 'Close the panel', icon: 'close' }, () => set(false))),
    ...tabs.map(({ panel }) => panel));
  let isOpen = true;

  function set(open) {
    const hadFocus = element.contains(document.activeElement);
    isOpen = open;
    element.hidden = !open;
    viewer.classList.toggle('has-panel', open);
    if (!open && hadFocus) viewer.querySelector('.viewer-panel-button')?.focus();
    onToggle(open);
  }
  const adapt = () => set(!narrow.matches);
  narrow.addEventListener('change', adapt);
  isOpen = !narrow.matches;
  element.hidden = !isOpen;
  viewer.classList.toggle('has-panel', isOpen);
  return {
    element, toggle: () => set(!isOpen), stop: () => narrow.removeEventListener('change', adapt),
    get isOpen() { return isOpen; },
  };
}
