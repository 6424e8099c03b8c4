#!/usr/bin/env python3
"""Trains recipes on data sets with several seeds and budgets, and keeps what came out.

A training is known by its recipe, data set, budget and seed; one that is finished is not repeated.
See ../README.md.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=pathlib.Path, default=HERE / "study.json")
    parser.add_argument("--usplit", default="usplit", help="the program")
    parser.add_argument("--images", default="data", help="folder with the published images")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path("quality"))
    parser.add_argument("--recipes", help="names, separated by commas (default: all)")
    parser.add_argument("--data", help="names, separated by commas (default: all)")
    parser.add_argument("--budgets", default="420s", help="such as 120s,420s or 1500steps")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--threads", type=int, default=2, help="of each training")
    parser.add_argument("--jobs", type=int, default=1, help="trainings at once")
    parser.add_argument("--keep", action="store_true", help="keep the folders of the trainings")
    return parser.parse_args()


def chosen(names, known, what):
    names = names.split(",") if names else list(known)
    for name in names:
        if name not in known:
            sys.exit(f"no {what} is called {name}; there are {', '.join(known)}")
    return names


class Study:
    def __init__(self, options):
        self.options = options
        self.study = json.loads(options.study.read_text())
        self.output = options.output
        self.output.mkdir(parents=True, exist_ok=True)
        self.results = self.output / "results.jsonl"
        self.lock = threading.Lock()

    def finished(self):
        if not self.results.exists():
            return set()
        rows = [json.loads(line) for line in self.results.read_text().splitlines()]
        return {row["id"] for row in rows}

    def environment(self):
        threads = str(self.options.threads)
        return os.environ | {"OMP_NUM_THREADS": threads}

    def usplit(self, *arguments):
        command = [self.options.usplit, *map(str, arguments)]
        outcome = subprocess.run(command, capture_output=True, text=True, env=self.environment())
        if outcome.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{outcome.stderr[-2000:]}")
        return outcome.stdout

    def data(self, name):
        data = self.study["data"][name]
        settings = list(data["settings"])
        if "--dataset" in settings:
            settings += ["--data", self.options.images]
        if "synthesize" in data:
            folder = self.output / "images" / data.get("images", name)
            with self.lock:
                if not folder.exists():
                    self.usplit("synthesize", *data["synthesize"], "-o", folder, "-q")
            settings = [text.replace("{folder}", str(folder)) for text in settings]
        return settings

    def run(self, recipe, data, budget, seed):
        name = f"{data}/{recipe}/{budget}/{seed}"
        described = self.study["recipes"][recipe]
        run = self.output / "runs" / name.replace("/", "_")
        arguments = ["--preset", described.get("preset", "fast")]
        for key, value in described.get("settings", {}).items():
            text = value if isinstance(value, str) else json.dumps(value)
            arguments += ["--set", f"{key}={text}"]
        arguments += self.data(data)
        count = re.fullmatch(r"(\d+)steps", budget)
        if count:
            arguments += ["--set", "training.timeBudget=0", "--set", "training.stepsPerEpoch=200"]
            arguments += ["--epochs", max(1, int(count[1]) // 200)]
        else:
            arguments += ["--time", budget]
        arguments += ["--seed", seed, "--threads", self.options.threads]
        began = time.monotonic()
        self.usplit("train", *arguments, "-o", run, "--force", "-q")
        seconds = time.monotonic() - began
        report = json.loads(self.usplit(
            "evaluate", "--model", run / "checkpoints" / "best.safetensors", "--trivial",
            "--threads", self.options.threads, "--json", "-", "-q",
            *(["--deviations"] if described.get("preset") != "paper" else [])))
        events = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        row = {
            "id": name, "recipe": recipe, "data": data, "budget": budget, "seed": seed,
            "threads": self.options.threads, "seconds": seconds,
            "steps": max(event.get("step", 0) for event in events),
            "curve": [
                [event["step"], event["seconds"], event["meanPSNR"]]
                for event in events if event["event"] == "validation" and event.get("meanPSNR")
            ],
        } | scores(report)
        with self.lock:
            with self.results.open("a") as file:
                file.write(json.dumps(row) + "\n")
        if not self.options.keep:
            shutil.rmtree(run)
        return row


def scores(report):
    """Means over test frames, channel by channel, against targets clipped as in training."""
    def mean(part, kind, channel):
        values = [frame[part][channel][kind] for frame in report["frames"]]
        return sum(values) / len(values)
    channels = range(len(report["channels"]))
    curves = report.get("calibration") or []
    return {
        "miscalibration": [round(miscalibration(curve["bins"]), 4) for curve in curves],
        "calibration": [
            [[round(bin[key], 5) for key in ("deviation", "error")] for bin in curve["bins"]]
            for curve in curves
        ],
    } | {
        name: [round(mean(part, kind, channel), 4) for channel in channels]
        for name, part, kind in [
            ("psnr", "clipped", "rangeInvariantPSNR"), ("ssim", "clipped", "ssim"),
            ("trivialPSNR", "trivial", "rangeInvariantPSNR"), ("trivialSSIM", "trivial", "ssim"),
        ]
    }


def miscalibration(bins):
    """Mean difference of predicted deviations and real errors, relative to the mean error."""
    return sum(abs(bin["deviation"] - bin["error"]) for bin in bins) / sum(
        bin["error"] for bin in bins)


def main():
    options = parse()
    study = Study(options)
    recipes = chosen(options.recipes, study.study["recipes"], "recipe")
    data = chosen(options.data, study.study["data"], "data set")
    done = study.finished()
    jobs = [
        (recipe, name, budget, int(seed))
        for seed in options.seeds.split(",") for budget in options.budgets.split(",")
        for name in data for recipe in recipes
        if f"{name}/{recipe}/{budget}/{seed}" not in done
    ]
    print(f"{len(jobs)} trainings", flush=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        futures = {pool.submit(study.run, *job): job for job in jobs}
        for future in concurrent.futures.as_completed(futures):
            try:
                row = future.result()
            except RuntimeError as error:
                print(f"{futures[future]} failed: {error}", flush=True)
                continue
            psnr = sum(row["psnr"]) / len(row["psnr"])
            trivial = sum(row["trivialPSNR"]) / len(row["trivialPSNR"])
            print(
                f"{row['id']}: {psnr:.2f} dB (the input {trivial:.2f}), {row['steps']} steps, "
                f"{row['seconds']:.0f} s", flush=True)


if __name__ == "__main__":
    main()
