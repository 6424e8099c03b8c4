import { h } from './dom.js';
import { length } from './format.js';

/**
 * What the files say about themselves: size, type, levels, pixel size, remarks, provenance.
 * @param {import("./model.js").ViewModel} model
 * @returns {HTMLElement}
 */
export function makeInfo(model) {
  const element = h('div', { class: 'viewer-info' });
  const update = () => element.replaceChildren(...model.sources.map((source) => describe(source)));
  model.on('sources', update);
  return element;
}

function describe(source) {
  const { description, error } = source;
  const section = h('section', {}, h('h3', { text: source.label }));
  if (error) section.append(h('p', { class: 'viewer-error', text: error }));
  if (!description) return section;
  if (description.error) section.append(h('p', { class: 'viewer-error', text: description.error }));
  section.append(facts([
    ['File', source.path],
    ['Image', description.seriesCount > 1 ? `${source.series + 1} of ${description.seriesCount}` : null],
    ['Name', description.seriesNames?.[source.series]],
    ['Size', `${description.width} × ${description.height} pixels`],
    ['Extent', extent(description)],
    ['Pixel size', pixelSize(description.pixelSize)],
    ['Time points', description.times > 1 ? String(description.times) : null],
    ['Slices', description.slices > 1 ? String(description.slices) : null],
    ['Channels', description.channels.map((channel, index) => channel.name || `Channel ${index + 1}`).join(', ')],
    ['Type', description.type],
    ['Levels', description.levels?.length > 1
      ? description.levels.map((level) => `${level.width} × ${level.height}`).join(', ') : 'full size only'],
    ['Smaller levels', description.state === 'preparing' ? `being made, ${Math.round(100 * (description.done ?? 0))} %` : null],
  ]));
  if (description.remarks?.length) {
    section.append(h('h4', { text: 'Remarks' }), h('ul', {}, ...description.remarks.map((remark) => h('li', { text: remark }))));
  }
  if (description.provenance?.length) {
    const notes = description.provenance.map(({ key, value }) => [key, String(value)]);
    section.append(h('h4', { text: 'Where it comes from' }), facts(notes));
  }
  return section;
}

function facts(pairs) {
  const known = pairs.filter(([, value]) => value);
  return h('dl', {}, ...known.flatMap(([key, value]) => [h('dt', { text: key }), h('dd', { text: value })]));
}

function pixelSize(size) {
  if (!size?.x) return 'no pixel size in the file';
  if (!size.y || size.x === size.y) return length(size.x, size.unit);
  return `${length(size.x, size.unit)} × ${length(size.y, size.unit)}`;
}

function extent({ width, height, pixelSize: size }) {
  if (!size?.x) return null;
  return `${length(width * size.x, size.unit)} × ${length(height * (size.y || size.x), size.unit)}`;
}

/** Position in the units of a file, or null. */
export function position(x, y, size) {
  if (!size?.x) return null;
  return `${length(x * size.x, size.unit)}, ${length(y * (size.y || size.x), size.unit)}`;
}

