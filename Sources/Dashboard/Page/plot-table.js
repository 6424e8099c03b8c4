// The values of a plot as a table, for those who do not see it.

import { nearest } from "./axis.js";
import { el } from "./dom.js";
import { count, duration, short } from "./format.js";

const longest = 60;

/**
 * @param {import('./plot.js').Plot} plot
 * @returns {HTMLElement}
 */
export function plotTable(plot) {
  const {
    range: [from, to],
    isTime,
  } = plot.view;
  const lines = plot.series.filter((line) => line.x.length);
  if (!lines.length) return el("p.muted", {}, "Nothing was measured yet.");
  const reference = lines.find((line) => !line.isLevel) ?? lines[0];
  const within = reference.x.filter((x) => x >= from && x <= to);
  const skip = Math.ceil(within.length / longest) || 1;
  // The last value is the one that most want, so it is always there.
  const rows = within.filter((_, place) => (within.length - 1 - place) % skip === 0);
  const label = plot.unit ? `${plot.title}, ${plot.unit}` : plot.title;
  return el(
    "div.scroll.plot-table",
    { tabindex: 0, role: "region", "aria-label": `Table of ${label}` },
    el(
      "table",
      {},
      el("caption", {}, `${label}: means of the stretches nearest to each ${isTime ? "time" : "step"}`),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el("th.n", { scope: "col" }, isTime ? "time" : "step"),
          lines.map((line) => el("th.n", { scope: "col" }, line.name)),
        ),
      ),
      el(
        "tbody",
        {},
        rows.map((x) =>
          el(
            "tr",
            {},
            el("th.n", { scope: "row" }, isTime ? duration(x) : count(x)),
            lines.map((line) => el("td.n", {}, short(line.y[line.isLevel ? 0 : nearest(line.x, x)]))),
          ),
        ),
      ),
    ),
  );
}
