// Files that are dropped or picked are sent to the server, with progress and cancel.

import { isAbort, upload } from "./api.js";
import { el, fill, progressBar, setText } from "./dom.js";
import { memory } from "./format.js";
import { showError } from "./notices.js";

/** The first file of a drop; a sentence where it is none. */
function dropped(event) {
  const entry = event.dataTransfer.items?.[0]?.webkitGetAsEntry?.();
  if (entry?.isDirectory) {
    throw new Error(
      `${entry.name} is a folder, and folders cannot be sent. Copy it below the folder that usplit serve shows, or send an OME-TIFF.`,
    );
  }
  if (event.dataTransfer.files.length > 1)
    throw new Error("Several files were dropped; send one after the other.");
  return event.dataTransfer.files[0] ?? null;
}

/**
 * A place for files.
 *
 * @param {object} options
 * @param {AbortSignal} options.signal - gives up what is being sent
 * @param {(path: string) => void} options.onpath - called with the path on the server
 * @param {EventTarget} [options.area] - where files may be dropped, if not only on the zone itself
 * @returns {HTMLElement}
 */
export function uploadZone({ signal, onpath, area }) {
  const picker = el("input", {
    type: "file",
    hidden: true,
    accept: ".tif,.tiff,.btf,.tf8,.tf2",
    "data-test": "upload-file",
    onchange: () => picker.files[0] && send(picker.files[0]),
  });
  const button = el(
    "button",
    { type: "button", "data-test": "upload-button", onclick: () => picker.click() },
    "Send a file",
  );
  const idle = el(
    "div.row",
    {},
    button,
    el("span.muted", {}, "or drop a TIFF here. It is copied to uploads/ on the server."),
  );
  const bar = progressBar("Sending the file");
  const words = el("span", { role: "status" });
  const cancel = el(
    "button.small",
    { type: "button", "data-test": "upload-cancel", onclick: () => sending?.abort() },
    "Cancel",
  );
  const busy = el(
    "div.stack",
    { hidden: true, style: { flex: "1", gap: "6px" } },
    el("div.row", {}, words, cancel),
    bar.element,
  );
  const place = el("div", { style: { "flex-basis": "100%" } });
  const zone = el("div.drop", { "data-test": "drop-zone" }, picker, idle, busy);
  const element = el("div.stack", { style: { gap: "8px" } }, zone, place);
  let sending = null;

  async function send(file) {
    if (sending) return;
    sending = new AbortController();
    idle.hidden = true;
    busy.hidden = false;
    fill(place);
    bar.set(0);
    setText(words, `${file.name}, ${memory(file.size)}`);
    try {
      const path = await upload(file, {
        signal: AbortSignal.any([sending.signal, signal]),
        onProgress: (share) => {
          bar.set(share);
          setText(
            words,
            share < 1
              ? `${file.name}: ${Math.floor(share * 100)} % of ${memory(file.size)}`
              : `${file.name}: the server looks at it …`,
          );
        },
      });
      onpath(path);
    } catch (error) {
      if (!isAbort(error)) showError(error, place);
    } finally {
      sending = null;
      picker.value = "";
      idle.hidden = false;
      busy.hidden = true;
    }
  }

  const target = area ?? zone;
  // What is dropped into a dialog is not for the page behind it.
  const holdsFiles = (event) =>
    [...(event.dataTransfer?.types ?? [])].includes("Files") &&
    (target !== document || !document.querySelector("dialog[open]"));
  let depth = 0;
  const mark = (change) => {
    depth = Math.max(depth + change, 0);
    zone.classList.toggle("over", depth > 0);
  };
  target.addEventListener("dragenter", (event) => holdsFiles(event) && mark(1), { signal });
  target.addEventListener("dragleave", (event) => holdsFiles(event) && mark(-1), { signal });
  target.addEventListener(
    "dragover",
    (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = sending ? "none" : "copy";
    },
    { signal },
  );
  target.addEventListener(
    "drop",
    (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      depth = 0;
      mark(0);
      try {
        const file = dropped(event);
        if (file) send(file);
      } catch (error) {
        showError(error, place);
      }
    },
    { signal },
  );
  return element;
}
