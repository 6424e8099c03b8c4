// How a training proceeds: the preset, the time, and what advanced users change.

import { el, field, fill, select } from "./dom.js";
import { trouble } from "./notices.js";

const presets = [
  ["fast", "Fast", "A laptop without a graphics processor: seven minutes, unless you say otherwise."],
  ["best", "Best", "The same recipe for a wider network: for a graphics processor, or a day."],
  ["paper", "Paper", "The settings that the authors published, exactly. Hours to days on a CPU."],
];

const backbones = [
  ["", "as the preset"],
  ["hae", "HAE: hierarchical autoencoder"],
  ["hvae", "HVAE: draws, so that samples differ"],
  ["unet", "U-Net, to compare with"],
  ["contextAwareUNet", "context-aware U-Net, to compare with"],
  ["braveNet", "BRAVE-NET, to compare with"],
];

const contexts = [
  ["", "as the preset"],
  ["vanilla", "none (Vanilla)"],
  ["lean", "Lean-LC"],
  ["regular", "Regular-LC"],
  ["deep", "Deep-LC"],
];

/** Lines such as `training.batch=8` as an object; throws a sentence where one is none. */
function settings(text) {
  const all = {};
  for (const line of text
    .split("\n")
    .map((each) => each.trim())
    .filter(Boolean)) {
    const [, key, value] = /^([A-Za-z][\w.]*)\s*=\s*(.+)$/.exec(line) ?? [];
    if (!key) throw new Error(`“${line}” is no setting; write one a line, such as training.flips=true.`);
    all[key] = value;
  }
  return all;
}

/**
 * The fields of a recipe.
 *
 * @param {() => void} change - called when one was changed
 * @returns {{element: HTMLElement, value(): object, obstacle(): ?string, draft(): object, restore(draft: object): void}}
 */
export function makeRecipe(change) {
  const text = (id, properties = {}) =>
    el("input", {
      type: "text",
      id,
      autocomplete: "off",
      spellcheck: "false",
      oninput: change,
      ...properties,
    });
  const count = (id, properties = {}) =>
    el("input", { type: "number", id, min: 1, step: 1, oninput: change, ...properties });

  const radios = presets.map(([value]) =>
    el("input", {
      type: "radio",
      name: "preset",
      value,
      checked: value === "fast",
      onchange: change,
      id: `preset-${value}`,
    }),
  );
  const time = text("train-time", { placeholder: "as the preset" });
  const epochs = count("train-epochs", { placeholder: "as the preset" });
  const backbone = select({ id: "train-backbone", onchange: change }, backbones);
  const context = select({ id: "train-context", onchange: change }, contexts);
  const levels = count("train-levels", { max: 64, placeholder: "as the preset" });
  const filters = count("train-filters", { placeholder: "as the preset" });
  const batch = count("train-batch", { placeholder: "as the preset" });
  const seed = count("train-seed", { min: 0, placeholder: "0" });
  const free = el("textarea", {
    id: "train-settings",
    spellcheck: "false",
    oninput: change,
    placeholder: "training.augmentation.mixingJitter=3",
  });
  const freeTrouble = el("div");
  const chosen = () => radios.find((radio) => radio.checked).value;
  const numbers = [epochs, levels, filters, batch, seed];
  const fields = [time, epochs, backbone, context, levels, filters, batch, seed, free];
  const advanced = el(
    "details",
    { id: "train-advanced" },
    el("summary", {}, "Advanced"),
    el(
      "div.stack",
      {},
      el(
        "div.grid",
        {},
        field("Network", backbone),
        field("Context", context, "Zoomed-out images around each patch."),
        field("Levels", levels),
        field("Filters", filters, "Channels of the feature maps."),
        field("Batch", batch, "Patches per step."),
        field("Seed", seed),
      ),
      field("Further settings", free, "One a line, key=value. usplit config --keys explains them."),
      freeTrouble,
    ),
  );
  const element = el(
    "div.stack",
    {},
    el(
      "fieldset",
      {},
      el("legend.unseen", {}, "Preset"),
      presets.map(([value, title, words], index) =>
        el(
          "label.choice",
          { for: `preset-${value}` },
          radios[index],
          el("span", {}, el("b", {}, title), el("span.muted", {}, words)),
        ),
      ),
    ),
    el(
      "div.grid",
      {},
      field("Time", time, "Such as 90s, 7m or 1h30m; 0 for no limit."),
      field("Epochs", epochs, "At most so many passes."),
    ),
    advanced,
  );

  /** The free settings, or the sentence why they are none. */
  function freeSettings() {
    try {
      const all = settings(free.value);
      if (freeTrouble.firstChild) fill(freeTrouble);
      return { all };
    } catch (error) {
      if (freeTrouble.textContent !== error.message) fill(freeTrouble, trouble(error.message));
      return { all: {}, error };
    }
  }

  return {
    element,
    value() {
      const body = { preset: chosen() };
      if (time.value.trim()) body.time = time.value.trim();
      if (epochs.value) body.epochs = Number(epochs.value);
      if (backbone.value) body.backbone = backbone.value;
      if (context.value) body.context = context.value;
      if (levels.value) body.levels = Number(levels.value);
      if (seed.value) body.seed = Number(seed.value);
      const { all } = freeSettings();
      if (filters.value) all["network.filters"] = filters.value;
      if (batch.value) all["training.batch"] = batch.value;
      if (Object.keys(all).length) body.settings = all;
      return body;
    },
    obstacle() {
      const wrong = numbers.find((each) => !each.checkValidity());
      if (wrong) return `${wrong.labels[0].textContent}: ${wrong.validationMessage}`;
      return freeSettings().error ? "Correct the further settings." : null;
    },
    draft: () => ({ preset: chosen(), fields: fields.map((each) => each.value) }),
    restore(draft) {
      for (const radio of radios) radio.checked = radio.value === draft.preset;
      fields.forEach((each, place) => {
        each.value = draft.fields[place] ?? "";
      });
      advanced.open = fields.slice(2).some((each) => each.value);
    },
  };
}
