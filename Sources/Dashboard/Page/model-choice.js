// The models on the server, as choices.

import { getJSON } from "./api.js";
import { date, finite, moment, number, shortPath } from "./format.js";

/** All models, the newest first. */
export async function fetchModels(signal) {
  const { models } = await getJSON("/api/models", { signal });
  return models.sort((a, b) => (moment(b.modified) ?? 0) - (moment(a.modified) ?? 0));
}

/** The name of a model for people: that of its run, or of its file. */
export function modelName(model) {
  return model.run ? shortPath(model.run) : shortPath(model.path);
}

/** What is known of a model, in few words. */
export function modelFacts(model) {
  return [
    (model.targets ?? []).join(", "),
    model.network,
    finite(model.bestPSNR) === null ? null : `${number(model.bestPSNR)} dB`,
    model.trained,
    model.modified ? date(model.modified) : null,
  ]
    .filter(Boolean)
    .join(" · ");
}
