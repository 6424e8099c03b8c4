// All jobs that the server remembers.

import { poll } from "./api.js";
import { el, fill, setText } from "./dom.js";
import { counted } from "./format.js";
import { isOpen, JobRow } from "./job-list.js";
import { trouble } from "./notices.js";

/** Shows the page. */
export function show({ element, signal, setTitle }) {
  setTitle("Jobs");
  const rows = new Map();
  const list = el("ul.jobs", { id: "jobs", "aria-label": "Jobs" });
  const place = el("div");
  const summary = el("p.muted", { role: "status" });
  const none = el(
    "section.panel.teach",
    { hidden: true },
    el("h2", {}, "No jobs yet"),
    el(
      "p",
      {},
      "Trainings, splits and reports that are started on these pages are listed here, with their progress. The last hundred are kept while the server runs.",
    ),
    el(
      "p.row",
      {},
      el("a.button", { href: "#/split" }, "Split an image"),
      el("a.button", { href: "#/train" }, "New training"),
    ),
  );
  fill(element, el("div.heading", {}, el("h1", {}, "Jobs"), summary), place, none, list);
  const polling = poll("/api/jobs", {
    signal,
    pause: (data) => (data?.jobs.some(isOpen) ? 1500 : 5000),
    onError: (error) => fill(place, trouble(error.message)),
    onData: ({ jobs }) => {
      fill(place);
      none.hidden = jobs.length > 0;
      const open = jobs.filter(isOpen).length;
      setText(summary, jobs.length ? `${counted(jobs.length, "job")}, ${open} not done yet` : "");
      const ids = new Set(jobs.map((job) => job.id));
      for (const [id, row] of rows) {
        if (ids.has(id)) continue;
        row.element.remove();
        rows.delete(id);
      }
      jobs.forEach((job, index) => {
        if (rows.has(job.id)) rows.get(job.id).update(job);
        else rows.set(job.id, new JobRow(job));
        const { element: row } = rows.get(job.id);
        if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
      });
    },
  });
  document.addEventListener("usplit-jobs", polling.now, { signal });
}
