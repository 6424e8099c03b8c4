// Messages in the corner, and the bar that tells of a lost connection.

import { el, fill, setText } from "./dom.js";

const longest = 4;

/**
 * Shows a message in the corner for a while.
 *
 * @param {string} text
 * @param {{isError?: boolean, isBrief?: boolean}} options - `isBrief` where it is to be read elsewhere too
 */
export function notice(text, { isError = false, isBrief = false } = {}) {
  const place = document.getElementById("notices");
  for (const other of place.children) {
    if (other.dataset.text === text) other.remove();
  }
  const close = el(
    "button.quiet",
    { type: "button", "aria-label": "Close the message", onclick: () => element.remove() },
    "×",
  );
  const element = el("div.notice", { "data-text": text, "data-test": "notice" }, el("p", {}, text), close);
  if (isError) element.classList.add("error");
  place.append(element);
  while (place.children.length > longest) place.firstElementChild.remove();
  setTimeout(() => element.remove(), isError && !isBrief ? 20000 : 6000);
}

/** Takes away what was said on another page. */
export function clearNotices() {
  document.getElementById("notices").replaceChildren();
}

/**
 * Shows an error in the corner and, where there is a place for it, where the user is looking.
 *
 * @param {Error} error
 * @param {?Element} [place] - filled with the sentence
 */
export function showError(error, place = null) {
  if (error?.name === "AbortError") return;
  const text = error?.message || String(error);
  notice(text, { isError: true, isBrief: place !== null });
  if (place) fill(place, trouble(text));
}

/** A sentence about something that went wrong, to be put where it did. */
export function trouble(text) {
  return el("p.trouble", { role: "alert", "data-test": "error" }, text);
}

let awaySince = null;

/** The server did not answer. */
export function serverIsAway() {
  const bar = document.getElementById("connection");
  if (awaySince === null) {
    awaySince = Date.now();
    fill(
      bar,
      el("span", {}, "Connection lost, trying again …"),
      el(
        "button",
        {
          type: "button",
          id: "try-again",
          onclick: () => document.dispatchEvent(new Event("usplit-try-again")),
        },
        "Try now",
      ),
    );
    bar.hidden = false;
  }
  const minutes = Math.floor((Date.now() - awaySince) / 60000);
  if (minutes > 0)
    setText(
      bar.firstElementChild,
      `Connection lost ${minutes} min ago, trying again … Trainings go on without this page.`,
    );
}

/** The server answered, so it is there. */
export function serverAnswered() {
  if (awaySince === null) return;
  awaySince = null;
  const bar = document.getElementById("connection");
  bar.hidden = true;
  notice("The server answers again.");
}
