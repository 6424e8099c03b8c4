import { button, h, identifier } from './dom.js';

/**
 * A dialog with a title and a button to close it.
 * @param {HTMLElement} parent
 * @param {string} title
 * @param {...Node} content
 * @returns {HTMLDialogElement}
 */
export function makeDialog(parent, title, ...content) {
  const id = identifier('title');
  const dialog = h('dialog', { class: 'viewer-dialog', 'aria-labelledby': id });
  dialog.append(
    h('header', {}, h('h2', { id, text: title }), button({ label: 'Close', icon: 'close' }, () => dialog.close())),
    ...content);
  // A click on what lies behind closes, as Escape does.
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  parent.append(dialog);
  return dialog;
}

/** The dialog that lists the keys. */
export function makeHelp(parent, table) {
  const body = h('div', { class: 'viewer-help', tabindex: '0', role: 'region', 'aria-label': 'Keys' });
  let list = null;
  for (const row of table) {
    if (row.section) {
      list = h('dl', {});
      body.append(h('section', {}, h('h3', { text: row.section }), list));
    } else if (row.show) {
      list.append(h('div', {}, h('dt', {}, h('kbd', { text: row.show })), h('dd', { text: row.text })));
    }
  }
  body.append(h('p', { class: 'viewer-note', text:
    'The mouse wheel and two fingers zoom, dragging moves, a double click zooms in (with ⇧ out). '
    + 'While the profile is on, dragging draws its line; with ⇧ it moves.' }));
  return makeDialog(parent, 'Keys', body);
}
