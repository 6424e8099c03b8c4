// One run: how it stands, its curves, previews, settings, and what can be done with it.

import { address, poll } from "./api.js";
import { el, fill, progressBar, setText } from "./dom.js";
import { finite, lastName, number, shortPath } from "./format.js";
import { showError, trouble } from "./notices.js";
import { previewPanel } from "./previews.js";
import { runActions } from "./run-actions.js";
import { isActive, stateMark, stateSentence, statusLines } from "./run-words.js";
import { settingsTree } from "./settings.js";

function psnrTable(channels) {
  return el(
    "table",
    {},
    el("caption", {}, "PSNR of the validation in dB"),
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        ["target", "last", "best", "input itself"].map((text, place) =>
          el(place ? "th.n" : "th", { scope: "col" }, text),
        ),
      ),
    ),
    el(
      "tbody",
      {},
      channels.map((channel) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, channel.name),
          [channel.last, channel.best, channel.trivial].map((value) => el("td.n", {}, number(value))),
        ),
      ),
    ),
  );
}

/** The log, which stays at its end unless somebody scrolled up in it. */
function logPanel() {
  const text = el("pre", { tabindex: 0, id: "run-log", "aria-label": "Last lines of the log" });
  const element = el("details.panel", { hidden: true }, el("summary", {}, el("h2", {}, "Log")), text);
  element.addEventListener("toggle", () => {
    text.scrollTop = text.scrollHeight;
  });
  return {
    element,
    update(log) {
      element.hidden = !log;
      const isAtEnd = text.scrollTop + text.clientHeight >= text.scrollHeight - 4;
      setText(text, log ?? "");
      if (isAtEnd) text.scrollTop = text.scrollHeight;
    },
  };
}

/** Shows the page. */
export async function show({ element, path, signal, setTitle }) {
  const name = lastName(path);
  setTitle(name);
  const mark = el("div", { id: "run-state" });
  const sentence = el("p", { id: "run-sentence" });
  const lines = el("div.status-lines", { id: "run-lines" });
  const bar = progressBar("Progress of the training");
  const scores = el("div");
  const place = el("div");
  const advice = el("section.panel", { hidden: true, id: "run-advice" });
  const settings = el("details.panel", {}, el("summary", {}, el("h2", {}, "Settings")));
  const curves = el("div", {}, el("p.loading", {}, "Loading the curves …"));
  const previews = previewPanel();
  const log = logPanel();
  let run = null;
  let shownSettings = "";
  let shownAdvice = "";

  const polling = poll(address("/api/run", { path }), {
    signal,
    pause: (data) => pause(data),
    onError: (error) => (run ? fill(place, trouble(error.message)) : showError(error, place)),
    onData: update,
  });
  const actions = runActions({ path, signal, refresh: polling.now });

  function pause(data) {
    if (data?.beginning) return data.beginning.error ? 8000 : 1000;
    return data && isActive(data.status.state) ? 2000 : 8000;
  }

  /** Shows a training whose folder is not there yet: it looks at its images first. */
  function showBeginning(job) {
    const state = job.state === "running" ? "starting" : job.state;
    if (mark.dataset.state !== state) fill(mark, stateMark(state));
    mark.dataset.state = state;
    setText(sentence, job.message ?? "");
    fill(place, job.error ? trouble(job.error) : null);
  }

  function update(data) {
    if (data.beginning) return showBeginning(data.beginning);
    if (!run) beginCurves();
    run = data;
    const { status } = data;
    fill(place);
    if (mark.dataset.state !== status.state) fill(mark, stateMark(status.state));
    mark.dataset.state = status.state;
    setText(sentence, stateSentence(status));
    const texts = statusLines(status);
    if (lines.dataset.text !== texts.join("\n")) {
      lines.dataset.text = texts.join("\n");
      fill(
        lines,
        texts.map((text) => el("p", {}, text)),
      );
    }
    bar.set(status.done);
    if (status.channels.some((channel) => finite(channel.last) !== null || finite(channel.trivial) !== null))
      fill(scores, psnrTable(status.channels));
    actions.update(data);
    previews.update(data.previews ?? []);
    log.update(data.log);
    showAdvice(data.advice ?? []);
    const text = JSON.stringify(data.configuration);
    if (text !== shownSettings) {
      shownSettings = text;
      fill(settings, el("summary", {}, el("h2", {}, "Settings")), settingsTree(data.configuration));
    }
  }

  function showAdvice(sentences) {
    const texts = sentences.map((each) => each.sentence ?? each);
    if (texts.join("\n") === shownAdvice) return;
    shownAdvice = texts.join("\n");
    advice.hidden = !texts.length;
    fill(
      advice,
      el("h2", {}, "What the metrics say"),
      el(
        "ul.advice",
        {},
        texts.map((text) => el("li", {}, text)),
      ),
    );
  }

  fill(
    element,
    el("p.crumb", {}, el("a", { href: "#/runs" }, "Runs"), ` / ${shortPath(path)}`),
    el("div.heading", {}, el("h1", {}, name), actions.element),
    actions.form,
    place,
    el(
      "div.columns",
      {},
      el(
        "div.stack.side",
        {},
        el("section.panel", {}, el("h2.unseen", {}, "State"), mark, sentence, lines, bar.element, scores),
        advice,
        previews.element,
      ),
      el("div.stack", {}, el("section.panel", {}, el("h2", {}, "Curves"), curves), settings, log.element),
    ),
  );

  async function beginCurves() {
    const { showCurves } = await import("./curves.js");
    if (signal.aborted) return;
    showCurves(curves, { runs: [{ path, name }], signal, isActive: () => isActive(run.status.state) });
  }
}
