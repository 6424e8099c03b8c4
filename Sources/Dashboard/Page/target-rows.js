// The structures that a training learns to tell apart: a name and an image for each.

import { el, field, fill } from "./dom.js";
import { ImageField } from "./image-field.js";

const fewest = 2;

/** A name for a structure, out of that of its file. */
function nameOf(path, channelName) {
  const file = path
    .split("/")
    .pop()
    .replace(/(\.ome)?\.(tiff?|zarr|btf)$/i, "");
  return (channelName || file)
    .trim()
    .replace(/[^\p{L}\p{N}_-]+/gu, "_")
    .slice(0, 40);
}

/** The rows of a form. */
export class TargetRows {
  /** @param {{signal: AbortSignal, onchange: () => void}} options */
  constructor({ signal, onchange }) {
    Object.assign(this, { signal, onchange });
    this.rows = [];
    this.list = el("div.stack", { id: "targets" });
    this.warning = el("div", { role: "status" });
    this.element = el(
      "fieldset",
      {},
      el("legend.unseen", {}, "Structures"),
      this.list,
      el(
        "div.row",
        {},
        el(
          "button",
          { type: "button", id: "add-target", onclick: () => this.add().name.focus() },
          "Add a structure",
        ),
      ),
      this.warning,
    );
    for (let place = 0; place < fewest; place += 1) this.add();
  }

  add() {
    const place = this.rows.length + 1;
    const row = { isNamed: false };
    row.name = el("input", {
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      "data-test": "target-name",
      placeholder: place === 1 ? "such as actin" : "such as nuclei",
      oninput: () => {
        row.isNamed = row.name.value !== "";
        this.changed();
      },
    });
    row.image = new ImageField({
      label: "Images of it alone",
      title: "Images of one structure alone",
      takesFolders: true,
      signal: this.signal,
      test: "target-image",
      onchange: () => {
        this.suggestName(row);
        this.changed();
      },
    });
    row.remove = el(
      "button.quiet.remove",
      {
        type: "button",
        "data-test": "target-remove",
        "aria-label": "Remove this structure",
        onclick: () => {
          this.rows = this.rows.filter((each) => each !== row);
          row.element.remove();
          this.changed();
          this.rows[this.rows.length - 1]?.name.focus();
        },
      },
      "×",
    );
    row.element = el(
      "div.target",
      { role: "group", "aria-label": "Structure", "data-test": "target" },
      field("Name", row.name),
      row.image.element,
      row.image.channelField,
      row.remove,
    );
    this.rows.push(row);
    this.list.append(row.element);
    this.changed();
    return row;
  }

  suggestName(row) {
    if (row.isNamed || !row.image.path) return;
    const channel = row.image.channel === null ? null : row.image.image?.channels[row.image.channel]?.name;
    row.name.value = nameOf(row.image.path, channel);
  }

  changed() {
    this.rows.forEach((row, place) => {
      row.remove.hidden = this.rows.length <= fewest;
      row.element.setAttribute(
        "aria-label",
        `Structure ${place + 1}${row.name.value ? `, ${row.name.value}` : ""}`,
      );
      row.remove.setAttribute("aria-label", `Remove structure ${place + 1}`);
    });
    const words = this.mismatch();
    if (words !== this.shownWarning) {
      this.shownWarning = words;
      fill(this.warning, words ? el("p.warning", {}, words) : null);
    }
    this.onchange?.();
  }

  /** A sentence where the images do not belong together. */
  mismatch() {
    const known = this.rows.filter((row) => row.image.image);
    const [first, ...others] = known;
    for (const row of others) {
      const [a, b] = [first.image.image, row.image.image];
      if (a.width !== b.width || a.height !== b.height) {
        return `${first.name.value} has ${a.width} × ${a.height} pixels and ${row.name.value} ${b.width} × ${b.height}; images of the same frames have the same size.`;
      }
      if (a.times * a.slices !== b.times * b.slices) {
        return `${first.name.value} has ${a.times * a.slices} frames and ${row.name.value} ${b.times * b.slices}; each structure needs the same frames.`;
      }
      if (first.image.path === row.image.path && first.image.channel === row.image.channel) {
        return `${first.name.value} and ${row.name.value} are the same image and channel.`;
      }
    }
    return null;
  }

  /** What is missing, in a sentence; null when all is there. */
  get obstacle() {
    const names = this.rows.map((row) => row.name.value.trim());
    if (this.rows.some((row) => !row.image.path)) return "Choose the images of every structure.";
    if (names.includes("")) return "Name every structure.";
    if (new Set(names).size < names.length) return "Give every structure a name of its own.";
    return null;
  }

  /** The rows as they are, to be put back by `restore`. */
  get draft() {
    return this.rows.map((row) => ({
      name: row.name.value,
      isNamed: row.isNamed,
      path: row.image.path,
      channel: row.image.channel,
      isFolder: row.image.isFolder,
    }));
  }

  /** Puts rows back. */
  restore(draft) {
    draft.forEach((known, place) => {
      const row = this.rows[place] ?? this.add();
      row.name.value = known.name;
      row.isNamed = known.isNamed;
      if (known.path) row.image.set(known.path, known);
    });
  }

  /** What the server is told: the structures that have images. */
  get value() {
    return this.rows
      .filter((row) => row.image.path)
      .map((row) => {
        const target = { name: row.name.value.trim(), path: row.image.path };
        if (row.image.channel !== null) target.channel = row.image.channel;
        return target;
      });
  }
}
