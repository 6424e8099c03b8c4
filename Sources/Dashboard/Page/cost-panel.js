// What a training will cost: parameters, memory, time.

import { isAbort, postJSON } from "./api.js";
import { el, fill } from "./dom.js";
import { count, duration, finite, memory, short } from "./format.js";
import { trouble } from "./notices.js";

const pause = 500;

/**
 * A panel that asks the server when nothing was changed for half a second.
 *
 * @param {AbortSignal} signal
 * @returns {{element: HTMLElement, update(request: object): void}}
 */
export function costPanel(signal) {
  const facts = el("dl.facts", { id: "cost-facts" });
  const words = el("div.stack", { style: { gap: "8px" }, "aria-live": "polite" });
  const chosen = el("details", { hidden: true });
  const body = el("div.stack", {}, facts, words, chosen);
  const element = el("section.panel.cost", { id: "cost" }, el("h2", {}, "What it costs"), body);
  let timer = null;
  let asking = null;
  let last = null;

  function row(name, value) {
    return value === null || value === undefined || value === "–"
      ? null
      : [el("dt", {}, name), el("dd", {}, value)];
  }

  function show(cost) {
    const need = cost.trainingMemory ?? cost.memoryBytes;
    const time = finite(cost.seconds);
    fill(
      facts,
      row("Memory of a step", memory(need)),
      row("Parameters", count(cost.parameters)),
      row(
        "Computing",
        finite(cost.gigaflopPerPatch) === null ? null : `${short(cost.gigaflopPerPatch, 3)} GFLOP per patch`,
      ),
      row("Time", time ? `${duration(time)} at most` : null),
    );
    const sentences = Array.isArray(cost.estimate) ? cost.estimate : [cost.estimate].filter(Boolean);
    fill(
      words,
      sentences.map((text) => el("p", {}, text)),
      (cost.warnings ?? []).map((text) => el("p.warning", { "data-test": "cost-warning" }, text)),
    );
    const settings = Object.entries(cost.settings ?? {});
    chosen.hidden = !settings.length;
    fill(
      chosen,
      el("summary", {}, "What was chosen for it"),
      el(
        "dl.facts",
        {},
        settings.map(([key, value]) => [
          el("dt.mono", {}, key),
          el("dd.mono", {}, typeof value === "string" ? value : JSON.stringify(value)),
        ]),
      ),
    );
  }

  async function ask(request) {
    asking?.abort();
    asking = new AbortController();
    body.classList.add("busy");
    try {
      show(await postJSON("/api/describe", request, { signal: AbortSignal.any([asking.signal, signal]) }));
    } catch (error) {
      if (isAbort(error)) return;
      // It comes while somebody types, so it is told here alone.
      fill(words, trouble(error.message));
    }
    body.classList.remove("busy");
  }

  fill(facts, row("Memory of a step", "is computed …"));
  return {
    element,
    update(request) {
      const text = JSON.stringify(request);
      if (text === last) return;
      last = text;
      clearTimeout(timer);
      timer = setTimeout(() => !signal.aborted && ask(request), pause);
    },
  };
}
