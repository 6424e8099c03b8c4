"""What can be compared, by name."""

import argparse
import fnmatch
import sys

LADDERS = ["vanilla", "lean", "regular", "deep"]
PLAIN = ["eager", "channels-last"]


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
