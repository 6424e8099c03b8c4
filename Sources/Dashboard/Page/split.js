// Splitting an image with a model.

import { address, getJSON, isAbort, postJSON } from "./api.js";
import { action, el, field, fill, select, setText } from "./dom.js";
import { date, lastName, moment, shortPath } from "./format.js";
import { ImageField } from "./image-field.js";
import { followJob, resultLink } from "./job-list.js";
import { fetchModels, modelFacts, modelName } from "./model-choice.js";
import { notice, showError } from "./notices.js";
import { pageLink } from "./run-words.js";
import { uploadZone } from "./upload-zone.js";

const folders = 12;

/** The results in the folder of splits, the newest first. */
async function results(signal) {
  const browse = async (path) => (await getJSON(address("/api/browse", { path }), { signal })).entries;
  const { roots } = await getJSON("/api/about", { signal });
  const root = roots.find((each) => each.writable) ?? roots[0];
  // Asking for a folder that is not there yet would be an error.
  const splits = (await browse(root.id)).find((entry) => entry.kind === "folder" && entry.name === "splits");
  if (!splits) return [];
  const entries = await browse(splits.path);
  const newest = entries
    .filter((entry) => entry.kind === "folder")
    .sort((a, b) => (moment(b.modified) ?? 0) - (moment(a.modified) ?? 0))
    .slice(0, folders);
  const inside = await Promise.all(newest.map((entry) => browse(entry.path)));
  return [...entries, ...inside.flat()]
    .filter((entry) => entry.kind === "image")
    .sort((a, b) => (moment(b.modified) ?? 0) - (moment(a.modified) ?? 0));
}

/** Shows the page. */
export async function show({ element, query, signal, setTitle }) {
  setTitle("Split");
  let models = [];
  let isStarting = false;
  const change = () => update();
  const count = (id, value, max) =>
    el("input", { type: "number", id, min: 1, max, step: 1, value, oninput: change });
  const model = el(
    "select",
    { id: "split-model", onchange: change },
    el("option", { value: "" }, "Loading …"),
  );
  const facts = el("p.hint", { id: "split-model-facts" });
  const image = new ImageField({
    label: "Image",
    title: "The image to split",
    signal,
    onchange: change,
    test: "split-image",
  });
  const meaning = select({ id: "split-meaning" }, [
    ["", "as in training"],
    ["mean", "the mean of the structures"],
    ["sum", "the sum of the structures"],
  ]);
  const turns = select({ id: "split-turns" }, [
    ["", "as the model says"],
    ["1", "1 (fastest)"],
    ["2", "2"],
    ["4", "4"],
    ["8", "8"],
  ]);
  const samples = count("split-samples", "1", 1000);
  const frames = el("input", { type: "text", id: "split-frames", placeholder: "all", autocomplete: "off" });
  const deviations = el("input", { type: "checkbox", id: "split-deviations" });
  const keepSamples = el("input", { type: "checkbox", id: "split-keep" });
  const keepLabel = el("label.check", {}, keepSamples, "Keep each sample");
  const place = el("div");
  const progress = el("div", { id: "split-progress" });
  const earlier = el("div", { id: "split-results" }, el("p.loading", {}, "Loading …"));
  const start = action("Split", {
    id: "split-start",
    class: "primary",
    isReasonShown: true,
    onclick: begin,
    onrefused: (reason) => notice(reason),
  });

  function obstacle() {
    if (isStarting) return "The split is being started.";
    if (!models.length) return "There is no model yet; train one first.";
    if (!model.value) return "Choose a model.";
    if (!image.path) return "Choose an image, or drop a file anywhere on this page.";
    return samples.checkValidity() ? null : `Samples: ${samples.validationMessage}`;
  }

  function update() {
    const chosen = models.find((each) => each.path === model.value);
    setText(facts, chosen ? modelFacts(chosen) : "");
    keepLabel.hidden = !(Number(samples.value) > 1);
    start.set(obstacle());
  }

  async function begin() {
    const body = { model: model.value, image: image.path };
    if (Number(samples.value) > 1)
      Object.assign(body, {
        samples: Number(samples.value),
        ...(keepSamples.checked ? { keepSamples: true } : {}),
      });
    if (deviations.checked) body.deviations = true;
    if (meaning.value) body.inputIs = meaning.value;
    if (turns.value) body.turns = Number(turns.value);
    if (frames.value.trim()) body.frames = frames.value.trim();
    if (image.channel !== null) body.channel = image.channel;
    isStarting = true;
    update();
    fill(place);
    try {
      const { job } = await postJSON("/api/splits", body, { signal });
      document.dispatchEvent(new Event("usplit-jobs"));
      follow(job, body.image);
    } catch (error) {
      if (!isAbort(error)) showError(error, place);
    } finally {
      isStarting = false;
      update();
    }
  }

  function follow(id, input) {
    const shown = el("div");
    progress.prepend(shown);
    followJob(shown, id, {
      signal,
      onEnd: (job) => {
        if (job.state !== "done") return;
        showEarlier();
        // The server tells the input too; after a restart of the page it is the only one to know it.
        const link = resultLink({ ...job, result: { image: input, ...job.result } });
        if (link)
          shown.append(
            el(
              "p",
              {},
              el("a.button.primary", { href: link.href, id: "split-open" }, "Open input and result"),
            ),
          );
      },
    });
  }

  async function showEarlier() {
    try {
      const all = await results(signal);
      fill(
        earlier,
        all.length
          ? el(
              "ul.jobs",
              { "aria-label": "Earlier results" },
              all.map((entry) =>
                el(
                  "li.row",
                  {},
                  el("a", { href: pageLink("view", [["image", entry.path]]) }, shortPath(entry.path)),
                  el("span.muted", {}, date(entry.modified)),
                ),
              ),
            )
          : el("p.muted", {}, "Results are kept in splits/ and listed here."),
      );
    } catch (error) {
      if (!isAbort(error)) showError(error, earlier);
    }
  }

  fill(
    element,
    el("div.heading", {}, el("h1", {}, "Split an image")),
    el(
      "div.columns",
      {},
      el(
        "form.panel.stack",
        {
          onsubmit: (event) => {
            event.preventDefault();
            start.button.click();
          },
        },
        el("h2", { style: { margin: "0" } }, "Model and image"),
        el("div.field", {}, el("label", { for: "split-model" }, "Model"), model, facts),
        image.element,
        image.channelField,
        uploadZone({ signal, area: document, onpath: (path) => image.set(path) }),
        el(
          "details",
          { id: "split-options" },
          el("summary", {}, "Options"),
          el(
            "div.stack",
            {},
            el(
              "div.grid",
              {},
              field("The image is", meaning, "A recorded superposition is a sum."),
              field(
                "Turns",
                turns,
                "Averages predictions of turned patches: a little better, as many times slower.",
              ),
              field("Samples", samples, "Draws that are averaged, of HVAE models."),
              field("Frames", frames, "From 0, such as 3-5,8."),
            ),
            el("label.check", {}, deviations, "Add a standard deviation for every pixel"),
            keepLabel,
          ),
        ),
        place,
        el("div.row", {}, start.element),
        progress,
      ),
      el("section.panel", {}, el("h2", {}, "Earlier results"), earlier),
    ),
  );
  update();
  showEarlier();
  if (query.get("image")) image.set(query.get("image"));
  try {
    models = await fetchModels(signal);
  } catch (error) {
    fill(model, el("option", { value: "" }, "none"));
    throw error;
  }
  const wanted = query.get("model");
  if (wanted && !models.some((each) => each.path === wanted))
    models.unshift({ path: wanted, name: lastName(wanted) });
  fill(
    model,
    models.length
      ? models.map((each) =>
          el(
            "option",
            { value: each.path, selected: each.path === wanted },
            `${modelName(each)}${each.path.endsWith("best.safetensors") ? "" : ` (${lastName(each.path)})`}${each.targets ? `: ${each.targets.join(", ")}` : ""}`,
          ),
        )
      : el("option", { value: "" }, "none yet"),
  );
  update();
}
