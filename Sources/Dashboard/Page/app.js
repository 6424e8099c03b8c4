// Which page is shown, the navigation, and the colours.

import { poll, isAbort } from "./api.js";
import { el, fill } from "./dom.js";
import { clearNotices, notice, showError } from "./notices.js";

/** The pages: what the first part of the hash shows, loaded when it is needed. */
const pages = {
  runs: () => import("./runs.js"),
  run: () => import("./run.js"),
  curves: () => import("./curves-page.js"),
  train: () => import("./train-form.js"),
  split: () => import("./split.js"),
  view: () => import("./view.js"),
  compare: () => import("./compare.js"),
  jobs: () => import("./jobs.js"),
};

/** Which entry of the navigation a page belongs to, where it is not its own. */
const entries = { run: "runs", curves: "runs" };

const main = document.getElementById("main");
let leaving = new AbortController();
let shown = null;

/** The parts of a hash such as `#/run/files/first?tab=log`. */
function route(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [page, ...rest] = path.split("/");
  let decoded = rest;
  try {
    decoded = rest.map(decodeURIComponent);
  } catch {
    // A percent sign that somebody typed is just that.
  }
  return { page: page || "runs", path: decoded.join("/"), query: new URLSearchParams(query) };
}

async function show() {
  const { page, path, query } = route(location.hash);
  const load = pages[page];
  if (!load) {
    location.replace("#/runs");
    return;
  }
  leaving.abort();
  if (shown !== null) clearNotices();
  const departure = new AbortController();
  leaving = departure;
  const entry = entries[page] ?? page;
  for (const link of document.querySelectorAll("#navigation a")) {
    if (link.dataset.page === entry) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else link.removeAttribute("aria-current");
  }
  const isFirst = shown === null;
  shown = page;
  main.classList.toggle("wide", page === "view");
  const element = el("div.page", { "data-page": page });
  const context = {
    element,
    path,
    query,
    signal: departure.signal,
    setTitle: (title) => {
      document.title = `${title} – µSplit`;
    },
  };
  try {
    const module = await load();
    if (departure.signal.aborted) return;
    main.replaceChildren(element);
    await module.show(context);
  } catch (error) {
    if (departure.signal.aborted || isAbort(error)) return;
    main.replaceChildren(element);
    const place = el("div");
    fill(element, el("h1", {}, "This page could not be shown"), place);
    showError(error, place);
  }
  if (departure.signal.aborted) return;
  scrollTo(0, 0);
  // Readers of the screen hear where they are, except when the page has only just been opened.
  if (!isFirst) focusHeading(element);
}

function focusHeading(element) {
  const heading = element.querySelector("h1");
  if (!heading || element.contains(document.activeElement)) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** The switch between the system's colours, light and dark ones. */
function startTheme() {
  const button = document.getElementById("theme-switch");
  const words = { system: "as the system", light: "light", dark: "dark" };
  const signs = { system: "◐", light: "☀", dark: "☾" };
  const order = ["system", "light", "dark"];
  let chosen = document.documentElement.dataset.theme ?? "system";
  const tell = () => {
    button.setAttribute("aria-label", `Colours: ${words[chosen]}`);
    button.title = `Colours: ${words[chosen]}`;
    button.firstElementChild.textContent = signs[chosen];
  };
  button.addEventListener("click", () => {
    chosen = order[(order.indexOf(chosen) + 1) % order.length];
    if (chosen === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    try {
      localStorage.setItem("usplit-theme", chosen);
    } catch {
      notice("The browser keeps no choices, so the colours are forgotten when the page closes.");
    }
    tell();
    document.dispatchEvent(new Event("usplit-theme"));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    document.dispatchEvent(new Event("usplit-theme")),
  );
  tell();
}

/** The number of jobs that run or wait, in the navigation. */
function startBadge() {
  const badge = document.getElementById("jobs-badge");
  const polling = poll("/api/jobs", {
    signal: new AbortController().signal,
    pause: (data) =>
      data?.jobs.some((job) => job.state === "running" || job.state === "waiting") ? 5000 : 20000,
    onData: ({ jobs }) => {
      const active = jobs.filter((job) => job.state === "running" || job.state === "waiting").length;
      badge.hidden = active === 0;
      fill(badge, active, el("span.unseen", {}, active === 1 ? " is running" : " are running"));
    },
  });
  document.addEventListener("usplit-jobs", polling.now);
}

document.getElementById("skip").addEventListener("click", (event) => {
  // The hash belongs to the pages.
  event.preventDefault();
  main.focus();
});
// A file that is dropped beside a place for it would be opened by the browser, in place of this page.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  });
}
addEventListener("hashchange", show);
addEventListener("unhandledrejection", (event) => {
  if (isAbort(event.reason)) event.preventDefault();
  else showError(event.reason);
});
startTheme();
show().then(startBadge);
