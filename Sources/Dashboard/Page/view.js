// The page around the image viewer: which images are open, and the address that opens them again.

import { getBinary, getJSON } from "./api.js";
import { el, fill } from "./dom.js";
import { chooseFile } from "./files.js";
import { lastName, shortPath } from "./format.js";
import { notice, showError } from "./notices.js";
import { remember } from "./recent.js";
import { uploadZone } from "./upload-zone.js";

/** `PATH` or `PATH#SERIES` of the address. */
function parse(text) {
  const [, path, series] = /^(.*?)(?:#(\d+))?$/s.exec(text);
  return { path, series: Number(series ?? 0), label: lastName(path) };
}

function write({ path, series }) {
  return encodeURIComponent(series ? `${path}#${series}` : path);
}

let style = null;

/** Loads the stylesheet of the viewer once. */
function loadStyle() {
  style ??= new Promise((resolve, reject) => {
    const link = el("link", { rel: "stylesheet", href: "viewer/viewer.css" });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => {
      style = null;
      reject(new Error("The viewer could not be loaded; open the page anew."));
    });
    document.head.append(link);
  });
  return style;
}

/** Shows the page. */
export async function show({ element, query, signal, setTitle }) {
  let images = query.getAll("image").map(parse);
  let viewer = null;
  const host = el("div.viewer-host", { "data-test": "viewer" });
  const place = el("div");
  const list = el("ul.view-images", { "aria-label": "Open images" });
  const heading = el("h1.unseen", {}, "Images");
  const empty = el(
    "div.view-empty.stack",
    { hidden: true },
    el(
      "p",
      {},
      "Open an image of the server, or drop a TIFF. Several images are shown side by side with linked views.",
    ),
    uploadZone({ signal, area: document, onpath: (path) => add(path) }),
  );
  const stage = el("div.view-place", {}, el("h2.unseen", {}, "Viewer"), host);
  const copy = el(
    "button",
    {
      type: "button",
      id: "view-copy",
      onclick: async () => {
        keep();
        try {
          await navigator.clipboard.writeText(location.href);
          notice("The address of this view is copied.");
        } catch {
          notice("The browser does not allow copying here; take the address from its bar.");
        }
      },
    },
    "Copy address",
  );

  let timer = null;

  /** Browsers refuse addresses that change too often. */
  function keepSoon() {
    clearTimeout(timer);
    timer = setTimeout(keep, 400);
  }

  function keep() {
    if (signal.aborted) return;
    const state = viewer?.state?.();
    const parts = images.map((image) => `image=${write(image)}`);
    if (state)
      parts.push(`state=${encodeURIComponent(typeof state === "string" ? state : JSON.stringify(state))}`);
    const hash = `#/view${parts.length ? `?${parts.join("&")}` : ""}`;
    // No new entry in the history for each move.
    if (hash !== location.hash) history.replaceState(null, "", hash);
  }

  function add(path) {
    remember("image", path);
    if (images.some((image) => image.path === path)) {
      notice(`${lastName(path)} is open already.`);
      return;
    }
    images = [...images, { path, series: 0, label: lastName(path) }];
    change();
  }

  function fail(error) {
    showError(error instanceof Error ? error : new Error(String(error?.message ?? error)), place);
  }

  function showList() {
    setTitle(images.length ? images.map((image) => image.label).join(", ") : "Images");
    heading.classList.toggle("unseen", images.length > 0);
    fill(
      list,
      images.map((image) =>
        el(
          "li",
          {},
          el("span", { title: shortPath(image.path) }, image.label),
          el(
            "button.quiet.small",
            {
              type: "button",
              "aria-label": `Close ${image.label}`,
              onclick: () => {
                images = images.filter((each) => each !== image);
                change();
              },
            },
            "×",
          ),
        ),
      ),
    );
    list.hidden = !images.length;
    copy.hidden = !images.length;
    empty.hidden = images.length > 0;
    stage.hidden = !images.length;
  }

  async function change() {
    fill(place);
    showList();
    if (!images.length) {
      viewer?.destroy();
      viewer = null;
      host.replaceChildren();
    } else if (viewer) viewer.setImages(images);
    else await open(null);
    keep();
  }

  async function open(state) {
    host.replaceChildren(el("p.loading", {}, "Loading the viewer …"));
    const [{ createViewer }] = await Promise.all([import("./viewer/viewer.js"), loadStyle()]);
    if (signal.aborted) return;
    host.replaceChildren();
    viewer = createViewer(host, { images, api: { getJSON, getBinary }, onError: fail, onChange: keepSoon });
    if (state) viewer.restore(state);
  }

  const choose = el(
    "button",
    {
      type: "button",
      id: "view-add",
      onclick: async () => {
        const chosen = await chooseFile({ title: "Open an image" });
        if (chosen) add(chosen.path);
      },
    },
    "Add image …",
  );
  fill(element, el("div.view-bar", {}, heading, list, choose, copy), place, empty, stage);
  showList();
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    viewer?.destroy();
  });
  if (!images.length) return;
  try {
    let state = query.get("state");
    try {
      state = state && JSON.parse(state);
    } catch {
      // The viewer's states may be plain texts.
    }
    await open(state);
  } catch (error) {
    fail(error);
  }
}
