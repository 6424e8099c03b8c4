// A new training.

import { getJSON, isAbort, postJSON } from "./api.js";
import { costPanel } from "./cost-panel.js";
import { action, el, field, fill } from "./dom.js";
import { lastName } from "./format.js";
import { ImageField } from "./image-field.js";
import { notice, showError } from "./notices.js";
import { runLink } from "./run-words.js";
import { TargetRows } from "./target-rows.js";
import { keepDraft, readDraft } from "./train-draft.js";
import { makeRecipe } from "./train-recipe.js";

/** Shows the page. */
export function show({ element, signal, setTitle }) {
  setTitle("New training");
  let isNamed = false;
  let isStarting = false;
  let taken = new Set();
  let isRestored = false;

  const change = () => form && update();
  let form = null;
  const targets = new TargetRows({ signal, onchange: change });
  const input = new ImageField({
    label: "Superimposed image (optional)",
    title: "The superimposed image that was acquired",
    signal,
    onchange: change,
    test: "input-image",
    takesFolders: true,
  });
  const recipe = makeRecipe(change);
  const name = el("input", {
    type: "text",
    id: "train-name",
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => {
      isNamed = name.value !== "";
      change();
    },
  });
  const place = el("div", { id: "train-trouble" });
  const cost = costPanel(signal);
  const start = action("Start training", {
    id: "train-start",
    class: "primary",
    isReasonShown: true,
    onclick: begin,
    onrefused: (reason) => notice(reason),
  });

  function request() {
    const body = { targets: targets.value, ...recipe.value() };
    if (input.path)
      body.input = { path: input.path, ...(input.channel === null ? {} : { channel: input.channel }) };
    return body;
  }

  function keep() {
    keepDraft({
      targets: targets.draft,
      input: { path: input.path, channel: input.channel, isFolder: input.isFolder },
      recipe: recipe.draft(),
      name: isNamed ? name.value : "",
    });
  }

  function restore(draft) {
    recipe.restore(draft.recipe);
    name.value = draft.name;
    isNamed = draft.name !== "";
    targets.restore(draft.targets);
    if (draft.input.path) input.set(draft.input.path, draft.input);
  }

  function suggestName() {
    if (isNamed) return;
    const base = targets.rows
      .map((row) => row.name.value.trim())
      .filter(Boolean)
      .join("-")
      .slice(0, 60);
    let suggestion = base;
    for (let number = 2; taken.has(suggestion); number += 1) suggestion = `${base}-${number}`;
    name.value = suggestion;
  }

  function obstacle() {
    if (isStarting) return "The training is being started.";
    if (targets.obstacle) return targets.obstacle;
    if (!/^[^\s./\\][^/\\]*$/.test(name.value.trim())) return "Give the run a name, without slashes.";
    return recipe.obstacle();
  }

  function update() {
    suggestName();
    const reason = obstacle();
    start.set(reason);
    // The network alone is asked about, so images that are not all chosen yet do no harm.
    if (!recipe.obstacle()) cost.update(recipe.value());
    if (!signal.aborted && isRestored) keep();
  }

  function clear() {
    isRestored = false;
    keepDraft(null);
    dispatchEvent(new HashChangeEvent("hashchange"));
  }

  async function begin() {
    isStarting = true;
    update();
    fill(place);
    try {
      const { path } = await postJSON(
        "/api/trainings",
        { name: name.value.trim(), ...request() },
        { signal },
      );
      document.dispatchEvent(new Event("usplit-jobs"));
      isRestored = false;
      keepDraft(null);
      location.hash = runLink(path);
      // After the change of pages, which takes away what was said before.
      setTimeout(
        () => notice("The training has begun. It goes on when this page or the server is closed."),
        100,
      );
    } catch (error) {
      if (!isAbort(error)) showError(error, place);
    } finally {
      isStarting = false;
      update();
    }
  }

  form = el(
    "form.columns",
    {
      onsubmit: (event) => {
        event.preventDefault();
        start.button.click();
      },
    },
    el(
      "div.stack",
      {},
      el(
        "section.panel",
        {},
        el("h2", {}, "Structures"),
        el(
          "p.muted",
          { style: { "margin-bottom": "12px" } },
          "Images of each structure alone: the same frames, the same size.",
        ),
        targets.element,
      ),
      el(
        "section.panel.stack",
        {},
        el("h2", { style: { margin: "0" } }, "Input"),
        el(
          "p.muted",
          {},
          "Without an image the network learns from the mean of the structures. If the superposition was photographed too, choose it.",
        ),
        input.element,
        input.channelField,
      ),
      el("section.panel", {}, el("h2", {}, "Recipe"), recipe.element),
    ),
    el(
      "div.stack.follows",
      {},
      cost.element,
      el(
        "section.panel.stack",
        {},
        el("h2", { style: { margin: "0" } }, "Run"),
        field("Name", name, "Its folder is runs/ and this name."),
        place,
        el("div.row", {}, start.element),
      ),
    ),
  );
  fill(
    element,
    el(
      "div.heading",
      {},
      el("h1", {}, "New training"),
      el("button", { type: "button", id: "train-clear", onclick: clear }, "Clear the form"),
    ),
    form,
  );
  const draft = readDraft();
  if (draft) restore(draft);
  isRestored = true;
  update();
  getJSON("/api/runs", { signal })
    .then(({ runs }) => {
      taken = new Set(runs.map((run) => lastName(run.path)));
      update();
    })
    .catch((error) => showError(error, place));
}
