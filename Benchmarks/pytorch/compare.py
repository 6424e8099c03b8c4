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
import fnmatch
import json
import os
import platform
import queue
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from report import markdown

HERE = Path(__file__).resolve().parent
BENCHMARKS = HERE.parent
LADDERS = ["vanilla", "lean", "regular", "deep"]
OURS = "usplit"
PLAIN = ["eager", "channels-last"]


class PeerFailure(Exception):
    """Why a form has no numbers."""


def all_cases() -> list[dict]:
    cases = []
    for network in ["unet"] + LADDERS:
        for work in ("train", "predict"):
            for batch in (4, 8, 32):
                cases.append({"work": work, "network": network, "batch": batch, "samples": 1})
    for network in LADDERS:
        for samples in (1, 10):
            cases.append({"work": "samples", "network": network, "batch": 4, "samples": samples})
    cases.append({"work": "load", "network": "deep", "batch": 32, "samples": 1})
    for network in ["unet"] + LADDERS:
        cases.append({"work": "memory", "network": network, "batch": 0, "samples": 1})
    cases.append({"work": "image", "network": "deep", "batch": 8, "samples": 1})
    for case in cases:
        size = f"-{case['batch']}" if case["work"] in ("train", "predict", "load") else ""
        size = f"-{case['samples']}" if case["work"] == "samples" else size
        case["name"] = f"{case['work']}-{case['network']}{size}"
    return cases


def forms_of(case: dict, options: argparse.Namespace) -> list[str]:
    """The forms of the peer; `compiled` stands for the better of its layouts."""
    if case["work"] == "load":
        return ["eager"]
    forms = [form for form in PLAIN + ["compiled"] if form in options.forms]
    if case["work"] == "samples" and case["samples"] > 1:
        forms.append("encoded-once")
    return forms


class Server:
    """A process that does a call for each line it is sent."""

    def __init__(self, command: list[str], limit: float):
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            start_new_session=True, preexec_fn=limit_memory, env=environment(command),
        )  # fmt: skip
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.ready = self.answer(limit)

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def answer(self, limit: float) -> dict:
        try:
            line = self.lines.get(timeout=limit)
        except queue.Empty:
            self.close()
            raise PeerFailure(f"not done within {limit:.0f} s") from None
        if not line:
            self.process.wait()
            self.errors.seek(0)
            raise PeerFailure(end_of(self.process.returncode, self.errors.read()))
        return json.loads(line)

    def ask(self, what: str, limit: float) -> dict:
        try:
            self.process.stdin.write(what + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer tells
        return self.answer(limit)

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def end_of(status: int, words: str) -> str:
    """Why a process ended, in one line: its fatal error, or its last words."""
    lines = [line.strip() for line in words.splitlines() if line.strip()] or ["no word"]
    line = next((line for line in lines if "Fatal error" in line), lines[-1])
    return f"ended with status {status}: {line[:200]}"


def memory_info(key: str) -> int:
    """A figure of the machine's memory in bytes; 0 where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))


def limit_memory():
    """Lets a process fail that needs more memory than there is, instead of stopping others."""
    available = memory_info("MemAvailable")
    if available:
        most = available * 9 // 10
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def environment(command: list[str]) -> dict[str, str]:
    """The same for both sides: as many threads, which wait for one another no longer than with usplit."""
    threads = command[command.index("--threads") + 1]
    own = {"OMP_NUM_THREADS": threads, "SWIFT_BACKTRACE": "enable=no"}
    if "OMP_WAIT_POLICY" not in os.environ:
        own["GOMP_SPINCOUNT"] = os.environ.get("GOMP_SPINCOUNT", "5000")
    return {**os.environ, **own}


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


def run_timed(words: list[str], limit: float) -> tuple[float, float, str]:
    """Seconds, largest resident memory in MiB, and output of a command."""
    with tempfile.TemporaryFile("w+") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            words, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            start_new_session=True, preexec_fn=limit_memory, env=environment(words),
        )  # fmt: skip
        timer = threading.Timer(limit, lambda: os.killpg(process.pid, signal.SIGKILL))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if seconds >= limit:
        raise PeerFailure(f"not done within {limit:.0f} s")
    if process.returncode:
        raise PeerFailure(end_of(process.returncode, text))
    unit = 2**20 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_maxrss / unit, text


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


def machine(options) -> dict:
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    commit = subprocess.run(
        ["git", "-C", HERE, "describe", "--always", "--dirty"], capture_output=True, text=True
    )
    return {
        "processor": name,
        "cores": os.cpu_count(),
        "memoryGiB": round(memory_info("MemTotal") / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "commit": commit.stdout.strip(),
        "date": datetime.date.today().isoformat(),
        "threads": options.threads,
        "pairs": options.pairs,
    }


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


def chosen(options) -> list[dict]:
    cases = all_cases()
    if options.quick and not options.cases:
        options.cases = "train-lean-4,predict-lean-4,train-deep-4,predict-deep-4"
    if options.cases:
        patterns = options.cases.split(",")
        for pattern in patterns:
            if not fnmatch.filter([case["name"] for case in cases], pattern):
                sys.exit(f'compare.py: no case is "{pattern}"; --list prints their names')
        cases = [c for c in cases if any(fnmatch.fnmatch(c["name"], p) for p in patterns)]
    return cases


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
