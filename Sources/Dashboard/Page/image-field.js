// A field that holds an image on the server and, where it has several, one of its channels.

import { address, getJSON, isAbort } from "./api.js";
import { el, field, fill, freshId, setText } from "./dom.js";
import { counted, shortPath } from "./format.js";
import { chooseFile } from "./files.js";
import { trouble } from "./notices.js";

/** What a file is, in few words. */
function facts(image) {
  const parts = [`${image.width} × ${image.height} pixels`];
  if (image.times > 1) parts.push(counted(image.times, "time point"));
  if (image.slices > 1) parts.push(counted(image.slices, "slice"));
  if (image.channels.length > 1) parts.push(counted(image.channels.length, "channel"));
  if (image.seriesCount > 1) parts.push(counted(image.seriesCount, "image"));
  parts.push(image.type);
  return parts.join(", ");
}

/** A chosen image. */
export class ImageField {
  /**
   * @param {object} options
   * @param {string} options.label
   * @param {string} options.title - of the dialog
   * @param {boolean} [options.takesFolders]
   * @param {boolean} [options.hasNoChannel] - whether the channel does not matter
   * @param {AbortSignal} options.signal
   * @param {() => void} [options.onchange]
   * @param {string} [options.test] - what tests call it
   */
  constructor({
    label,
    title,
    takesFolders = false,
    hasNoChannel = false,
    signal,
    onchange,
    test = "image",
  }) {
    Object.assign(this, { title, takesFolders, hasNoChannel, signal, onchange });
    this.path = null;
    this.image = null;
    const id = freshId("image");
    this.words = el(
      "span.path",
      { id: `${id}-path`, "data-test": `${test}-path` },
      el("span.muted", {}, "none chosen"),
    );
    this.button = el(
      "button",
      {
        type: "button",
        id,
        "aria-describedby": `${id}-path`,
        "data-test": `${test}-choose`,
        onclick: () => this.choose(),
      },
      "Choose …",
    );
    this.clear = el(
      "button.quiet",
      { type: "button", hidden: true, "aria-label": `Clear: ${label}`, onclick: () => this.set(null) },
      "×",
    );
    this.facts = el("div.hint");
    this.element = el(
      "div.field",
      {},
      el("label", { for: id }, label),
      el("div.chosen", {}, this.button, this.words, this.clear),
      this.facts,
    );
    this.channelSelect = el("select", { "data-test": `${test}-channel`, onchange: () => this.onchange?.() });
    this.channelField = field("Channel", this.channelSelect);
    this.channelField.hidden = true;
  }

  /** The channel's number; null where there is only one or it is not known. */
  get channel() {
    return this.channelField.hidden ? null : Number(this.channelSelect.value);
  }

  async choose() {
    const chosen = await chooseFile({ title: this.title, takesFolders: this.takesFolders });
    if (chosen) await this.set(chosen.path, chosen);
    this.button.focus();
  }

  /**
   * Takes another image.
   *
   * @param {?string} path
   * @param {{channel?: ?number, isFolder?: boolean}} [known] - the channel, and whether it is a folder
   *   of images, which are looked at when they are needed
   */
  async set(path, { channel = null, isFolder = false } = {}) {
    this.path = path;
    this.isFolder = isFolder;
    this.image = null;
    this.clear.hidden = !path;
    this.channelField.hidden = true;
    fill(this.words, path ? shortPath(path) : el("span.muted", {}, "none chosen"));
    setText(this.button, path ? "Change …" : "Choose …");
    fill(
      this.facts,
      isFolder ? "All images of the folder, in the order of their names." : path ? "Reading …" : null,
    );
    this.onchange?.();
    if (!path || isFolder) return;
    try {
      const image = await getJSON(address("/api/image", { path, series: 0 }), { signal: this.signal });
      if (this.path !== path) return;
      this.image = image;
      fill(
        this.facts,
        facts(image),
        (image.remarks ?? []).map((remark) => el("p.warning", {}, remark)),
      );
      if (image.channels.length > 1 && !this.hasNoChannel) {
        fill(
          this.channelSelect,
          image.channels.map((each, place) =>
            el(
              "option",
              { value: String(place), selected: place === (channel ?? 0) },
              each.name ? `${place}: ${each.name}` : String(place),
            ),
          ),
        );
        this.channelField.hidden = false;
      }
      this.onchange?.();
    } catch (error) {
      if (isAbort(error) || this.path !== path) return;
      fill(this.facts, trouble(error.message));
    }
  }
}
