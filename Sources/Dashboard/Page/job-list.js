// Jobs: what the server is doing, with progress and cancel.

import { fileAddress, poll, postJSON } from "./api.js";
import { el, fill, progressBar, setText } from "./dom.js";
import { date, duration, finite, number } from "./format.js";
import { showError, trouble } from "./notices.js";
import { pageLink, runLink, stateMark } from "./run-words.js";

/** Whether a job has not ended. */
export function isOpen(job) {
  return job.state === "waiting" || job.state === "running";
}

/** Where the result of a job is to be seen, or null. */
export function resultLink(job) {
  const path = job.result?.path;
  if (!path) return null;
  if (job.kind === "train") return { href: runLink(path), words: "Open the run" };
  if (job.kind === "report") return { href: fileAddress(path), words: "Open the report", isFile: true };
  const images = [job.result.image, path].filter(Boolean).map((image) => ["image", image]);
  return { href: pageLink("view", images), words: "Open the result" };
}

/** One job; its parts change in place. */
export class JobRow {
  /** @param {object} job @param {string} [tag] */
  constructor(job, tag = "li") {
    this.state = el("span");
    this.bar = progressBar(job.title);
    this.words = el("span.muted");
    this.place = el("div");
    // A training keeps its state and can be resumed, so it is stopped rather than cancelled.
    const word = job.kind === "train" ? "Stop" : "Cancel";
    this.cancel = el(
      "button.small",
      {
        type: "button",
        "aria-label": `${word}: ${job.title}`,
        "data-test": "job-cancel",
        onclick: () => this.stop(),
      },
      word,
    );
    this.link = el("a.button.small", { hidden: true, "data-test": "job-result" });
    this.element = el(
      `${tag}.job`,
      { "data-job": job.id },
      el("div.line", {}, el("span.grow", {}, job.title), this.state, this.link, this.cancel),
      this.bar.element,
      this.words,
      this.place,
    );
    this.update(job);
  }

  async stop() {
    this.cancel.disabled = true;
    try {
      await postJSON("/api/jobs/cancel", { id: this.job.id });
      document.dispatchEvent(new Event("usplit-jobs"));
    } catch (error) {
      this.cancel.disabled = false;
      showError(error, this.place);
    }
  }

  update(job) {
    const isNew = job.state !== this.job?.state;
    this.job = job;
    this.bar.set(job.state === "done" ? 1 : job.done);
    setText(this.words, this.sentence());
    if (!isNew) return;
    fill(this.state, stateMark(job.state));
    this.element.dataset.state = job.state;
    this.cancel.hidden = !isOpen(job);
    this.bar.element.hidden = !isOpen(job);
    if (job.error) fill(this.place, trouble(job.error));
    const link = resultLink(job);
    this.link.hidden = !link || (job.kind !== "train" && job.state !== "done");
    if (!link) return;
    this.link.href = link.href;
    setText(this.link, link.words);
    if (link.isFile) Object.assign(this.link, { target: "_blank", rel: "noopener" });
  }

  sentence() {
    const { job } = this;
    const parts = [];
    if (job.state === "running") {
      if (finite(job.done) !== null) parts.push(`${number(100 * job.done, 0)} %`);
      if (finite(job.remaining) !== null) parts.push(`${duration(job.remaining)} left`);
    }
    if (job.state === "waiting") parts.push("waits until another job is done");
    if (job.message) parts.push(job.message);
    if (!isOpen(job) && job.ended) parts.push(`ended ${date(job.ended)}`);
    else if (job.state === "running" && job.started) parts.push(`since ${date(job.started)}`);
    return parts.join(", ");
  }
}

/**
 * Shows some jobs until they have ended.
 *
 * @param {HTMLElement} element - filled
 * @param {string[]} ids
 * @param {{signal: AbortSignal, onEnd: (jobs: object[]) => void}} options - `onEnd` is called once
 */
export function followJobs(element, ids, { signal, onEnd }) {
  const rows = new Map();
  const list = el("ul.jobs", { "aria-label": "Progress" });
  const place = el("div");
  const ended = new AbortController();
  fill(element, list, place);
  const polling = poll("/api/jobs", {
    signal: AbortSignal.any([signal, ended.signal]),
    pause: () => 1000,
    onError: (error) => fill(place, trouble(error.message)),
    onData: ({ jobs }) => {
      const known = ids.map((id) => jobs.find((job) => job.id === id)).filter(Boolean);
      for (const job of known) {
        const row = rows.get(job.id);
        if (row) row.update(job);
        else {
          rows.set(job.id, new JobRow(job));
          list.append(rows.get(job.id).element);
        }
      }
      fill(
        place,
        known.length < ids.length
          ? el("p.muted", {}, "The server has forgotten this job; it was started anew since.")
          : null,
      );
      if (known.some(isOpen)) return;
      ended.abort();
      document.dispatchEvent(new Event("usplit-jobs"));
      onEnd(known);
    },
  });
  document.addEventListener("usplit-jobs", polling.now, { signal: AbortSignal.any([signal, ended.signal]) });
}

/** Shows one job until it has ended; as {@link followJobs}. */
export function followJob(element, id, { signal, onEnd }) {
  followJobs(element, [id], { signal, onEnd: ([job]) => job && onEnd(job) });
}
