"""The results of a comparison as Markdown tables, and the machine that they are from."""

import datetime
import os
import platform
import subprocess
from pathlib import Path

from processes import memory_info

HERE = Path(__file__).resolve().parent
OURS = "usplit"


def number(value, digits: int = 3) -> str:
    """So many digits that count."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 10**digits else f"{value:#.{digits}g}".rstrip(".")


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)] + rows
    return ["| " + " | ".join(line) + " |" for line in lines] + [""]


def compiled(values: dict):
    """The value of the compiled form, whichever layout it has."""
    return next((value for form, value in values.items() if form.startswith("compiled")), None)


def seconds_table(cases: list[dict]) -> list[str]:
    rows = []
    for case in cases:
        medians, failed = case.get("medians", {}), case["failures"]
        cells = [case["name"]]
        for form in (OURS, "eager", "channels-last"):
            cells.append(number(medians.get(form)) if form not in failed else "failed")
        cells.append("failed" if compiled(failed) else number(compiled(medians)))
        cells += [number(medians.get("encoded-once")), case.get("fastest", "–")]
        cells += [number(case.get("toFastest")), number(case.get("toEager"))]
        rows.append(cells)
    head = ["case", "usplit, s", "eager, s", "channels-last, s", "compiled, s", "encoded once, s"]
    return table(head + ["fastest of PyTorch", "usplit / fastest", "usplit / eager"], rows)


def rates_table(cases: list[dict]) -> list[str]:
    rows = []
    for case in cases:
        rates, whole = case["rates"], case["matmulRate"]
        fastest = rates.get(case.get("fastest"))
        ours = rates.get(OURS)
        share = [f"{100 * r / whole:.0f} %" if r else "–" for r in (ours, fastest)]
        cells = [case["name"], f"{case['gigaflop']:.1f}", number(ours), share[0]]
        rows.append(cells + [number(fastest), share[1], number(whole)])
    head = [
        "case",
        "Gflop of a call",
        "usplit, Gflop/s",
        "of matmul",
        "fastest of PyTorch, Gflop/s",
    ]
    return table(head + ["of matmul", "matmul, Gflop/s"], rows)


def peaks_table(cases: list[dict]) -> list[str]:
    rows = []
    for case in cases:
        peak = case["peak"]
        cells = [number(peak.get(form), 4) for form in (OURS, "eager", "channels-last")]
        rows.append([case["name"], *cells, number(compiled(peak), 4)])
    return table(["case", "usplit, MiB", "eager, MiB", "channels-last, MiB", "compiled, MiB"], rows)


def memory_table(cases: list[dict]) -> list[str]:
    rows = []
    for case in cases:
        each = case["perPatch"]
        cells = [number(each.get(form), 4) for form in (OURS, "eager", "channels-last")]
        cells.append(number(compiled(each), 4))
        above = []
        for form in (OURS, "eager"):
            most = max(case["memory"].get(form, {}).items(), default=None)
            above.append("–" if most is None else number(most[1]["peak"] - most[1]["base"], 4))
        rows.append([case["network"], *cells, *above])
    batches = sorted({int(b) for case in cases for peaks in case["memory"].values() for b in peaks})
    most = f"batch {batches[-1]} above base, MiB" if batches else "above base, MiB"
    head = ["network", "usplit, MiB per patch", "eager", "channels-last", "compiled"]
    return table(head + [f"usplit, {most}", f"eager, {most}"], rows)


def markdown(report: dict) -> str:
    machine = report["machine"]
    cases = report["cases"]
    timed = [case for case in cases if case["work"] != "memory"]
    rated = [case for case in cases if case.get("rates") and case.get("matmulRate")]
    peaked = [case for case in cases if case.get("peak")]
    memory = [case for case in cases if case["work"] == "memory"]
    libtorch = next((case["libtorch"] for case in cases if "libtorch" in case), "–")
    lines = [
        "# usplit and PyTorch",
        "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memoryGiB']} GiB, "
        f"{machine['system']}; {machine['threads']} threads; {machine['date']}; "
        f"usplit {machine['commit']} with LibTorch {libtorch}, PyTorch {machine['torch']}, "
        f"Python {machine['python']}.",
        "",
        f"Medians of {machine['pairs']} turns; quotients are medians of the turns' quotients, below 1 "
        "where usplit is faster.",
        "",
    ]
    if timed:
        lines += seconds_table(timed)
    if rated:
        lines += ["Work of the convolutions per second:", ""] + rates_table(rated)
    if peaked:
        lines += ["Largest resident memory of the process:", ""] + peaks_table(peaked)
    if memory:
        lines += ["Memory of a training step:", ""] + memory_table(memory)
    failures = [
        f"* {case['name']}, {form}: {reason}"
        for case in cases
        for form, reason in case["failures"].items()
    ]
    if failures:
        lines += ["Without numbers:", ""] + failures + [""]
    return "\n".join(lines)


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
