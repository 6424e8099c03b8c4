// What is plotted of a run.

import { column } from "./curve-data.js";

/**
 * What is plotted. `lines` takes the data of a run and gives names and columns; those of validations
 * have steps of their own.
 */
export const mainKinds = [
  {
    id: "loss",
    title: "Loss",
    unit: "",
    canBeLog: true,
    lines: (data, isAlone) => [
      ["loss", data.loss],
      ...(isAlone ? [["reconstruction", data.reconstruction]] : []),
    ],
  },
  {
    id: "psnr",
    title: "PSNR of the validation",
    unit: "dB",
    isValidation: true,
    lines: (data, isAlone, channel) => {
      const { psnr = [], meanPSNR = [] } = data.validation ?? {};
      if (isAlone) return (data.targets ?? []).map((name, place) => [name, psnr[place]]);
      const place = (data.targets ?? []).indexOf(channel);
      return [["PSNR", channel ? psnr[place] : meanPSNR]];
    },
    levels: (data, isAlone, channel) => {
      const trivial = column(data.trivialPSNR);
      if (isAlone)
        return trivial.map((value, place) => [`${data.targets?.[place] ?? place}, input itself`, value]);
      const known = trivial.filter((value) => value !== null);
      const mean = known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
      return [["input itself", channel ? trivial[(data.targets ?? []).indexOf(channel)] : mean]];
    },
  },
  {
    id: "kl",
    title: "KL divergence",
    unit: "nats",
    canBeLog: true,
    lines: (data, isAlone) =>
      isAlone && data.klPerLevel?.length > 1
        ? [["mean", data.kl], ...data.klPerLevel.map((values, place) => [`level ${place + 1}`, values])]
        : [["mean", data.kl]],
  },
  { id: "rate", title: "Rate", unit: "patches/s", lines: (data) => [["patches/s", data.patchesPerSecond]] },
];

/** What fewer people look at. */
export const furtherKinds = [
  {
    id: "learning-rate",
    title: "Learning rate",
    unit: "",
    canBeLog: true,
    lines: (data) => [["learning rate", data.learningRate]],
  },
  {
    id: "gradient",
    title: "Norm of the gradient",
    unit: "",
    canBeLog: true,
    lines: (data) => [["norm", data.gradientNorm]],
  },
  {
    id: "memory",
    title: "Memory of the process",
    unit: "MiB",
    lines: (data) => [["memory", data.residentMemoryMiB]],
  },
];
