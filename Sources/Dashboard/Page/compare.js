// Several models on the same image, with scores where the true structures are known.

import { isAbort, postJSON } from "./api.js";
import { action, el, fill, setText } from "./dom.js";
import { counted } from "./format.js";
import { ImageField } from "./image-field.js";
import { followJobs } from "./job-list.js";
import { fetchModels, modelFacts, modelName } from "./model-choice.js";
import { notice, showError } from "./notices.js";
import { pageLink } from "./run-words.js";
import { scoreTable } from "./score-table.js";

/** `target=NAME|CHANNEL|PATH` of the address as an object. */
function parseTarget(text) {
  const [name, channel, ...path] = text.split("|");
  return { name, channel: channel === "" ? null : Number(channel), path: path.join("|") };
}

/** Shows the page. What is compared is in the address, so that it can be opened again. */
export async function show({ element, query, signal, setTitle }) {
  setTitle("Compare");
  let models = [];
  let isStarting = false;
  const targets = new Map();
  const list = el(
    "fieldset",
    { id: "compare-models" },
    el("legend", {}, "Models"),
    el("p.loading", {}, "Loading …"),
  );
  const image = new ImageField({
    label: "Image",
    title: "The image that all models split",
    signal,
    onchange: () => update(),
    test: "compare-image",
  });
  const truth = el("div.stack", { id: "compare-targets" });
  const place = el("div");
  const progress = el("div");
  const scores = el("div", { id: "compare-scores" });
  const start = action("Compare", {
    id: "compare-start",
    class: "primary",
    isReasonShown: true,
    onclick: begin,
    onrefused: (reason) => notice(reason),
  });
  const chosen = () =>
    models.filter((model) => list.querySelector(`input[value="${CSS.escape(model.path)}"]`)?.checked);

  function update() {
    const some = chosen();
    const names = [...new Set(some.flatMap((model) => model.targets ?? []))];
    for (const name of names) {
      if (targets.has(name)) continue;
      targets.set(
        name,
        new ImageField({
          label: `True ${name} (optional)`,
          title: `Image of ${name} alone`,
          signal,
          onchange: () => update(),
          test: `compare-target-${name}`,
        }),
      );
    }
    const shown = names.flatMap((name) => [targets.get(name).element, targets.get(name).channelField]);
    if (truth.dataset.names !== names.join("|")) {
      truth.dataset.names = names.join("|");
      fill(truth, shown);
    }
    setText(start.button, some.length > 1 ? `Compare ${counted(some.length, "model")}` : "Compare");
    start.set(
      isStarting
        ? "The splits are being started."
        : some.length < 2
          ? "Choose at least two models."
          : !image.path
            ? "Choose an image."
            : null,
    );
  }

  async function begin() {
    const some = chosen();
    isStarting = true;
    update();
    fill(place);
    fill(scores);
    try {
      const body = { models: some.map((model) => model.path), image: image.path };
      if (image.channel !== null) body.channel = image.channel;
      const answer = await postJSON("/api/comparisons", body, { signal });
      document.dispatchEvent(new Event("usplit-jobs"));
      const jobs = answer.jobs.map((job) => job.id ?? job);
      const known = [...targets]
        .filter(([, field]) => field.path)
        .map(([name, field]) => ({ name, path: field.path, channel: field.channel }));
      const state = pageLink("compare", [
        ...body.models.map((path) => ["model", path]),
        ["image", body.image],
        ...jobs.map((id) => ["job", id]),
        ...known.map((target) => ["target", `${target.name}|${target.channel ?? ""}|${target.path}`]),
      ]);
      history.replaceState(null, "", state);
      follow(some, body.image, jobs, known);
    } catch (error) {
      if (!isAbort(error)) showError(error, place);
    } finally {
      isStarting = false;
      update();
    }
  }

  function follow(some, input, jobs, known) {
    followJobs(progress, jobs, {
      signal,
      onEnd: async (ended) => {
        const done = ended
          .filter((job) => job.state === "done" && job.result?.path)
          .map((job) => ({
            model: some.find((model) => model.path === job.result.model) ?? some[jobs.indexOf(job.id)],
            path: job.result.path,
          }));
        if (!done.length) return;
        const images = [
          input,
          ...done.map((each) => each.path),
          ...new Set(known.map((target) => target.path)),
        ];
        const open = el(
          "p",
          {},
          el(
            "a.button.primary",
            {
              id: "compare-open",
              href: pageLink(
                "view",
                images.map((path) => ["image", path]),
              ),
            },
            "Open all side by side",
          ),
        );
        fill(
          scores,
          open,
          known.length
            ? el("p.loading", {}, "Computing the scores …")
            : el(
                "p.muted",
                {},
                "With images of the true structures, PSNR, SSIM and correlation would be shown here.",
              ),
        );
        if (!known.length) return;
        try {
          const table = await scoreTable(done, known, signal);
          fill(scores, open, table);
        } catch (error) {
          if (isAbort(error)) return;
          const where = el("div");
          fill(scores, open, where);
          showError(error, where);
        }
      },
    });
  }

  fill(
    element,
    el("div.heading", {}, el("h1", {}, "Compare models")),
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
        list,
        image.element,
        image.channelField,
        truth,
        place,
        el("div.row", {}, start.element),
      ),
      el(
        "section.panel.stack",
        {},
        el("h2", { style: { margin: "0" } }, "How it works"),
        el(
          "p",
          {},
          "Every chosen model splits the same image. The results are shown side by side with linked views.",
        ),
        el(
          "p",
          {},
          "Where images of the true structures exist, choose them: then each result is scored, and the viewer shows the differences.",
        ),
      ),
    ),
    el("div.stack", { style: { "margin-top": "16px" } }, progress, scores),
  );
  update();
  models = await fetchModels(signal);
  const wanted = query.getAll("model");
  fill(
    list,
    el("legend", {}, "Models"),
    models.length
      ? models.map((model) =>
          el(
            "label.choice",
            {},
            el("input", {
              type: "checkbox",
              name: "model",
              value: model.path,
              checked: wanted.includes(model.path),
              onchange: update,
            }),
            el("span", {}, el("b", {}, modelName(model)), el("span.muted", {}, modelFacts(model))),
          ),
        )
      : el("p", {}, "There are no models yet. ", el("a", { href: "#/train" }, "Train one"), " first."),
  );
  const known = query.getAll("target").map(parseTarget);
  update();
  for (const target of known) targets.get(target.name)?.set(target.path, { channel: target.channel });
  if (query.get("image")) image.set(query.get("image"));
  const jobs = query.getAll("job");
  if (jobs.length)
    follow(
      wanted.map((path) => models.find((model) => model.path === path)).filter(Boolean),
      query.get("image"),
      jobs,
      known,
    );
}
