"""Compares the event files of trainings with their metrics.

TensorBoard's library reads the files; nothing here knows their format. One training is whole, one
is killed and resumed: what TensorBoard shows must be the metrics of the run, each step once.

usage: check.py USPLIT_BINARY WORK_FOLDER
"""

import io
import json
import math
import os
import signal
import struct
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

from PIL import Image
from tensorboard import program
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

TARGETS = ["nuclei", "filaments"]
STEP = {
    "training/loss": "loss",
    "training/reconstruction": "reconstruction",
    "training/kl": "kl",
    "optimiser/learning_rate": "learningRate",
    "optimiser/gradient_norm": "gradientNorm",
    "speed/patches_per_second": "patchesPerSecond",
    "speed/resident_memory_mib": "residentMemoryMiB",
}
VALIDATION = {"validation/reconstruction": "reconstruction", "psnr/mean": "meanPSNR"}
VALIDATION_LISTS = {"psnr": "psnr", "psnr_of_input": "trivialPSNR"}


def single(value):
    """The number as TensorBoard keeps it: 32 bits."""
    return struct.unpack("<f", struct.pack("<f", float(value)))[0]


def expected(metrics):
    """Every scalar that the metrics hold: tag to a list of (step, value)."""
    scalars = {}

    def add(tag, event, value):
        if value is not None:
            scalars.setdefault(tag, []).append((event["step"], single(value)))

    for line in metrics.read_text().splitlines():
        event = json.loads(line)
        if event["event"] == "step":
            for tag, key in STEP.items():
                add(tag, event, event.get(key))
            for level, value in enumerate(event.get("klPerLevel", [])):
                add(f"kl/level_{level}", event, value)
        elif event["event"] == "validation":
            for tag, key in VALIDATION.items():
                add(tag, event, event.get(key))
            for prefix, key in VALIDATION_LISTS.items():
                for name, value in zip(TARGETS, event.get(key, [])):
                    add(f"{prefix}/{name}", event, value)
    return scalars


def same(a, b):
    return len(a) == len(b) and all(
        x[0] == y[0] and (x[1] == y[1] or math.isnan(x[1]) and math.isnan(y[1])) for x, y in zip(a, b)
    )


def check(run, what):
    """Compares all that TensorBoard's library reads of a run with its metrics."""
    accumulator = EventAccumulator(str(run), size_guidance={"scalars": 0, "images": 0})
    accumulator.Reload()
    wanted = expected(run / "metrics.jsonl")
    tags = accumulator.Tags()
    assert set(tags["scalars"]) == set(wanted), (what, set(tags["scalars"]) ^ set(wanted))
    for tag, values in wanted.items():
        found = [(event.step, event.value) for event in accumulator.Scalars(tag)]
        assert same(found, values), (what, tag, found, values)
        times = [event.wall_time for event in accumulator.Scalars(tag)]
        assert times == sorted(times) and abs(times[-1] - time.time()) < 3600, (what, tag)
    kept = {path.read_bytes() for path in (run / "previews").glob("*.png")}
    assert tags["images"] == ["preview"], (what, tags["images"])
    for image in accumulator.Images("preview"):
        assert image.encoded_image_string in kept, (what, image.step)
        with Image.open(io.BytesIO(image.encoded_image_string)) as picture:
            picture.load()
            assert picture.size == (image.width, image.height), (what, picture.size)
    count = sum(len(values) for values in wanted.values())
    print(f"tensorboard-check: {what}: {count} numbers of {len(wanted)} kinds agree")


def check_server(folder, run):
    """Asks the server that `tensorboard --logdir` starts for a curve."""
    server = program.TensorBoard()
    server.configure(argv=[None, "--logdir", str(folder), "--port", "0"])
    address = server.launch()
    query = urllib.parse.urlencode({"run": run.name, "tag": "training/loss"})
    wanted = expected(run / "metrics.jsonl")["training/loss"]
    found = None
    for _ in range(60):
        try:
            with urllib.request.urlopen(f"{address}data/plugin/scalars/scalars?{query}") as reply:
                found = [(step, value) for _, step, value in json.load(reply)]
        except OSError:
            found = None
        if found is not None and same(found, wanted):
            print("tensorboard-check: the server shows the curve under the name of the run's folder")
            return
        time.sleep(0.5)
    raise AssertionError(("server", found, wanted))


def main():
    usplit, work = os.path.abspath(sys.argv[1]), Path(sys.argv[2])

    def call(*arguments):
        subprocess.run([usplit, *arguments, "--quiet"], check=True, cwd=work,
                       stdout=subprocess.DEVNULL)

    call("synthesize", "cells", "--frames", "8", "--size", "64", "--seed", "1", "-o", "cells")
    train = ["train", "--filters", "2", "--latents", "2", "--patch", "16", "--levels", "2",
             "--contexts", "2", "--time", "0", "--threads", "1", "--tensorboard"]
    train += [f"--target={name}=cells/{name}.tif" for name in TARGETS]

    call(*train, "--epochs", "3", "--steps-per-epoch", "10", "-o", "whole")
    check(work / "whole", "a whole training")
    runs = EventMultiplexer().AddRunsFromDirectory(str(work)).Reload().Runs()
    assert "whole" in runs, runs

    metrics = work / "killed" / "metrics.jsonl"
    process = subprocess.Popen(
        [usplit, *train, "--epochs", "100000", "--steps-per-epoch", "10", "--quiet", "-o", "killed",
         "--set", "training.checkpointInterval=0.5"], cwd=work, stdout=subprocess.DEVNULL)
    deadline = time.time() + 60
    while not metrics.exists() or metrics.read_bytes().count(b"\n") < 60:
        assert time.time() < deadline and process.poll() is None, "the training did not begin"
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = [json.loads(line) for line in metrics.read_bytes().split(b"\n")[:-1]]
    epochs = max(event.get("epoch", 0) for event in done) + 3
    call("train", "--resume", "killed", "--epochs", str(epochs))
    assert len(list((work / "killed").glob("events.out.tfevents.*"))) == 2
    check(work / "killed", "a training that was killed and resumed")
    check_server(work, work / "killed")


main()
