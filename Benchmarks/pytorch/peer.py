#!/usr/bin/env python3
"""The networks of usplit in PyTorch, to compare speed and memory with.

  peer.py check [--fixtures FOLDER]   sizes, work and, where the folder is there, the authors' numbers
  peer.py serve --work train …        one call for each line of the standard input; compare.py uses it
  peer.py split IMAGE OUTPUT …        a whole image, from file to file

The first line of `serve` says what is ready, each further one how long a call took; all are JSON. The
input line `release` gives freed memory back and counts peaks anew.
"""

import argparse
import json
import sys
import time
from pathlib import Path

began = time.perf_counter()

# As PyTorch is out of the box; with the channels last; compiled, in one layout or the other; and,
# for means of samples alone, with the bottom-up half computed once for all of them.
FORMS = ("eager", "channels-last", "compiled", "compiled-channels-last", "encoded-once")


def memory(key: str) -> float | None:
    """Resident memory in MiB: now (`VmRSS`) or at most (`VmHWM`)."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(key))


def reset_peak():
    """Takes what is held now as the most that was held, where the system lets it."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass  # the figure is then higher


def say(**values):
    print(json.dumps(values), flush=True)


def serve(options: argparse.Namespace):
    import torch

    import work

    torch.set_num_threads(options.threads)
    if options.allocator == "keep":
        work.keep_freed_memory()
    call = work.make_call(
        options.work, options.network, options.form, options.batch, options.filters, options.patch,
        options.samples,
    )  # fmt: skip
    base = memory("VmRSS")
    start = time.perf_counter()
    call()
    first = time.perf_counter() - start
    for _ in range(1, options.warm_up):
        call()
    gigaflop = None
    if options.count:
        gigaflop = work.gigaflop(call)
    say(
        base=base, peak=memory("VmHWM"), first=first, gigaflop=gigaflop, version=torch.__version__,
        threads=torch.get_num_threads(),
    )  # fmt: skip
    for line in sys.stdin:
        if line.strip() == "release":
            work.release_memory()
            reset_peak()
            say(resident=memory("VmRSS"))
            continue
        start = time.perf_counter()
        call()
        seconds = time.perf_counter() - start
        say(seconds=seconds, peak=memory("VmHWM"))


def split(options: argparse.Namespace):
    import torch

    import tiles
    import work

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    network = work.make_network(options.network, options.filters, options.patch)
    predict = work.prediction(network, options.form, sample=False)
    compiling = 0.0
    scales = work.scales(options.network)
    if options.form.startswith("compiled"):
        start = time.perf_counter()
        predict(torch.zeros(options.batch, scales, options.patch, options.patch))
        compiling = time.perf_counter() - start
    count = tiles.split(
        options.image, options.output, predict, scales=scales, patch=options.patch,
        inner=options.inner, batch=options.batch,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    say(seconds=seconds - compiling, compiling=compiling, tiles=count, peak=memory("VmHWM"))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check")
    check.add_argument("--fixtures", help="numbers of the authors' program")
    check.add_argument("--compiled", action="store_true", help="the compiled forms too; minutes")
    serving = commands.add_parser("serve")
    splitting = commands.add_parser("split")
    for command in (serving, splitting):
        command.add_argument("--network", default="deep")
        command.add_argument("--form", choices=FORMS, default="eager")
        command.add_argument("--batch", type=int, default=8)
        command.add_argument("--filters", type=int, default=0, help="0 for the paper's")
        command.add_argument("--patch", type=int, default=64)
        command.add_argument("--threads", type=int, default=2)
    serving.add_argument("--work", required=True)
    serving.add_argument("--samples", type=int, default=1)
    serving.add_argument("--warm-up", type=int, default=1)
    serving.add_argument("--allocator", choices=("system", "keep"), default="system")
    serving.add_argument("--count", action="store_true", help="count the convolutions' operations")
    splitting.add_argument("image", type=Path)
    splitting.add_argument("output", type=Path)
    splitting.add_argument("--inner", type=int, default=32)
    options = parser.parse_args()
    if options.command == "check":
        from check import check as run_checks

        return run_checks(options.fixtures, options.compiled)
    serve(options) if options.command == "serve" else split(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
