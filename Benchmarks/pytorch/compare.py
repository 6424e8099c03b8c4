#!/usr/bin/env python3
"""Compares usplit with PyTorch on this machine, call by call in turns, in one run.

  compare.py                     every case (many hours)
  compare.py --quick             Lean and Deep, batch 4, training and prediction, not compiled
  compare.py --list              the names of the cases
  compare.py --cases 'train-*-4,memory-*'

A turn is one call of usplit, then one of each form of the peer; the quotients are those of the calls
of one turn. Results are in results.json and results.md of the folder that --output names.
"""

import argparse
import datetime
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from cases import PLAIN, chosen, forms_of
from processes import PeerFailure, Server, memory_info, run_timed
from report import OURS, machine, markdown

HERE = Path(__file__).resolve().parent
BENCHMARKS = HERE.parent


def command(form: str, case: dict, options: argparse.Namespace, **more) -> list[str]:
    values = {
        "work": case["work"], "network": case["network"], "batch": case["batch"],
        "samples": case["samples"], "threads": options.threads, "filters": options.filters,
        "patch": options.patch, **more,
    }  # fmt: skip
    words = [word for key, value in values.items() for word in (f"--{key}", str(value))]
    if form == OURS:
        return [str(options.bench), "serve", *words]
    words += ["--form", form]
    if form == "eager" and case["work"] in ("train", "predict", "samples"):
        words.append("--count")
    return [options.python, str(HERE / "peer.py"), "serve", *words]


def allocator(form: str) -> dict[str, str]:
    """All but PyTorch as it is keep freed memory, as usplit does in a training."""
    return {} if form in (OURS, "eager") else {"allocator": "keep"}


def note(*words):
    print(f"{datetime.datetime.now():%H:%M:%S}", *words, file=sys.stderr, flush=True)


def start(form: str, case: dict, options, servers: dict, failures: dict, **more) -> Server | None:
    compiled = form.startswith("compiled")
    limit = options.compile_limit if compiled else options.call_limit
    try:
        server = Server(command(form, case, options, **more), limit)
    except (PeerFailure, OSError) as failure:
        note(case["name"], form, failure)
        failures[form] = str(failure)
        return None
    servers[form] = server
    note(case["name"], form, f"is ready; first call {server.ready['first']:.2f} s")
    return server


def better_layout(servers: dict, options) -> str:
    """The layout to compile for: that in which the peer is faster by itself, by the second calls."""
    seconds = {}
    for form in PLAIN:
        if form in servers:
            try:
                calls = [servers[form].ask("", options.call_limit)["seconds"] for _ in range(2)]
                seconds[form] = min(calls)
            except PeerFailure:
                pass  # it will be told in its turn
    best = min(seconds, key=seconds.get, default="channels-last")
    return "compiled" if best == "eager" else "compiled-channels-last"


def measure(case: dict, options, matmul: Server) -> dict:
    """All turns of a case."""
    servers: dict[str, Server] = {}
    failures: dict[str, str] = {}
    result = {**case, "seconds": {}, "failures": failures, "matmul": []}
    try:
        for form in [OURS] + forms_of(case, options):
            if form == "compiled":
                form = better_layout(servers, options)
                result["compiledForm"] = form
            server = start(form, case, options, servers, failures, **allocator(form))
            if server:
                # The next has all memory to start with, and what compiling took is not counted.
                server.ask("release", options.call_limit)
        grown = [s.ready["peak"] - s.ready["base"] for s in servers.values() if s.ready["peak"]]
        # Where they could not all keep it, each gives it back, and warms up again before each call.
        result["released"] = sum(grown) * 2**20 > 0.6 * memory_info("MemAvailable")
        rows: list[dict[str, float]] = []
        for turn in range(options.pairs + 1):
            if turn == 1:
                rows, result["matmul"] = [], []  # the first turn only warmed up
            rows.append({})
            result["matmul"].append(matmul.ask("", options.call_limit)["seconds"])
            for form, server in list(servers.items()):
                try:
                    if result["released"]:
                        server.ask("", options.call_limit)
                    reply = server.ask("", options.call_limit)
                    if result["released"]:
                        server.ask("release", options.call_limit)
                except PeerFailure as failure:
                    note(case["name"], form, failure)
                    failures[form] = str(failure)
                    del servers[form]
                    continue
                rows[-1][form] = reply["seconds"]
                result.setdefault("peak", {})[form] = reply["peak"]
        result["seconds"] = rows
        result["first"] = {form: server.ready["first"] for form, server in servers.items()}
        if "eager" in servers:
            result["gigaflop"] = servers["eager"].ready.get("gigaflop")
            result["torch"] = servers["eager"].ready["version"]
        if OURS in servers:
            result["libtorch"] = servers[OURS].ready["version"]
    finally:
        for server in servers.values():
            server.close()
    return summarised(result)


def summarised(result: dict) -> dict:
    """Adds medians and quotients."""
    rows = result["seconds"]
    forms = dict.fromkeys(form for row in rows for form in row)
    medians = {f: statistics.median(row[f] for row in rows if f in row) for f in forms}
    result["medians"] = medians
    peers = {form: value for form, value in medians.items() if form != OURS}
    if peers and OURS in medians:
        result["fastest"] = min(peers, key=peers.get)
        for key, form in (("toFastest", result["fastest"]), ("toEager", "eager")):
            pairs = [row[OURS] / row[form] for row in rows if OURS in row and form in row]
            if pairs:
                result[key] = statistics.median(pairs)
    if result.get("matmul"):
        result["matmulRate"] = 2 * 2.048**3 / statistics.median(result["matmul"])
    if result.get("gigaflop"):
        result["rates"] = {form: result["gigaflop"] / value for form, value in medians.items()}
    return result


def measure_memory(case: dict, options) -> dict:
    """The largest resident memory of training steps, each in a fresh process."""
    result = {**case, "failures": {}, "memory": {}, "perPatch": {}}
    for form in [OURS] + forms_of(case, options):
        form = "compiled-channels-last" if form == "compiled" else form
        peaks = {}
        for batch in options.memory_batches:
            one = {**case, "work": "train", "batch": batch}
            servers: dict[str, Server] = {}
            server = start(form, one, options, servers, result["failures"])
            if server is None:
                break
            try:
                server.ask("release", options.call_limit)
                peak = max(server.ask("", options.call_limit)["peak"] for _ in range(2))
                peaks[batch] = {"base": server.ready["base"], "peak": peak}
            except PeerFailure as failure:
                result["failures"][form] = str(failure)
                break
            finally:
                server.close()
        result["memory"][form] = peaks
        if len(peaks) == 2:
            (few, least), (many, most) = sorted(peaks.items())
            result["perPatch"][form] = (most["peak"] - least["peak"]) / (many - few)
    return result


def make_image(path: Path, side: int):
    import numpy as np
    import tifffile

    random = np.random.default_rng(1)
    coarse = random.uniform(100, 4000, (side // 8 + 1, side // 8 + 1))
    plane = np.kron(coarse, np.ones((8, 8)))[:side, :side] + random.normal(0, 50, (side, side))
    tifffile.imwrite(path, plane.clip(0, 65535).astype(np.uint16))


def measure_image(case: dict, options) -> dict:
    """Splits an image from file to file, with the whole programs."""
    result = {**case, "failures": {}, "seconds": [], "peak": {}, "tiles": {}, "side": options.side}
    sizes = ["--filters", str(options.filters), "--patch", str(options.patch)]
    common = ["--batch", str(case["batch"]), "--threads", str(options.threads)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        image, model = folder / "image.tif", folder / "model.safetensors"
        make_image(image, options.side)
        network = ["--network", case["network"]]
        subprocess.run([options.bench, "model", *network, *sizes, "--file", model], check=True)
        margin = options.patch // 4
        inner = options.patch - 2 * margin
        for _ in range(options.image_pairs):
            row: dict[str, float] = {}
            for form in [OURS] + forms_of(case, options):
                form = "compiled-channels-last" if form == "compiled" else form
                if form in result["failures"]:
                    continue
                try:
                    if form == OURS:
                        shutil.rmtree(folder / "ours", ignore_errors=True)
                        words = [str(options.usplit), "split", image, "--model", model, "--output"]
                        words += [folder / "ours", "--padding", str(margin), *common]
                        seconds, peak, _ = run_timed(list(map(str, words)), options.image_limit)
                        count = (-(-options.side // inner)) ** 2
                    else:
                        words = [options.python, HERE / "peer.py", "split", image]
                        words += [folder / "peer.tif", "--form", form, *network, *sizes, *common]
                        words += ["--inner", str(inner)]
                        _, peak, text = run_timed(list(map(str, words)), options.image_limit)
                        said = json.loads(text.strip().splitlines()[-1])
                        seconds, count = said["seconds"], said["tiles"]
                except (PeerFailure, OSError) as failure:
                    note(case["name"], form, failure)
                    result["failures"][form] = str(failure)
                    continue
                note(case["name"], form, f"{seconds:.1f} s")
                row[form] = seconds
                result["peak"][form], result["tiles"][form] = peak, count
            result["seconds"].append(row)
    return summarised(result)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--cases", default="", help="names or patterns, separated by commas")
    add("--quick", action="store_true", help="under ten minutes")
    add("--list", action="store_true", help="print the names of the cases")
    add("--pairs", type=int, default=5, help="turns of a case")
    add(
        "--forms",
        default="",
        help="of eager, channels-last and compiled; all, or the first two if quick",
    )
    add("--threads", type=int, default=2)
    add("--compile-limit", type=float, default=900, help="seconds that compiling a case may take")
    add("--call-limit", type=float, default=900, help="seconds that a call may take")
    add("--image-limit", type=float, default=5400, help="seconds that an image may take")
    add("--image-pairs", type=int, default=1, help="turns of the whole image")
    add("--side", type=int, default=2048, help="of the whole image, in pixels")
    add("--memory-batches", default="2,4", help="two batches, between which memory is measured")
    add("--filters", type=int, default=0, help="other numbers of filters, to try it out")
    add("--patch", type=int, default=64)
    add("--bench", type=Path, default=BENCHMARKS / ".build/release/usplit-bench")
    add("--usplit", type=Path, default=BENCHMARKS.parent / ".build/release/usplit")
    add("--python", default=sys.executable, help="that has PyTorch")
    add("--output", type=Path, default=BENCHMARKS / "results")
    options = parser.parse_args()
    options.forms = options.forms or ",".join(PLAIN if options.quick else PLAIN + ["compiled"])
    options.memory_batches = [int(batch) for batch in options.memory_batches.split(",")]
    return options


def main():
    options = parse()
    cases = chosen(options)
    if options.list:
        print("\n".join(case["name"] for case in cases))
        return
    options.output.mkdir(parents=True, exist_ok=True)
    report = {"machine": machine(options), "cases": []}
    square = {"work": "matmul", "network": "unet", "batch": 1, "samples": 1}
    matmul = Server(command("eager", square, options), options.call_limit)
    report["machine"]["torch"] = matmul.ready["version"]
    try:
        for case in cases:
            if case["work"] == "memory":
                result = measure_memory(case, options)
            elif case["work"] == "image":
                result = measure_image(case, options)
            else:
                result = measure(case, options, matmul)
            report["cases"].append(result)
            # After each case, so that nothing is lost when a later one is stopped.
            (options.output / "results.json").write_text(json.dumps(report, indent=1) + "\n")
            (options.output / "results.md").write_text(markdown(report))
    finally:
        matmul.close()
    print(markdown(report))


if __name__ == "__main__":
    main()
