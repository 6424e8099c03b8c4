// The curves of one run, or of several over each other.

import { stepText, timeText } from "./axis.js";
import { CurveData, column } from "./curve-data.js";
import { furtherKinds, mainKinds } from "./curve-kinds.js";
import { el, fill, select, setText } from "./dom.js";
import { finite } from "./format.js";
import { trouble } from "./notices.js";
import { Plot } from "./plot.js";

/**
 * Shows curves.
 *
 * @param {HTMLElement} element - filled
 * @param {object} options
 * @param {Array<{path: string, name: string}>} options.runs - at least one
 * @param {AbortSignal} options.signal - ends it
 * @param {(path: string) => boolean} options.isActive - whether a run may go on
 */
export function showCurves(element, { runs, signal, isActive }) {
  const isAlone = runs.length === 1;
  const place = el("div");
  const said = el("div.unseen", { role: "status" });
  const rangeText = el("span.muted", { id: "curves-range" });
  const reset = el(
    "button.small",
    { type: "button", id: "curves-reset", hidden: true, onclick: () => look(null) },
    "Show all",
  );
  const axis = select(
    {
      id: "curves-axis",
      "aria-label": "Horizontal axis",
      onchange: () => {
        look(null);
      },
    },
    [
      ["step", "over steps"],
      ["time", "over time"],
    ],
  );
  const channel = el(
    "select",
    { id: "curves-channel", onchange: () => update() },
    el("option", { value: "" }, "mean of the targets"),
  );
  const shown = new Map();
  const logs = new Set();
  let range = null;
  let isWaiting = false;

  const isTime = () => axis.value === "time";
  const fullRange = () => [0, Math.max(...data.map((each) => each.end(isTime())), 1)];

  function change() {
    // Several runs answer at about the same time, and are drawn once.
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      if (!signal.aborted) update();
    });
  }

  const data = runs.map(
    ({ path }) =>
      new CurveData({
        path,
        signal,
        isActive: () => isActive(path),
        onchange: change,
        onerror: (error) => fill(place, trouble(error.message)),
      }),
  );

  function look(next) {
    const all = fullRange();
    const width = next ? next[1] - next[0] : 0;
    range =
      next && width < (all[1] - all[0]) * 0.999 && width > 0
        ? [Math.max(next[0], all[0]), Math.min(next[1], all[1])]
        : null;
    for (const each of data) each.look(range, isTime());
    update();
  }

  const gestures = {
    onrange: (from, to) => look([from, to]),
    onreset: () => look(null),
    onzoom: (factor, about) => {
      const [from, to] = range ?? fullRange();
      const least = isTime() ? 1 : 4;
      if ((to - from) * factor < least) return;
      look([about - (about - from) * factor, about + (to - about) * factor]);
    },
    onpan: (share) => {
      if (!range) return;
      const all = fullRange();
      const width = range[1] - range[0];
      const from = Math.min(Math.max(range[0] + share * width, all[0]), all[1] - width);
      look([from, from + width]);
    },
    oncursor: (x, isKey = false) => {
      for (const { plot } of shown.values()) plot.setCursor(x);
      if (isKey && x !== null) say(x);
    },
  };

  function say(x) {
    const active = [...shown.values()].find(({ plot }) => plot.canvas === document.activeElement)?.plot;
    if (!active) return;
    const values = active.series
      .map((line, index) => (line.isUnlisted ? null : `${line.name} ${active.values[index].textContent}`))
      .filter(Boolean);
    setText(said, `${isTime() ? timeText(Math.round(x)) : `step ${stepText(x)}`}: ${values.join(", ")}`);
  }

  function make(kind) {
    const log = kind.canBeLog
      ? el(
          "button.small",
          {
            type: "button",
            "aria-pressed": "false",
            "aria-label": `Logarithmic axis for ${kind.title}`,
            "data-test": `log-${kind.id}`,
            onclick: () => {
              if (logs.has(kind.id)) logs.delete(kind.id);
              else logs.add(kind.id);
              log.setAttribute("aria-pressed", String(logs.has(kind.id)));
              update();
            },
          },
          "Log",
        )
      : null;
    const plot = new Plot({ ...kind, control: log, gestures });
    shown.set(kind.id, { kind, plot, log });
    return plot.element;
  }

  function series(kind) {
    const all = [];
    data.forEach((each, run) => {
      if (!each.shown) return;
      const source = each.shown;
      const steps = kind.isValidation ? (source.validation ?? {}) : source;
      const x = (isTime() ? steps.seconds : steps.step) ?? [];
      kind.lines(source, isAlone, channel.value).forEach(([name, values], place) => {
        if (!values?.some((value) => finite(value) !== null)) return;
        all.push({
          name: isAlone ? name : runs[run].name,
          color: isAlone ? place : run,
          dash: !isAlone && run > 7 ? 1 : 0,
          x,
          y: column(values),
          hasDots: kind.isValidation,
          best: kind.isValidation ? (steps.best ?? []).lastIndexOf(true) : -1,
        });
      });
      kind.levels?.(source, isAlone, channel.value).forEach(([name, value], place) => {
        if (finite(value) === null || !x.length) return;
        all.push({
          name: isAlone ? name : `${runs[run].name}, ${name}`,
          color: isAlone ? place : run,
          dash: 1,
          isLevel: true,
          isUnlisted: !isAlone,
          x: range ?? fullRange(),
          y: [value, value],
        });
      });
    });
    return all;
  }

  function update() {
    if (!data.some((each) => each.overview)) return;
    fill(place);
    showChannels();
    reset.hidden = !range;
    const words = isTime() ? timeText : stepText;
    setText(
      rangeText,
      range
        ? `${isTime() ? "time" : "steps"} ${words(Math.round(range[0]))} to ${words(Math.round(range[1]))}`
        : "drag to zoom in, double click for all",
    );
    for (const { kind, plot } of shown.values()) {
      const lines = series(kind);
      const isLog = logs.has(kind.id);
      const hidden = isLog
        ? lines.reduce((sum, line) => sum + line.y.filter((value) => value !== null && value <= 0).length, 0)
        : 0;
      const remark = !lines.length
        ? "Nothing was measured yet."
        : kind.isValidation
          ? `ring: the best validation${isAlone ? "" : "; dashed: the input itself"}`
          : hidden
            ? `${hidden} values are not positive and cannot be shown on a logarithmic axis`
            : "";
      plot.update(lines, { range: range ?? fullRange(), isTime: isTime(), isLog, remark });
    }
  }

  function showChannels() {
    if (isAlone) return;
    const names = [...new Set(data.flatMap((each) => each.overview?.targets ?? []))];
    if (names.length + 1 === channel.options.length) return;
    const chosen = channel.value;
    fill(
      channel,
      el("option", { value: "" }, "mean of the targets"),
      names.map((name) => el("option", { value: name, selected: name === chosen }, name)),
    );
  }

  const redraw = () => {
    for (const { plot } of shown.values()) plot.draw();
  };
  const more = el(
    "details",
    { ontoggle: redraw },
    el("summary", {}, "Learning rate, gradient, memory"),
    el("div.plots", {}, furtherKinds.map(make)),
  );
  fill(
    element,
    el("div.tools", {}, axis, isAlone ? null : el("label.row", {}, "PSNR of", channel), reset, rangeText),
    place,
    el("div.plots", {}, mainKinds.map(make)),
    more,
    said,
  );
  const observer = new ResizeObserver(redraw);
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect());
  document.addEventListener("usplit-theme", redraw, { signal });
  // Another screen can have other pixels.
  addEventListener("resize", redraw, { signal });
}
