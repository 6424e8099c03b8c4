// Where values lie along an axis, and which of them are written beside it.

import { short } from "./format.js";

const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/** The next of 1, 2 and 5 times a power of ten. */
function roundStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough * 0.999);
}

/**
 * Round values within a range.
 *
 * @param {number} from
 * @param {number} to
 * @param {number} wanted - about how many
 * @param {{isTime?: boolean, isWhole?: boolean}} [kind] - whether they are seconds, or counts
 * @returns {{values: number[], step: number}}
 */
export function ticks(from, to, wanted, { isTime = false, isWhole = false } = {}) {
  const rough = (to - from) / Math.max(wanted, 1);
  if (!(rough > 0) || !Number.isFinite(rough)) return { values: [from], step: 1 };
  let step = roundStep(rough);
  if (isTime && rough > 1) step = seconds.find((each) => each >= rough) ?? Math.ceil(rough / 86400) * 86400;
  if (isWhole) step = Math.max(step, 1);
  const values = [];
  for (let place = Math.ceil(from / step - 1e-9); place * step <= to + step * 1e-9; place += 1)
    values.push(place * step);
  return { values, step };
}

/** Round values within a range of a logarithmic axis, at most about so many. */
export function logTicks(from, to, wanted) {
  const decades = Math.log10(to / from);
  if (decades < 0.7) return ticks(from, to, wanted).values;
  const factors = decades > 3 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
  const skip = decades > 3 ? Math.max(Math.round(decades / wanted), 1) : 1;
  const values = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power += skip) {
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= from * 0.999 && value <= to * 1.001) values.push(value);
    }
  }
  return values;
}

/** The words beside values that lie so far apart. */
export function tickText(value, step) {
  if (value === 0) return "0";
  if (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3) return short(value, 3);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toFixed(Math.min(digits, 6)).replace("-", "−");
}

/** A number of training steps beside an axis. */
export function stepText(value) {
  if (value >= 1e6) return `${Number((value / 1e6).toFixed(2))} M`;
  return value >= 10000 ? `${Number((value / 1000).toFixed(1))} k` : String(Math.round(value));
}

/** A time beside an axis, in its largest unit. */
export function timeText(value) {
  if (value === 0) return "0";
  if (value < 60) return `${Number(value.toFixed(1))} s`;
  if (value < 3600)
    return value % 60
      ? `${Math.floor(value / 60)}:${String(Math.round(value % 60)).padStart(2, "0")} min`
      : `${value / 60} min`;
  const hours = Math.floor(value / 3600);
  const minutes = Math.round((value % 3600) / 60);
  return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
}

/**
 * The range of an axis that shows values well.
 *
 * Single values far beyond all others, such as the losses of the first steps, would flatten the rest:
 * on a linear axis they are cut, and counted.
 *
 * @param {number[]} values - finite, what is to be seen
 * @param {boolean} isLog
 * @returns {{from: number, to: number, cut: number}}
 */
export function valueRange(values, isLog) {
  const usable = (isLog ? values.filter((value) => value > 0) : [...values]).sort((a, b) => a - b);
  if (!usable.length) return { from: isLog ? 0.1 : 0, to: 1, cut: 0 };
  let [from, to] = [usable[0], usable[usable.length - 1]];
  let cut = 0;
  if (isLog) {
    const margin = (to / from) ** 0.05;
    return from === to ? { from: from / 2, to: to * 2, cut } : { from: from / margin, to: to * margin, cut };
  }
  const high = usable[Math.floor(0.98 * (usable.length - 1))];
  const low = usable[Math.floor(0.02 * (usable.length - 1))];
  if (usable.length > 50 && high > low) {
    const reach = 0.6 * (high - low);
    const shown = usable.filter((value) => value <= high + reach && value >= low - reach);
    // Few values beyond are cut; where there are many, they belong to the curve.
    if (shown.length >= 0.97 * usable.length) {
      cut = usable.length - shown.length;
      [from, to] = [shown[0], shown[shown.length - 1]];
    }
  }
  if (from === to)
    return { from: from - Math.abs(from) * 0.1 - 1e-6, to: to + Math.abs(to) * 0.1 + 1e-6, cut };
  const margin = (to - from) * 0.06;
  return { from: from >= 0 && from < margin ? 0 : from - margin, to: to + margin, cut };
}

/** The place of the value nearest to `x` in ascending values; −1 where there are none. */
export function nearest(values, x) {
  if (!values.length) return -1;
  let low = 0;
  let high = values.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle] <= x) low = middle;
    else high = middle;
  }
  return Math.abs(values[low] - x) <= Math.abs(values[high] - x) ? low : high;
}
