// The curves of one run: all of it, and the part that is looked at more closely.

import { address, ApiError, getJSON, isAbort, poll } from "./api.js";
import { finite } from "./format.js";

const points = 600;

/** The value at `x` of a function given by ascending points. */
function interpolate(xs, ys, x) {
  if (!xs.length) return x;
  let place = xs.findIndex((each) => each >= x);
  if (place === 0) return ys[0];
  if (place < 0) return ys[ys.length - 1];
  while (place > 1 && xs[place] === xs[place - 1]) place -= 1;
  const share = (x - xs[place - 1]) / (xs[place] - xs[place - 1] || 1);
  return ys[place - 1] + share * (ys[place] - ys[place - 1]);
}

/** Follows the curves of a run. */
export class CurveData {
  /**
   * @param {object} options
   * @param {string} options.path - the run's
   * @param {AbortSignal} options.signal
   * @param {() => boolean} options.isActive - whether the run may go on
   * @param {() => void} options.onchange
   * @param {(error: Error) => void} options.onerror
   */
  constructor({ path, signal, isActive, onchange, onerror }) {
    this.path = path;
    this.signal = signal;
    this.onchange = onchange;
    this.onerror = onerror;
    this.overview = null;
    this.detail = null;
    this.range = null;
    poll(address("/api/curves", { path, points }), {
      signal,
      pause: () => (isActive() ? 2000 : 20000),
      onError: onerror,
      onData: (data) => {
        this.overview = data;
        if (this.range) this.fetchDetail();
        onchange();
      },
    });
  }

  /** What is drawn: the finer data once they are there. */
  get shown() {
    return this.detail ?? this.overview;
  }

  /** The last `x`, in steps or seconds. */
  end(isTime) {
    const data = this.overview;
    if (!data) return 0;
    const [xs, others] = isTime
      ? [data.seconds, data.validation?.seconds]
      : [data.step, data.validation?.step];
    return Math.max(xs?.at(-1) ?? 0, others?.at(-1) ?? 0);
  }

  /** Looks more closely at a range, in steps or seconds; null for all. */
  look(range, isTime) {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.range =
      range && this.overview
        ? range.map((x) =>
            isTime ? interpolate(this.overview.seconds ?? [], this.overview.step ?? [], x) : x,
          )
        : null;
    if (!this.range) {
      this.detail = null;
      return;
    }
    // What is there is of another range, and coarse is better than missing.
    if (this.detail && !(this.detail.from <= this.range[0] && this.detail.to >= this.range[1]))
      this.detail = null;
    this.timer = setTimeout(() => this.fetchDetail(), 150);
  }

  async fetchDetail() {
    const [from, to] = [Math.max(Math.floor(this.range[0]), 0), Math.ceil(this.range[1])];
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const signal = AbortSignal.any([asking.signal, this.signal]);
    try {
      const data = await getJSON(address("/api/curves", { path: this.path, points, from, to }), { signal });
      if (signal.aborted || !this.range) return;
      this.detail = { ...data, from, to };
      this.onchange();
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof ApiError)) throw error;
      this.onerror(error);
    }
  }
}

/** A column without what is no number, such as `"nan"`. */
export function column(values) {
  return (values ?? []).map(finite);
}
