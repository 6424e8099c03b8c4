// The settings of runs: as a tree, and side by side.

import { el, fill } from "./dom.js";
import { notice } from "./notices.js";

function isBranch(value) {
  return (
    value !== null &&
    typeof value === "object" &&
    (Array.isArray(value)
      ? value.some((each) => each !== null && typeof each === "object")
      : Object.keys(value).length > 0)
  );
}

function text(value) {
  if (value === undefined) return "–";
  return typeof value === "string" ? value || "(empty)" : JSON.stringify(value);
}

function branch(value, isOuter) {
  return el(
    isOuter ? "ul.tree.outer" : "ul.tree",
    {},
    Object.entries(value).map(([key, each]) =>
      el(
        "li",
        {},
        isBranch(each)
          ? el("details", {}, el("summary", {}, el("span.key", {}, key)), branch(each, false))
          : [el("span.key", {}, `${key}: `), el("span.mono", {}, text(each))],
      ),
    ),
  );
}

/** Copies a text, or says that the browser does not let it. */
async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    notice("Copied.");
  } catch {
    notice("The browser does not allow copying here; select the text instead.", { isError: true });
  }
}

/**
 * The settings of a run, folded.
 *
 * @param {object} configuration
 * @returns {HTMLElement}
 */
export function settingsTree(configuration) {
  const tree = el("div");
  let isPlain = false;
  const words = JSON.stringify(configuration, null, 2);
  const plain = el(
    "button.small",
    {
      type: "button",
      "aria-pressed": "false",
      onclick: () => {
        isPlain = !isPlain;
        plain.setAttribute("aria-pressed", String(isPlain));
        draw();
      },
    },
    "As JSON",
  );
  const draw = () =>
    fill(
      tree,
      isPlain
        ? el("pre", { tabindex: 0, "aria-label": "Settings as JSON" }, words)
        : branch(configuration ?? {}, true),
    );
  draw();
  return el(
    "div.stack",
    {},
    el(
      "div.row",
      {},
      el("button.small", { type: "button", id: "copy-settings", onclick: () => copy(words) }, "Copy"),
      plain,
    ),
    tree,
  );
}

/** All settings by their keys, such as `training.batch`. */
function flat(value, path = "", found = {}) {
  for (const [key, each] of Object.entries(value ?? {})) {
    const place = path ? `${path}.${key}` : key;
    if (isBranch(each)) flat(each, place, found);
    else found[place] = text(each);
  }
  return found;
}

/**
 * The settings of several runs side by side; those that differ come first and are marked.
 *
 * @param {Array<{name: string, configuration: object}>} runs
 * @returns {HTMLElement}
 */
export function settingsTable(runs) {
  const all = runs.map((run) => flat(run.configuration));
  const keys = [...new Set(all.flatMap(Object.keys))];
  const differs = (key) => all.some((each) => each[key] !== all[0][key]);
  const different = keys.filter(differs);
  const same = keys.filter((key) => !differs(key));
  const rows = (some, isDifferent) =>
    some.map((key) =>
      el(
        isDifferent ? "tr.differs" : "tr",
        {},
        el("th", { scope: "row" }, el("span.mono", {}, key)),
        all.map((each) => el("td.mono", {}, each[key] ?? "–")),
      ),
    );
  const table = (caption, some, isDifferent) =>
    el(
      "div.scroll",
      { tabindex: 0, role: "region", "aria-label": caption },
      el(
        "table",
        {},
        el("caption", {}, caption),
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("th", { scope: "col" }, "setting"),
            runs.map((run) => el("th", { scope: "col" }, run.name)),
          ),
        ),
        el("tbody", {}, rows(some, isDifferent)),
      ),
    );
  return el(
    "div.stack",
    {},
    different.length
      ? table(`${different.length} settings that differ`, different, true)
      : el("p", {}, "All settings are the same."),
    el(
      "details",
      {},
      el("summary", {}, `${same.length} settings that are the same`),
      table("Settings that are the same", same, false),
    ),
  );
}
