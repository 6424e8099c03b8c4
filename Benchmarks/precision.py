#!/usr/bin/env python3
"""Measures what parts of a batch, computing twice and short features are worth in training.

Usage: precision.py USPLIT FOLDER [--only memory|quality] [--filters 64] [--steps 600] [--threads 1]

USPLIT is the command (.build/release/usplit), FOLDER a new folder for images and runs. Prints two
tables in Markdown:

memory   the largest resident memory of a training of Deep-LC at its full size, in batches of 32,
         whole and in parts, kept and computed twice, and under a limit of 4 GiB
quality  validation PSNR of a small network after the same number of steps in float32 and bfloat16
"""
import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

GIB = 1 << 30


def available():
    """Bytes that can be had without swapping."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


def run(command):
    """Runs a command; its largest resident memory in bytes and its remarks."""
    print("$", " ".join(command), file=sys.stderr, flush=True)
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    remarks = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{remarks}\n{' '.join(command)} failed with {child.returncode}")
    return usage.ru_maxrss * 1024, remarks


def synthesize(usplit, folder, frames, size):
    run([usplit, "synthesize", "cells", "--frames", str(frames), "--size", str(size),
         "--seed", "1", "-o", str(folder)])
    return [word for name in ("nuclei", "filaments")
            for word in ("--target", f"{name}={folder / (name + '.tif')}")]


def memory(arguments):
    folder = arguments.folder
    targets = synthesize(arguments.usplit, folder / "few", 20, 256)
    base = [arguments.usplit, "train", "--preset", "paper", "--context", "deep", "--set",
            f"network.filters={arguments.filters}", "--epochs", "1", "--steps-per-epoch", "2",
            "--set", "training.validationPatches=2", "--seed", "1", "--threads",
            str(arguments.threads), "--ignore-memory"]
    describe = json.loads(subprocess.run(
        [arguments.usplit, "describe", "--preset", "paper", "--context", "deep", "--set",
         f"network.filters={arguments.filters}", "--json"],
        check=True, capture_output=True, text=True).stdout)
    estimate = describe["trainingMemory"]
    cases = [
        ("batch of 8", ["--batch", "8"]),
        ("batch of 16", ["--batch", "16"]),
        ("batch of 32", ["--batch", "32"]),
        ("batch of 32, parts of 4", ["--batch", "32", "--set", "training.microBatch=4"]),
        ("batch of 32, all levels computed twice", ["--batch", "32", "--set",
                                                    "training.recompute=8"]),
        ("batch of 32, parts of 8, all levels computed twice",
         ["--batch", "32", "--set", "training.microBatch=8", "--set", "training.recompute=8"]),
        ("batch of 32, bfloat16, parts of 8, all levels computed twice",
         ["--batch", "32", "--set", "training.microBatch=8", "--set", "training.recompute=8",
          "--precision", "bfloat16"]),
        ("batch of 32, --memory-limit 4G", ["--batch", "32", "--memory-limit", "4G"]),
    ]
    print(f"Deep-LC, {arguments.filters} filters, patches of 64 pixels; the program's estimate for a "
          f"batch of 32 is {estimate / GIB:.1f} GiB.\n")
    print("| training | largest resident memory, GiB |\n|---|---:|")
    for number, (name, options) in enumerate(cases):
        need = estimate if options == ["--batch", "32"] else 0
        if need > available():
            print(f"| {name} | not run: {available() / GIB:.1f} GiB are available |", flush=True)
            continue
        peak, remarks = run(base + options + targets + ["-o", str(folder / f"memory-{number}")])
        print(f"| {name} | {peak / GIB:.2f} |", flush=True)
        for line in remarks.splitlines():
            if "are allowed" in line or "from now on" in line:
                print(f"  {line.strip()}", file=sys.stderr)


def quality(arguments):
    folder = arguments.folder
    targets = synthesize(arguments.usplit, folder / "cells", 24, 256)
    print("\n| precision | steps | validation PSNR, dB | difference, dB |\n|---|---:|---:|---:|")
    first = None
    for precision in ("float32", "bfloat16"):
        output = folder / precision
        run([arguments.usplit, "train", "--preset", "fast", "--context", "lean", "--set",
             "network.filters=16", "--set", "training.threads=1", "--precision", precision,
             "--time", "0", "--epochs", "4", "--steps-per-epoch", str(arguments.steps // 4),
             "--seed", "1", *targets, "-o", str(output)])
        events = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
        last = [event for event in events if event["event"] == "validation"][-1]
        psnr = last["meanPSNR"]
        first = psnr if first is None else first
        print(f"| {precision} | {last['step']} | {psnr:.2f} | {psnr - first:+.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("usplit")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=["memory", "quality"])
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True)
    for name, measure in (("memory", memory), ("quality", quality)):
        if arguments.only in (None, name):
            measure(arguments)


if __name__ == "__main__":
    main()
