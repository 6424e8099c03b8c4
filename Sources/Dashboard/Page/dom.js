// Elements without a framework. Texts go in as text nodes, never as HTML.

/** What a builder takes as children. Nothing becomes of null, undefined and false. */
function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/**
 * Makes an element.
 *
 * @param {string} tag - such as `button` or `p.hint`, with classes behind full stops
 * @param {object} [properties] - `on…` are listeners, `style` an object of CSS properties, all else
 *   attributes; those that are null, undefined or false are left out
 * @param {...(Node|string|number|null|Array)} children - what it holds
 * @returns {HTMLElement}
 */
export function el(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style") {
      for (const [property, text] of Object.entries(value)) element.style.setProperty(property, text);
    } else if (key === "value" || key === "checked" || key === "selected") element[key] = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

/**
 * Puts other children in place of those that an element has.
 *
 * @param {Element} element
 * @param {...*} children - as for {@link el}
 */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/**
 * Sets a text only where it differs, so that nothing is announced or selected anew.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let lastIdentifier = 0;

/** @returns {string} an identifier that no other element has */
export function freshId(prefix = "e") {
  lastIdentifier += 1;
  return `${prefix}-${lastIdentifier}`;
}

/**
 * A labelled control.
 *
 * @param {string} label - what it is
 * @param {HTMLElement} control - an input, select or textarea
 * @param {string} [hint] - a sentence below it
 * @returns {HTMLElement}
 */
export function field(label, control, hint) {
  if (!control.id) control.id = freshId("field");
  const note = hint ? el("p.hint", { id: `${control.id}-hint` }, hint) : null;
  if (note) control.setAttribute("aria-describedby", note.id);
  return el("div.field", {}, el("label", { for: control.id }, label), control, note);
}

/**
 * A select.
 *
 * @param {object} properties - as for {@link el}
 * @param {Array<[string, string]>} choices - values and their words
 * @param {string} [chosen] - the value that is chosen
 */
export function select(properties, choices, chosen) {
  return el(
    "select",
    properties,
    choices.map(([value, words]) => el("option", { value, selected: value === chosen }, words)),
  );
}

/**
 * A button that stays in place when it cannot be used, and says why.
 *
 * @param {string} label
 * @param {object} properties - as for {@link el}; `isReasonShown` puts the reason beside the button
 * @returns {{element: HTMLElement, button: HTMLElement, set(reason: ?string): void}} `set` takes the reason why it cannot
 *   be used, or null
 */
export function action(label, { onclick, onrefused, isReasonShown = false, ...properties }) {
  let obstacle = null;
  const reason = el(isReasonShown ? "span.hint" : "span.unseen", { id: freshId("reason") });
  const button = el(
    "button",
    {
      type: "button",
      ...properties,
      onclick: (event) => (obstacle ? onrefused?.(obstacle) : onclick(event)),
    },
    label,
  );
  return {
    element: el("span.action", {}, button, reason),
    button,
    set(text) {
      obstacle = text;
      setText(reason, text ?? "");
      if (text) {
        button.setAttribute("aria-disabled", "true");
        button.setAttribute("aria-describedby", reason.id);
        button.title = text;
      } else {
        button.removeAttribute("aria-disabled");
        button.removeAttribute("aria-describedby");
        button.removeAttribute("title");
      }
    },
  };
}

/**
 * A progress bar.
 *
 * @param {string} label - what progresses
 * @returns {{element: HTMLElement, set(share: ?number): void}}
 */
export function progressBar(label) {
  const inner = el("span");
  const element = el(
    "div.bar",
    {
      role: "progressbar",
      "aria-label": label,
      "aria-valuemin": 0,
      "aria-valuemax": 100,
    },
    inner,
  );
  return {
    element,
    set(share) {
      const percent = share === null || share === undefined ? 0 : Math.min(Math.max(share, 0), 1) * 100;
      inner.style.width = `${percent}%`;
      if (share === null || share === undefined) element.removeAttribute("aria-valuenow");
      else element.setAttribute("aria-valuenow", Math.floor(percent));
    },
  };
}
