// Scores of predictions against the true structures.

import { address, getJSON } from "./api.js";
import { el } from "./dom.js";
import { finite, number } from "./format.js";
import { modelName } from "./model-choice.js";

const measures = [
  ["rangeInvariantPSNR", "PSNR, range-invariant, dB", 2],
  ["psnr", "PSNR, dB", 2],
  ["ssim", "SSIM", 3],
  ["pearson", "Pearson", 3],
  ["rmse", "RMSE, grey values", 1],
];

/**
 * Scores every result and makes a table of it.
 *
 * @param {Array<{model: object, path: string}>} results
 * @param {Array<{name: string, path: string, channel: ?number}>} targets
 * @param {AbortSignal} signal
 * @returns {Promise<HTMLElement>}
 */
export async function scoreTable(results, targets, signal) {
  const rows = await Promise.all(
    targets.flatMap((target) =>
      results
        .filter(({ model }) => model?.targets?.includes(target.name))
        .map(async ({ model, path }) => ({
          target,
          model,
          score: await getJSON(
            address("/api/score", {
              prediction: path,
              target: target.path,
              channel: model.targets.indexOf(target.name),
              targetChannel: target.channel ?? 0,
              t: 0,
              z: 0,
            }),
            { signal },
          ),
        })),
    ),
  );
  const shown = measures.filter(([key]) => rows.some((row) => finite(row.score[key]) !== null));
  const isBest = (row) =>
    rows
      .filter((each) => each.target === row.target)
      .every(
        (each) =>
          (finite(each.score.rangeInvariantPSNR) ?? -1e9) <= (finite(row.score.rangeInvariantPSNR) ?? -1e9),
      );
  return el(
    "div.panel.scroll",
    { tabindex: 0, role: "region", "aria-label": "Scores" },
    el(
      "table",
      {},
      el("caption", {}, "Scores of the first frame against the true structures"),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el("th", { scope: "col" }, "structure"),
          el("th", { scope: "col" }, "model"),
          shown.map(([, words]) => el("th.n", { scope: "col" }, words)),
        ),
      ),
      el(
        "tbody",
        {},
        rows.map((row) =>
          el(
            "tr",
            { class: isBest(row) ? "differs" : null },
            el("th", { scope: "row" }, row.target.name),
            el("td", {}, modelName(row.model), isBest(row) ? " (best)" : ""),
            shown.map(([key, , digits]) => el("td.n", {}, number(row.score[key], digits))),
          ),
        ),
      ),
    ),
  );
}
