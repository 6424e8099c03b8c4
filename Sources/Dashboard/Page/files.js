// The dialog in which a file on the server is chosen, or one is sent there.

import { address, getJSON, isAbort } from "./api.js";
import { el, fill, freshId, setText } from "./dom.js";
import { counted, date, lastName, memory } from "./format.js";
import { showError } from "./notices.js";
import { recent, remember } from "./recent.js";
import { uploadZone } from "./upload-zone.js";

const signs = { folder: "▸", image: "▦", run: "∿", model: "◆", other: "·" };
const words = { folder: "folder", image: "image", run: "run", model: "model", other: "file" };

/** Where the last dialog was, so that the next file is near. */
let lastFolder = null;

/**
 * Lets the user choose a file or a folder on the server.
 *
 * @param {object} options
 * @param {string} options.title - such as `Image of actin`
 * @param {'image'|'model'} [options.kind]
 * @param {boolean} [options.takesFolders] - whether a folder of images will do
 * @returns {Promise<?{path: string, isFolder: boolean}>} null when nothing was chosen
 */
export function chooseFile({ title, kind = "image", takesFolders = false }) {
  return new Promise((resolve) => {
    new Chooser({ title, kind, takesFolders, resolve });
  });
}

class Chooser {
  constructor({ title, kind, takesFolders, resolve }) {
    Object.assign(this, { kind, takesFolders, resolve });
    this.closing = new AbortController();
    this.crumbs = el("nav.crumbs", { "aria-label": "Folders" });
    this.list = el("ul.files", { "aria-label": "Files", "data-test": "files" });
    this.summary = el("p.muted", { role: "status" });
    this.filter = el("input", {
      type: "search",
      "aria-label": "Filter the files by name",
      placeholder: "Filter",
      "data-test": "files-filter",
      oninput: () => this.draw(),
      onkeydown: (event) => this.fromFilter(event),
    });
    this.all = el("input", { type: "checkbox", onchange: () => this.draw() });
    this.take = el(
      "button",
      {
        type: "button",
        hidden: true,
        "data-test": "files-take-folder",
        onclick: () => this.choose(this.path, true),
      },
      "Take all images of this folder",
    );
    const heading = el("h2", { id: freshId("title") }, title);
    const near = recent(kind);
    this.dialog = el(
      "dialog",
      {
        "aria-labelledby": heading.id,
        "data-test": "file-chooser",
        onclose: () => this.end(),
        onkeydown: (event) => this.key(event),
      },
      el(
        "div.dialog-head",
        {},
        heading,
        el(
          "button.quiet",
          { type: "button", "aria-label": "Close", onclick: () => this.dialog.close() },
          "×",
        ),
      ),
      el(
        "div.dialog-body",
        {},
        near.length
          ? el(
              "div.row",
              {},
              el("span.muted", {}, "Recent:"),
              near.map((path) =>
                el(
                  "button.small",
                  { type: "button", title: path, onclick: () => this.choose(path) },
                  lastName(path),
                ),
              ),
            )
          : null,
        this.crumbs,
        el(
          "div.row",
          {},
          el("div", { style: { flex: "1 1 180px" } }, this.filter),
          el("label.check", {}, this.all, kind === "model" ? "not only models" : "not only images"),
        ),
        this.list,
        this.summary,
      ),
      el(
        "div.dialog-foot",
        {},
        this.take,
        el("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel"),
      ),
    );
    if (kind === "image") {
      this.dialog.children[1].append(
        uploadZone({ signal: this.closing.signal, area: this.dialog, onpath: (path) => this.choose(path) }),
      );
    }
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.filter.focus();
    this.open(lastFolder);
  }

  choose(path, isFolder = false) {
    if (!isFolder) remember(this.kind, path);
    this.chosen = { path, isFolder };
    this.dialog.close();
  }

  end() {
    this.closing.abort();
    this.dialog.remove();
    this.resolve(this.chosen ?? null);
  }

  /** Shows a folder; null for all roots. */
  async open(path, fallback = null) {
    fill(this.list, el("li", {}, el("p.muted", {}, "Loading …")));
    const asked = Symbol("asked");
    this.asked = asked;
    try {
      this.roots ??= (await getJSON("/api/about", { signal: this.closing.signal })).roots;
      // With one root there is nothing to choose between.
      const folder = path ?? (this.roots.length === 1 ? this.roots[0].id : null);
      const entries =
        folder === null
          ? this.roots.map((root) => ({ name: root.path, path: root.id, kind: "folder" }))
          : (await getJSON(address("/api/browse", { path: folder }), { signal: this.closing.signal }))
              .entries;
      if (this.asked !== asked) return;
      this.path = folder;
      lastFolder = folder;
      this.entries = entries;
      this.filter.value = "";
      this.showCrumbs();
      this.draw();
      if (fallback) fallback();
    } catch (error) {
      if (isAbort(error)) return;
      const place = el("li");
      fill(this.list, place);
      showError(error, place);
      if (lastFolder === path) lastFolder = null;
      place.append(
        el("p", {}, el("button", { type: "button", onclick: () => this.open(null) }, "To the top")),
      );
    }
  }

  showCrumbs() {
    const crumb = (name, path) =>
      el(
        "button.quiet.small",
        { type: "button", onclick: () => this.open(path, () => this.filter.focus()) },
        name,
      );
    const parts = this.path ? this.path.split("/") : [];
    const root = this.roots.find((each) => each.id === parts[0]);
    fill(
      this.crumbs,
      this.roots.length > 1 ? crumb("All folders", null) : null,
      parts.map((part, place) => [
        place || this.roots.length > 1 ? el("span.muted", { "aria-hidden": "true" }, "/") : null,
        crumb(place ? part : lastName(root?.path ?? part) || part, parts.slice(0, place + 1).join("/")),
      ]),
    );
  }

  /** Whether an entry can be chosen, rather than opened. */
  isWanted(entry) {
    return entry.kind === this.kind;
  }

  draw() {
    const wanted = this.filter.value.toLowerCase();
    const opens = (entry) => entry.kind === "folder" || entry.kind === "run";
    const shown = (this.entries ?? [])
      .filter(
        (entry) =>
          (opens(entry) || this.isWanted(entry) || this.all.checked) &&
          entry.name.toLowerCase().includes(wanted),
      )
      .sort((a, b) => opens(b) - opens(a) || a.name.localeCompare(b.name, undefined, { numeric: true }));
    fill(
      this.list,
      shown.map((entry) =>
        el(
          "li",
          {},
          el(
            "button",
            {
              type: "button",
              "data-path": entry.path,
              disabled: !opens(entry) && !this.isWanted(entry),
              onclick: () =>
                opens(entry) ? this.open(entry.path, () => this.filter.focus()) : this.choose(entry.path),
            },
            el("span.sign", { "aria-hidden": "true" }, signs[entry.kind] ?? signs.other),
            el("span.title", {}, entry.name, el("span.unseen", {}, `, ${words[entry.kind] ?? "file"}`)),
            entry.bytes ? el("span.muted", {}, memory(entry.bytes)) : null,
            entry.modified && !opens(entry) ? el("span.muted", {}, date(entry.modified)) : null,
          ),
        ),
      ),
    );
    const noun = this.kind === "model" ? "model" : "image";
    const files = shown.filter((entry) => this.isWanted(entry)).length;
    setText(
      this.summary,
      `${counted(files, noun)}${shown.length ? "" : wanted ? ", nothing matches the filter" : " here"}`,
    );
    this.take.hidden = !(this.takesFolders && this.path && files > 0);
    if (!shown.length)
      fill(
        this.list,
        el(
          "li",
          {},
          el("p.muted", {}, wanted ? "Nothing here has such a name." : `No folders and no ${noun}s here.`),
        ),
      );
  }

  fromFilter(event) {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.list.querySelector("button:not(:disabled)")?.focus();
    }
    if (event.key === "Enter") {
      event.preventDefault();
      this.list.querySelector("button:not(:disabled)")?.click();
    }
  }

  key(event) {
    const isInFilter = event.target === this.filter;
    if (event.key === "Backspace" && (!isInFilter || !this.filter.value) && this.path) {
      event.preventDefault();
      const parent = this.path.split("/").slice(0, -1).join("/");
      this.open(parent || null, () => this.filter.focus());
    }
    if (isInFilter || !this.list.contains(event.target)) return;
    const buttons = [...this.list.querySelectorAll("button:not(:disabled)")];
    const place = buttons.indexOf(event.target);
    const moves = {
      ArrowDown: place + 1,
      ArrowUp: place - 1,
      Home: 0,
      End: buttons.length - 1,
      PageDown: Math.min(place + 8, buttons.length - 1),
      PageUp: Math.max(place - 8, 0),
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    (buttons[moves[event.key]] ?? this.filter).focus();
  }
}
