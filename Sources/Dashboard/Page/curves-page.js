// The curves of several runs over each other, and what differs between their settings.

import { address, getJSON, poll } from "./api.js";
import { showCurves } from "./curves.js";
import { el, fill } from "./dom.js";
import { lastName, number } from "./format.js";
import { showError, trouble } from "./notices.js";
import { isActive, runLink, stateMark } from "./run-words.js";
import { settingsTable } from "./settings.js";

/** Names that differ: as much of each path as that needs. */
function names(paths) {
  const last = paths.map(lastName);
  return new Set(last).size === last.length ? last : paths;
}

/** Shows the page. */
export async function show({ element, query, signal, setTitle }) {
  const paths = [...new Set(query.getAll("run"))];
  setTitle("Curves");
  const curves = el("div");
  const settings = el("section.panel", {}, el("h2", {}, "Settings"), el("p.loading", {}, "Loading …"));
  const table = el("div.scroll", { tabindex: 0, role: "region", "aria-label": "Runs" });
  const place = el("div");
  fill(
    element,
    el("p.crumb", {}, el("a", { href: "#/runs" }, "Runs"), " / curves"),
    el("div.heading", {}, el("h1", {}, "Curves of several runs")),
    place,
  );
  if (!paths.length) {
    fill(
      place,
      el(
        "p",
        {},
        "Select runs in the ",
        el("a", { href: "#/runs" }, "list of runs"),
        " to compare their curves.",
      ),
    );
    return;
  }
  element.append(
    el(
      "div.stack",
      {},
      el("section.panel", {}, el("h2", {}, "Curves"), curves),
      el("section.panel", {}, el("h2", {}, "Runs"), table),
      settings,
    ),
  );
  const titles = names(paths);
  const states = new Map();
  showCurves(curves, {
    runs: paths.map((path, index) => ({ path, name: titles[index] })),
    signal,
    isActive: (path) => isActive(states.get(path) ?? "training"),
  });

  poll("/api/runs", {
    signal,
    pause: () => 4000,
    onError: (error) => fill(table, trouble(error.message)),
    onData: ({ runs }) => {
      const chosen = paths.map((path) => runs.find((run) => run.path === path)).filter(Boolean);
      for (const run of chosen) states.set(run.path, run.state);
      const text = JSON.stringify(chosen);
      if (table.dataset.text === text) return;
      table.dataset.text = text;
      fill(
        table,
        el(
          "table",
          {},
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              ["run", "state"].map((word) => el("th", { scope: "col" }, word)),
              ["step", "best PSNR, dB", "over the input, dB"].map((word) =>
                el("th.n", { scope: "col" }, word),
              ),
            ),
          ),
          el(
            "tbody",
            {},
            chosen.map((run) =>
              el(
                "tr",
                {},
                el(
                  "th",
                  { scope: "row" },
                  el("a", { href: runLink(run.path) }, titles[paths.indexOf(run.path)]),
                ),
                el("td", {}, stateMark(run.state)),
                el("td.n", {}, run.step),
                el("td.n", {}, number(run.bestPSNR)),
                el("td.n", {}, number(run.bestPSNR - run.trivialPSNR)),
              ),
            ),
          ),
        ),
      );
    },
  });

  try {
    const all = await Promise.all(paths.map((path) => getJSON(address("/api/run", { path }), { signal })));
    fill(
      settings,
      el("h2", {}, "Settings"),
      settingsTable(all.map((run, index) => ({ name: titles[index], configuration: run.configuration }))),
    );
  } catch (error) {
    if (signal.aborted) return;
    const where = el("div");
    fill(settings, el("h2", {}, "Settings"), where);
    showError(error, where);
  }
}
