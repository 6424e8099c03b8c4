// Elements are made with properties and text only, never from markup, so that no name in a file can
// become part of the page's code.

/**
 * Makes an element.
 * @param {string} tag
 * @param {Object} [properties] `class`, `text`, `on: {event: handler}`, `data: {name: value}`; anything
 *   else is an attribute. `false`, `null` and `undefined` leave an attribute out.
 * @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === 'class') element.className = value;
    else if (name === 'text') element.textContent = value;
    else if (name === 'on') for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    else if (name === 'data') Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined) element.append(child);
  return element;
}

const SHAPES = {
  minus: 'M5 12h14',
  plus: 'M5 12h14M12 5v14',
  fit: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  profile: 'M4 19V5M4 19h16M6 15l4-6 4 4 5-8',
  ruler: 'M4 15v4h16v-4M4 19h16',
  save: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  layers: 'M12 4l8 4-8 4-8-4zM4 12l8 4 8-4M4 16l8 4 8-4',
  info: 'M12 11v6M12 7.2v.3M12 3a9 9 0 100 18 9 9 0 000-18z',
  help: 'M9.2 9.3a2.9 2.9 0 115 2.1c-1.1 1-2.1 1.6-2.1 3M12 17.4v.3',
  cross: 'M12 3v7M12 14v7M3 12h7M14 12h7',
  play: 'M8 5l11 7-11 7z',
  pause: 'M8 5v14M16 5v14',
  close: 'M6 6l12 12M18 6L6 18',
};

/**
 * Makes a line icon that takes the colour of the text.
 * @param {keyof SHAPES} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'viewer-icon');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', SHAPES[name]);
  svg.append(path);
  return svg;
}

/**
 * Makes a button with an icon, a text, or both.
 * @param {{label: string, icon?: string, text?: string, key?: string, class?: string, pressed?: boolean}} look
 * @param {(event: Event) => void} action
 * @returns {HTMLButtonElement}
 */
export function button(look, action) {
  const title = look.key ? `${look.label} (${look.key})` : look.label;
  const made = h('button', {
    type: 'button', class: `viewer-button ${look.class ?? ''}`.trim(), title,
    'aria-label': look.text && look.text === look.label ? null : look.label,
    'aria-pressed': look.pressed === undefined ? null : String(look.pressed),
    on: { click: action },
  });
  if (look.icon) made.append(icon(look.icon));
  if (look.text) made.append(h('span', { text: look.text }));
  return made;
}

let lastIdentifier = 0;

/** A name that no other element of the page has. */
export function identifier(stem) {
  lastIdentifier += 1;
  return `viewer-${stem}-${lastIdentifier}`;
}
