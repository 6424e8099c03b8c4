"""Writes what a study found as Markdown, with curves as SVG."""

import collections
import json
import pathlib
import statistics

import matplotlib

matplotlib.use("svg")
# The same figures for the same results, byte for byte.
matplotlib.rcParams["svg.hashsalt"] = "usplit"
import matplotlib.pyplot as plt  # noqa: E402

# Colours that those with colour blindness can tell apart (Okabe and Ito, 2008).
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999"]


def mean(values):
    return sum(values) / len(values)


def spread(values, digits):
    text = f"{mean(values):.{digits}f}"
    return f"{text} ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else text


def seconds(budget):
    """A budget as seconds, or steps; and the name of the axis."""
    if budget.endswith("steps"):
        return int(budget[:-5]), "steps"
    units = {"s": 1, "m": 60, "h": 3600}
    return int(budget[:-1]) * units[budget[-1]], "s"


def words(budget):
    value, unit = seconds(budget)
    if unit == "steps":
        return f"{value} steps"
    return f"{value // 60} min" if value % 60 == 0 else f"{value} s"


class Results:
    def __init__(self, file, study):
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        self.rows = {row["id"]: row for row in rows}.values()
        self.study = study
        self.groups = collections.defaultdict(list)
        for row in self.rows:
            self.groups[row["data"], row["recipe"], row["budget"]].append(row)

    def data(self):
        return [name for name in self.study["data"] if any(key[0] == name for key in self.groups)]

    def budgets(self, data):
        found = {key[2] for key in self.groups if key[0] == data}
        return sorted(found, key=lambda budget: (seconds(budget)[1], seconds(budget)[0]))

    def recipes(self, data):
        found = {key[1] for key in self.groups if key[0] == data}
        return [name for name in self.study["recipes"] if name in found]

    def table(self, data):
        budgets = self.budgets(data)
        head = ["recipe"]
        for budget in budgets:
            head += [f"PSNR, {words(budget)}", "SSIM", "steps"]
        rows = [head, ["---"] + ["---:"] * (len(head) - 1)]
        any_row = next(row for row in self.rows if row["data"] == data)
        rows.append(
            ["*the input itself*", f"{mean(any_row['trivialPSNR']):.2f}",
             f"{mean(any_row['trivialSSIM']):.3f}", "–"] + [""] * (len(head) - 4))
        for recipe in self.recipes(data):
            row = [f"`{recipe}`"]
            for budget in budgets:
                group = self.groups.get((data, recipe, budget))
                if not group:
                    row += ["", "", ""]
                    continue
                row += [
                    spread([mean(run["psnr"]) for run in group], 2),
                    spread([mean(run["ssim"]) for run in group], 3),
                    f"{mean([run['steps'] for run in group]):.0f}",
                ]
            rows.append(row)
        return "\n".join("| " + " | ".join(row) + " |" for row in rows)

    def channels(self, data):
        """Each channel for the longest budget."""
        budget = self.budgets(data)[-1]
        lines = []
        for recipe in self.recipes(data):
            group = self.groups.get((data, recipe, budget))
            if group:
                each = zip(*[run["psnr"] for run in group])
                lines.append(f"`{recipe}` {', '.join(spread(list(one), 2) for one in each)}")
        return f"Channel by channel after {words(budget)}, dB: " + "; ".join(lines) + "."

    def calibration(self, data):
        """How far predicted deviations are from the errors, for the longest budget."""
        budget = self.budgets(data)[-1]
        lines = []
        for recipe in self.recipes(data):
            runs = self.groups.get((data, recipe, budget), [])
            runs = [run for run in runs if run.get("miscalibration")]
            if runs:
                each = zip(*[[100 * value for value in run["miscalibration"]] for run in runs])
                lines.append(f"`{recipe}` {', '.join(spread(list(one), 1) for one in each)}")
        if not lines:
            return []
        text = "Predicted deviations and errors differ by, in per cent over 15 bins: "
        return [text + "; ".join(lines) + ".", ""]

    def deviations(self, data, folder):
        """Errors over predicted deviations, for each channel of `fast` with the longest budget."""
        runs = [
            run for run in self.groups.get((data, "fast", self.budgets(data)[-1]), [])
            if run.get("calibration")
        ]
        if not runs:
            return []
        figure, axes = plt.subplots(figsize=(4.5, 3.4), layout="constrained")
        most = 0
        for number, run in enumerate(sorted(runs, key=lambda run: run["seed"])):
            for channel, curve in enumerate(run["calibration"]):
                predicted, real = zip(*curve)
                most = max(most, *predicted, *real)
                axes.plot(
                    predicted, real, color=COLOURS[number], linestyle=["-", "--", ":", "-."][channel % 4],
                    marker=".", label=f"seed {run['seed']}, channel {channel}")
        axes.plot([0, most], [0, most], color="#777777", linewidth=0.8, label="as predicted")
        axes.set_xlabel("predicted deviation, in deviations of the target")
        axes.set_ylabel("root-mean-square error")
        axes.legend(fontsize=7)
        file = folder / f"{data}-calibration.svg"
        figure.savefig(file, metadata={"Date": None})
        plt.close(figure)
        return [file]

    def curves(self, data, folder):
        """Validation PSNR over the steps and over the time, one line for each training."""
        figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
        for number, recipe in enumerate(self.recipes(data)):
            colour = COLOURS[number % len(COLOURS)]
            named = False
            for budget in self.budgets(data):
                for run in self.groups.get((data, recipe, budget), []):
                    for axis, column in zip(axes, (0, 1)):
                        axis.plot(
                            [point[column] for point in run["curve"]],
                            [point[2] for point in run["curve"]], color=colour, linewidth=0.8,
                            alpha=0.8, label=None if named or axis is axes[1] else recipe)
                    named = True
        for axis, name in zip(axes, ("steps", "seconds")):
            axis.set_xscale("log")
            axis.set_xlabel(name)
            axis.grid(alpha=0.3)
        axes[0].set_ylabel("validation PSNR, dB")
        axes[0].legend(fontsize=7)
        file = folder / f"{data}.svg"
        figure.savefig(file, metadata={"Date": None})
        plt.close(figure)
        return file


def write(results, study, page, figures):
    study = json.loads(study.read_text())
    found = Results(results, study)
    figures.mkdir(parents=True, exist_ok=True)
    lines = []
    for data in found.data():
        file = found.curves(data, figures)
        pictures = [
            line for picture in found.deviations(data, figures)
            for line in [f"![Errors where deviations were predicted]({picture.relative_to(page.parent)})", ""]
        ]
        lines += [
            f"### {study['data'][data]['about']}", "", found.table(data), "", found.channels(data),
            "", *found.calibration(data), *pictures, f"![Validation PSNR over steps and time]({file.relative_to(page.parent)})", "",
        ]
    lines += ["### The recipes", ""]
    used = {key[1] for key in found.groups}
    for name, recipe in study["recipes"].items():
        if name in used:
            lines.append(f"- `{name}`: {recipe['about']}")
    text = page.read_text() if page.exists() else "<!-- results -->\n<!-- end of results -->\n"
    before, rest = text.split("<!-- results -->")
    after = rest.split("<!-- end of results -->")[1]
    body = "\n".join(lines)
    page.write_text(
        f"{before}<!-- results -->\n\n{body}\n\n<!-- end of results -->{after}")


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description=__doc__)
    here = pathlib.Path(__file__).resolve().parent
    docs = here.parents[1] / "docs" / "results"
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--study", type=pathlib.Path, default=here / "study.json")
    parser.add_argument("--page", type=pathlib.Path, default=docs / "quality.md")
    parser.add_argument("--figures", type=pathlib.Path, default=docs / "quality")
    options = parser.parse_args()
    write(options.results, options.study, options.page, options.figures)
