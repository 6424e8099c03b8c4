// How a training stands, in the words of `usplit status`.

import { el } from "./dom.js";
import { count, counted, duration, finite, number, short } from "./format.js";

const shapes = {
  starting: "M8 2a6 6 0 1 0 6 6h-2a4 4 0 1 1-4-4z",
  training: "M4 2.5v11l9-5.5z",
  silent: "M8 1 15.5 14.5H.5zM7.2 6v4h1.6V6zm0 5v1.6h1.6V11z",
  stopped: "M3 3h10v10H3z",
  finished: "M6.3 13 1.5 8.2 3 6.7l3.3 3.3L13 3.3l1.5 1.5z",
  waiting:
    "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm0 1.8a5.2 5.2 0 1 0 0 10.4A5.2 5.2 0 0 0 8 2.8zM7.2 4.5h1.6v3.2l2.3 1.4-.8 1.4-3.1-1.9z",
  failed: "M3.5 2 8 6.5 12.5 2 14 3.5 9.5 8l4.5 4.5-1.5 1.5L8 9.5 3.5 14 2 12.5 6.5 8 2 3.5z",
};
Object.assign(shapes, { running: shapes.training, done: shapes.finished, cancelled: shapes.stopped });

const words = {
  starting: "starting",
  training: "training",
  silent: "no sign of life",
  stopped: "stopped",
  finished: "finished",
};

/** Whether a run may write something soon. */
export function isActive(state) {
  return state === "training" || state === "starting" || state === "silent";
}

/** The word for a state. */
export function stateWord(state) {
  return words[state] ?? state;
}

/** A small picture and the word for the state of a run or a job. */
export function stateMark(state) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 16 16");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shapes[state] ?? shapes.waiting);
  path.setAttribute("fill-rule", "evenodd");
  drawing.append(path);
  return el("span.state", { "data-state": state }, drawing, stateWord(state));
}

/** What a run does, in a sentence. */
export function stateSentence(status) {
  const silence = finite(status.silence) === null ? null : `${duration(status.silence)} ago`;
  switch (status.state) {
    case "starting":
      return "starting";
    case "training":
      return silence ? `training, last step ${silence}` : "training";
    case "silent":
      return `no sign of life${silence ? `, the last ${silence}` : ""}; it was killed, or hangs, or validates for long`;
    case "stopped":
      return "stopped, it can be resumed";
    case "finished":
      return !status.reason || status.reason === "finished" ? "finished" : `finished (${status.reason})`;
    default:
      return status.state;
  }
}

/** The lines below it: progress, loss, PSNR, and what was remarked. */
export function statusLines(status) {
  const lines = [];
  const progress = [
    `step ${count(status.step)}${finite(status.totalSteps) === null ? "" : ` of ${count(status.totalSteps)}`}`,
  ];
  progress.push(`epoch ${status.epoch} of ${status.epochs}`);
  if (finite(status.done) !== null) progress.push(`${number(100 * status.done, 0)} % done`);
  if (finite(status.seconds) !== null) progress.push(`${duration(status.seconds)} so far`);
  if (finite(status.remaining) !== null) progress.push(`${duration(status.remaining)} left`);
  if (status.host) progress.push(`on ${status.host}`);
  lines.push(progress.join(", "));
  const loss = [];
  if (finite(status.loss) !== null)
    loss.push(`loss ${number(status.loss, 4)}${status.trend ? ` (${status.trend})` : ""}`);
  if (finite(status.learningRate) !== null) loss.push(`learning rate ${short(status.learningRate, 3)}`);
  if (finite(status.patchesPerSecond) !== null) {
    loss.push(`${number(status.patchesPerSecond, status.patchesPerSecond < 10 ? 1 : 0)} patches/s`);
  }
  if (loss.length) lines.push(loss.join(", "));
  if (finite(status.meanPSNR) === null) lines.push("no validation yet");
  else {
    const best =
      finite(status.bestPSNR) === null
        ? ""
        : `, the best ${number(status.bestPSNR)} dB at step ${count(status.bestStep)}`;
    lines.push(`validation PSNR ${number(status.meanPSNR)} dB${best}`);
  }
  if (status.skippedSteps > 0) lines.push(`${counted(status.skippedSteps, "step")} skipped: no usable loss`);
  if (status.sessions > 1)
    lines.push(`resumed ${status.sessions - 1} ${status.sessions === 2 ? "time" : "times"}`);
  const notes = status.notes ?? [];
  if (notes.length) lines.push(`last note: ${notes[notes.length - 1]}`);
  if (status.unreadableLines > 0)
    lines.push(`${counted(status.unreadableLines, "line")} of metrics cannot be read`);
  return lines;
}

/** The address of a run's page. */
export function runLink(path) {
  return `#/run/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** The address of a page with some choices made. */
export function pageLink(page, pairs) {
  return `#/${page}?${pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&")}`;
}
