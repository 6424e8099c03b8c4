import { makeGeometry } from './computed.js';

const POLL_INTERVAL = 1000;

/** An API client for when the page gives none: the server's sentence becomes the error's message. */
export const plainAPI = {
  async getJSON(url) {
    const response = await fetch(url, { credentials: 'same-origin' });
    if (!response.ok) throw await refusal(response);
    return response.json();
  },
  getBinary(url, { signal } = {}) {
    return fetch(url, { credentials: 'same-origin', signal });
  },
};

/**
 * The error that a refused request becomes.
 * @param {Response} response
 */
export async function refusal(response) {
  let sentence = `The server answered ${response.status}.`;
  try {
    sentence = (await response.json()).error ?? sentence;
  } catch {
    // Without a sentence of the server its number has to do.
  }
  return Object.assign(new Error(sentence), { status: response.status });
}

/** An image that the server knows: what it is, its levels, its contrast. */
export class ImageSource {
  /**
   * @param {number} index its place in the list of images
   * @param {{path: string, series?: number, label?: string}} reference
   * @param {{api: Object, onChange: (source: ImageSource, isNew: boolean) => void}} surroundings
   */
  constructor(index, reference, { api, onChange }) {
    this.index = index;
    this.path = reference.path;
    this.series = reference.series ?? 0;
    this.givenLabel = reference.label;
    this.api = api;
    this.onChange = onChange;
    this.description = null;
    this.geometry = null;
    this.error = null;
    this.contrasts = new Map();
    this.timer = 0;
    this.loading = null;
    this.levelsUntil = 0;  // before this time there is no use in asking for smaller levels
    this.isClosed = false;
  }

  /** What to call it: the label given, else the file's name. */
  get label() {
    return this.givenLabel || this.path.split('/').filter(Boolean).pop() || this.path;
  }

  /** The address of something about this image. */
  url(what, query = {}) {
    const parameters = new URLSearchParams({ path: this.path, series: this.series, ...query });
    return `/api/${what}?${parameters}`;
  }

  /** Reads the description, also anew; several calls at once share one request. */
  load() {
    this.loading ??= this.read().finally(() => { this.loading = null; });
    return this.loading;
  }

  async read() {
    try {
      const description = await this.api.getJSON(this.url('image'));
      if (this.isClosed) return;
      const isNew = !this.description || this.description.version !== description.version;
      if (isNew) this.contrasts.clear();
      this.description = description;
      this.error = null;
      const levels = description.levels?.length ? description.levels
        : [{ width: description.width, height: description.height }];
      this.geometry = makeGeometry(description.width, description.height, levels);
      if (description.state === 'preparing') this.pollSoon();
      this.onChange(this, isNew);
    } catch (error) {
      if (this.isClosed) return;
      // An image that was there a moment ago stays on the screen; its trouble is told beside it.
      this.error = error.message || String(error);
      if (this.description && (!error.status || error.status >= 500)) this.pollSoon(3 * POLL_INTERVAL);
      this.onChange(this, false);
    }
  }

  pollSoon(delay = POLL_INTERVAL) {
    const at = performance.now() + delay;
    if (this.timer && this.pollAt <= at) return;
    clearTimeout(this.timer);
    this.pollAt = at;
    this.timer = setTimeout(() => { this.timer = 0; this.load(); }, delay);
  }

  /** The time point and slice of this image that belong to those chosen: an image with one has it always. */
  planeOf({ t, z }) {
    const { times = 1, slices = 1 } = this.description ?? {};
    return { t: Math.min(t, times - 1), z: Math.min(z, slices - 1) };
  }

  /** Whether another image can be computed with this one, pixel by pixel. */
  matches(other) {
    const [one, two] = [this.description, other.description];
    if (!one || !two || one.width !== two.width || one.height !== two.height) return false;
    const fits = (a, b) => a === b || a === 1 || b === 1;
    return fits(one.times ?? 1, two.times ?? 1) && fits(one.slices ?? 1, two.slices ?? 1);
  }

  /** Range and histogram of each channel of a plane. */
  contrast(plane) {
    const at = this.planeOf(plane);
    const key = `${at.t},${at.z}`;
    if (!this.contrasts.has(key)) {
      const asked = this.api.getJSON(this.url('contrast', at)).then((answer) => answer.channels);
      asked.catch(() => this.contrasts.delete(key));
      this.contrasts.set(key, asked);
    }
    return this.contrasts.get(key);
  }

  /** The value of a key of the provenance, or null. */
  provenance(key) {
    return this.description?.provenance?.find((note) => note.key === key)?.value ?? null;
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.timer);
  }
}
