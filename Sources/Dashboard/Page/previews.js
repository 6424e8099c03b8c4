// The pictures that a training draws each time it has improved.

import { fileAddress } from "./api.js";
import { el, setText } from "./dom.js";
import { count } from "./format.js";

/**
 * A picture with a slider through the steps; it stays at the newest unless another was chosen.
 *
 * @returns {{element: HTMLElement, update(previews: Array<{path: string, step: number}>): void}}
 */
export function previewPanel() {
  const picture = el("img", { alt: "" });
  const link = el(
    "a",
    { target: "_blank", rel: "noopener", "aria-label": "Open the preview in a tab of its own" },
    picture,
  );
  const frame = el("div.frame", {}, link);
  const words = el("span.muted", { "aria-live": "off" });
  const slider = el("input", {
    type: "range",
    id: "preview-step",
    "aria-label": "Step of the preview",
    min: 0,
    max: 0,
    value: 0,
    oninput: show,
  });
  const none = el("p.muted", {}, "A training draws its first preview at its first validation.");
  const controls = el("div", {}, slider, words);
  const element = el(
    "section.panel.preview",
    {},
    el("h2", {}, "Previews"),
    el("div.stack", {}, none, frame, controls),
  );
  let previews = [];
  frame.hidden = true;
  controls.hidden = true;

  function show() {
    const chosen = previews[Number(slider.value)];
    if (!chosen) return;
    const source = fileAddress(chosen.path);
    if (picture.getAttribute("src") !== source) {
      picture.src = source;
      link.href = source;
    }
    const newest = Number(slider.value) === previews.length - 1;
    picture.alt = `Preview at step ${chosen.step}`;
    slider.setAttribute("aria-valuetext", `step ${chosen.step}`);
    setText(words, `step ${count(chosen.step)}${newest ? ", the newest" : ""}`);
  }

  return {
    element,
    update(next) {
      const sorted = [...next].sort((a, b) => a.step - b.step);
      const isAtNewest = Number(slider.value) >= previews.length - 1;
      const chosen = previews[Number(slider.value)]?.path;
      previews = sorted;
      none.hidden = sorted.length > 0;
      frame.hidden = !sorted.length;
      controls.hidden = sorted.length < 1;
      slider.hidden = sorted.length < 2;
      slider.max = Math.max(sorted.length - 1, 0);
      const place = sorted.findIndex((each) => each.path === chosen);
      slider.value = isAtNewest || place < 0 ? sorted.length - 1 : place;
      show();
    },
  };
}
