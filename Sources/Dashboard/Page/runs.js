// Every run below the root.

import { fileAddress, poll } from "./api.js";
import { action, el, fill, progressBar, setText } from "./dom.js";
import { counted, date, duration, finite, moment, number, shortPath } from "./format.js";
import { notice, showError, trouble } from "./notices.js";
import { isActive, pageLink, runLink, stateMark, stateWord } from "./run-words.js";

const orders = {
  modified: { words: "changed last", key: (run) => -(moment(run.modified) ?? 0) },
  name: { words: "name", key: (run) => run.path.toLowerCase() },
  state: {
    words: "state",
    key: (run) => ["training", "starting", "silent", "stopped", "finished"].indexOf(run.state),
  },
  psnr: { words: "best PSNR", key: (run) => -(finite(run.bestPSNR) ?? -1000) },
};

/** One run as a row whose parts change in place, so that nothing jumps or loses the focus. */
class RunRow {
  constructor(run, onselect) {
    this.box = el("input", {
      type: "checkbox",
      "aria-label": `Select ${shortPath(run.path)}`,
      onchange: onselect,
    });
    this.picture = el("a.thumb", { href: runLink(run.path), tabindex: -1, "aria-hidden": "true" });
    this.state = el("div");
    this.bar = progressBar(`Progress of ${shortPath(run.path)}`);
    this.progress = el("span");
    this.scores = el("div.scores");
    this.when = el("span.muted");
    const targets = (run.targets ?? []).join(", ");
    this.element = el(
      "li.run",
      { "data-run": run.path },
      el("div.pick", {}, this.box),
      this.picture,
      el(
        "div.what",
        {},
        el("a.name", { href: runLink(run.path) }, shortPath(run.path)),
        el("div.muted", {}, [targets, run.network].filter(Boolean).join(" · ")),
      ),
      el("div.how", {}, this.state, this.bar.element, el("div.muted", {}, this.progress)),
      this.scores,
      el("div.when", {}, this.when),
    );
    this.update(run);
  }

  update(run) {
    this.run = run;
    if (this.shownState !== run.state) fill(this.state, stateMark(run.state));
    this.shownState = run.state;
    this.bar.set(run.done);
    const parts = [`step ${run.step ?? 0}${finite(run.totalSteps) === null ? "" : ` of ${run.totalSteps}`}`];
    if (finite(run.remaining) !== null) parts.push(`${duration(run.remaining)} left`);
    else if (finite(run.seconds) !== null) parts.push(duration(run.seconds));
    setText(this.progress, parts.join(", "));
    this.showScores(run);
    setText(this.when, date(run.modified));
    if (run.preview !== this.preview) {
      this.preview = run.preview;
      fill(
        this.picture,
        run.preview ? el("img", { src: fileAddress(run.preview), alt: "", loading: "lazy" }) : null,
      );
    }
  }

  showScores(run) {
    const best = finite(run.bestPSNR);
    const trivial = finite(run.trivialPSNR);
    const gain = best !== null && trivial !== null ? best - trivial : null;
    const texts =
      best === null
        ? ["no validation yet", ""]
        : [
            `${number(best)} dB`,
            gain === null
              ? "best PSNR"
              : `${gain < 0 ? "−" : "+"}${number(Math.abs(gain))} dB over the input`,
          ];
    if (texts.join() === this.texts) return;
    this.texts = texts.join();
    fill(
      this.scores,
      el(best === null ? "div.muted" : "div.big", {}, texts[0]),
      el("div.muted", {}, texts[1]),
    );
  }
}

function empty() {
  return el(
    "section.panel.teach",
    { "data-test": "no-runs" },
    el("h2", {}, "No runs yet"),
    el(
      "p",
      {},
      "A run is a training: it learns from images of each structure alone, and its model then splits images that show them together.",
    ),
    el("p", {}, el("a.button.primary", { href: "#/train" }, "New training")),
    el("p", {}, "Or in a terminal, in the folder that usplit serve shows:"),
    el(
      "pre",
      { tabindex: 0 },
      "usplit train --target actin=actin.ome.tif --target nuclei=nuclei.ome.tif --time 7m -o runs/first",
    ),
    el("p", {}, "Nothing to train on? This draws cells to try with:"),
    el("pre", { tabindex: 0 }, "usplit synthesize cells --structure nuclei --structure filaments -o cells"),
  );
}

/** Shows the page. */
export function show({ element, query, signal, setTitle }) {
  setTitle("Runs");
  const rows = new Map();
  const list = el("ul.runs", { id: "runs", "aria-label": "Runs" });
  const summary = el("p.muted", { role: "status", id: "runs-summary" });
  const place = el("div");
  const body = el("div", {}, el("p.loading", {}, "Looking for runs …"));
  const filter = el("input", {
    type: "search",
    id: "runs-filter",
    "aria-label": "Filter by name, target, network or state",
    placeholder: "Filter",
    value: query.get("filter") ?? "",
    oninput: () => arrange(),
  });
  const order = el(
    "select",
    { id: "runs-order", "aria-label": "Order", onchange: () => arrange() },
    Object.entries(orders).map(([value, { words }]) => el("option", { value }, `by ${words}`)),
  );
  const compare = action("Compare curves", {
    id: "compare-runs",
    onclick: () => {
      location.hash = pageLink(
        "curves",
        selected().map((row) => ["run", row.run.path]),
      );
    },
    onrefused: (reason) => notice(reason),
  });
  let isTruncated = false;

  const selected = () => [...rows.values()].filter((row) => row.box.checked);

  function showSelection() {
    const chosen = selected().length;
    compare.set(
      chosen < 2
        ? "Select at least two runs, then their curves can be compared."
        : chosen > 8
          ? "At most eight runs can be compared."
          : null,
    );
    setText(compare.button, chosen > 0 ? `Compare curves (${chosen})` : "Compare curves");
  }

  function arrange() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { key } = orders[order.value];
    const all = [...rows.values()].sort((a, b) => {
      const [left, right] = [key(a.run), key(b.run)];
      return left < right
        ? -1
        : left > right
          ? 1
          : a.run.path.localeCompare(b.run.path, undefined, { numeric: true });
    });
    let visible = 0;
    all.forEach((row, place) => {
      const text =
        `${row.run.path} ${(row.run.targets ?? []).join(" ")} ${row.run.network ?? ""} ${stateWord(row.run.state)}`.toLowerCase();
      row.element.hidden = !words.every((word) => text.includes(word));
      if (!row.element.hidden) visible += 1;
      // Moving a row takes the focus out of it, so only those that are elsewhere are moved.
      if (list.children[place] !== row.element) list.insertBefore(row.element, list.children[place] ?? null);
    });
    const training = all.filter((row) => row.run.state === "training").length;
    const parts = [
      visible === all.length ? counted(all.length, "run") : `${visible} of ${counted(all.length, "run")}`,
    ];
    if (training) parts.push(`${training} training`);
    if (isTruncated) parts.push("there are more: open a folder further down with usplit serve FOLDER");
    setText(summary, parts.join(", "));
  }

  function update(data) {
    isTruncated = data.truncated;
    fill(place);
    const paths = new Set(data.runs.map((run) => run.path));
    for (const [path, row] of rows) {
      if (paths.has(path)) continue;
      row.element.remove();
      rows.delete(path);
    }
    for (const run of data.runs) {
      const row = rows.get(run.path);
      if (row) row.update(run);
      else rows.set(run.path, new RunRow(run, showSelection));
    }
    const content = data.runs.length ? list : null;
    tools.hidden = !content;
    if (content && body.firstChild !== list) fill(body, list);
    if (!content && !body.querySelector(".teach")) fill(body, empty());
    arrange();
    showSelection();
  }

  const tools = el("div.tools", { hidden: true }, filter, order, compare.element, summary);
  fill(
    element,
    el(
      "div.heading",
      {},
      el("h1", {}, "Runs"),
      el("a.button.primary", { href: "#/train", id: "new-training" }, "New training"),
    ),
    tools,
    place,
    body,
  );
  poll("/api/runs", {
    signal,
    onData: update,
    // Long lists take long to send, also through a tunnel.
    pause: (data) => (data?.runs.some((run) => isActive(run.state)) ? 2000 : 6000) + 10 * rows.size,
    onError: (error) => {
      if (rows.size) fill(place, trouble(error.message));
      else showError(error, body);
    },
  });
}
