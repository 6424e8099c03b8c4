// What can be done with a run: stop, resume, split with its model, write its report.

import { fileAddress, postJSON } from "./api.js";
import { action, el, field, fill, setText } from "./dom.js";
import { followJob } from "./job-list.js";
import { notice, showError } from "./notices.js";
import { pageLink } from "./run-words.js";

/** Why a run cannot be stopped, or null. */
function stopObstacle({ canStop, status }) {
  if (canStop) return null;
  if (status.state === "stopped" || status.state === "finished")
    return "It has ended, so there is nothing to stop.";
  return `It was not started on this computer, so it can only be stopped where it runs${status.host ? ` (${status.host})` : ""}.`;
}

/** Why a run cannot be resumed, or null. */
function resumeObstacle({ canResume, status }) {
  if (canResume) return null;
  if (status.state === "training" || status.state === "starting") return "It is training.";
  return "There is no saved state in its folder that it could go on from.";
}

/**
 * The buttons of a run.
 *
 * @param {{path: string, signal: AbortSignal, refresh: () => void}} options
 * @returns {{element: HTMLElement, form: HTMLElement, update(run: object): void}}
 */
export function runActions({ path, signal, refresh }) {
  const refuse = (reason) => notice(reason);
  const form = el("div.run-form", { "data-test": "run-form" });
  let run = null;
  let isBusy = false;

  const stop = action("Stop", {
    id: "run-stop",
    onrefused: refuse,
    onclick: () =>
      act(stop, async () => {
        await postJSON("/api/run/stop", { path });
        notice("Asked to stop: it saves its state after the current step and can be resumed.");
      }),
  });
  const resume = action("Resume", { id: "run-resume", onrefused: refuse, onclick: askResume });
  const split = action("Split with this model", {
    id: "run-split",
    onrefused: refuse,
    onclick: () => {
      location.hash = pageLink("split", [["model", run.model]]);
    },
  });
  const report = action("Make report", {
    id: "run-report",
    onrefused: refuse,
    onclick: () =>
      act(report, async () => {
        const { job } = await postJSON("/api/report", { path });
        document.dispatchEvent(new Event("usplit-jobs"));
        const shown = el("div");
        fill(form, shown);
        followJob(shown, job, {
          signal,
          onEnd: (ended) => {
            refresh();
            if (ended.state === "done")
              fill(
                form,
                el(
                  "p.remark",
                  { role: "status" },
                  "The report is written. ",
                  reportLink(ended.result?.path ?? run.report),
                ),
              );
          },
        });
      }),
  });
  const open = el(
    "a.button",
    { id: "run-report-open", target: "_blank", rel: "noopener", hidden: true },
    "Open report",
  );

  function reportLink(file) {
    return el("a", { href: fileAddress(file), target: "_blank", rel: "noopener" }, "Open it");
  }

  async function act(which, work) {
    if (isBusy) return;
    isBusy = true;
    which.set("The server is asked.");
    try {
      fill(form);
      await work();
    } catch (error) {
      showError(error, form);
    } finally {
      isBusy = false;
      refresh();
      update(run);
    }
  }

  function askResume() {
    const isFinished = run.status.state === "finished";
    const time = el("input", {
      id: "resume-time",
      type: "text",
      placeholder: "such as 15m",
      autocomplete: "off",
    });
    const epochs = el("input", { id: "resume-epochs", type: "number", min: 1, step: 1 });
    const trouble = el("div");
    const send = async (event) => {
      event.preventDefault();
      const body = { path };
      if (time.value.trim()) body.time = time.value.trim();
      if (epochs.value) body.epochs = Number(epochs.value);
      try {
        await postJSON("/api/run/resume", body);
        fill(form);
        notice("The training goes on.");
        document.dispatchEvent(new Event("usplit-jobs"));
        refresh();
      } catch (error) {
        showError(error, trouble);
      }
    };
    fill(
      form,
      el(
        "form.panel.stack",
        { onsubmit: send },
        el("h2", {}, "Resume the training"),
        el(
          "p",
          {},
          isFinished
            ? "It is finished. Say how much longer it may go on."
            : "It goes on where it was. More time or epochs are possible, but not needed.",
        ),
        el(
          "div.grid",
          {},
          field("Time for the whole training", time, "Including what it had, such as 15m or 1h30m."),
          field("Epochs of the whole training", epochs, `It had ${run.status.epochs}.`),
        ),
        trouble,
        el(
          "div.row",
          {},
          el("button.primary", { type: "submit", id: "resume-start" }, "Resume"),
          el(
            "button",
            {
              type: "button",
              onclick: () => {
                fill(form);
                resume.button.focus();
              },
            },
            "Cancel",
          ),
        ),
      ),
    );
    time.focus();
  }

  function update(data) {
    run = data;
    if (!data || isBusy) return;
    const { state } = data.status;
    stop.set(stopObstacle(data));
    resume.set(resumeObstacle(data));
    split.set(data.model ? null : "It has no model yet: the first one is written at the first validation.");
    report.set(state === "starting" ? "It has done nothing yet that could be reported." : null);
    setText(report.button, data.report ? "Make report anew" : "Make report");
    open.hidden = !data.report;
    if (data.report) open.href = fileAddress(data.report);
  }

  for (const each of [stop, resume, split, report]) each.set("The state of the run is not known yet.");
  return {
    element: el("div.row", {}, stop.element, resume.element, split.element, report.element, open),
    form,
    update,
  };
}
