"""Checks what usplit reads and writes against tifffile, zarr and the formats' own schemas.

usage: check.py USPLIT_BINARY CORPUS_FOLDER [--jobs N] [--all] [--only PART_OF_A_NAME]

Every file of make.py's folder that must be read is described by `usplit info` and converted once;
each target sees every property of an image at least once, or all files with --all. --jobs runs so many
files at once. The exit status is 1 where anything failed.
"""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import sys
import tempfile
import time

import outputs
from plan import FORMATS, TARGETS, Plan
from process import Failure, Program

BATCH = 32  # files that one run of info describes
KEYS = {"file", "format", "series", "seriesCount", "name", "axes", "shape", "sizes", "type",
        "pixelSize", "timeStepSeconds", "channels", "levels", "provenance", "remarks"}


def compare_info(found, record, form=None, remark=None):
    """Compares what `usplit info --json` says of an image with the list."""
    outputs.same("keys that info lacks", sorted(KEYS - set(found)), [])
    if form:
        outputs.same("format", found["format"], form)
    outputs.same("sizes", found["sizes"], record["sizes"])
    outputs.same("shape", found["shape"], [found["sizes"][axis] for axis in found["axes"]])
    if "axes" in record:
        axes = "".join(
            axis for axis in found["axes"] if axis in "YX" or found["sizes"][axis] > 1)
        outputs.same("axes", axes, record["axes"])
    outputs.same("type", found["type"], record["type"])
    outputs.compare_size(outputs.in_micrometers(found["pixelSize"]), record)
    if "timeStepSeconds" in record:
        outputs.near("time step", found["timeStepSeconds"], record["timeStepSeconds"])
    if record.get("name") is not None:
        outputs.same("name", found["name"], record["name"])
    outputs.same("number of channels", len(found["channels"]), record["sizes"]["C"])
    for channel, expected in zip(found["channels"], record.get("channels", [])):
        if "name" in expected:
            outputs.same("channel name", channel["name"], expected["name"])
        if "color" in expected:
            outputs.same("channel colour", channel["color"], expected["color"])
    if "levels" in record:
        levels = [[level["height"], level["width"]] for level in found["levels"]]
        outputs.same("levels", levels, record["levels"])
    if remark and remark not in " ".join(found["remarks"]):
        raise Failure("remark", f"no remark has \"{remark}\": {found['remarks']}")


def describe(program, folder, images):
    """What info says of files that need no arguments, many at a time, by file.

    Files that cannot be read, and sets that are told once, are left out; they are asked for alone.
    """
    found = collections.defaultdict(list)
    paths = [folder / image["file"] for image in images if not image["arguments"]]
    for start in range(0, len(paths), BATCH):
        outcome = program.run("info", *paths[start:start + BATCH], "--json")
        if "belongs to it" in outcome.errors or "belong to it" in outcome.errors:
            continue
        for record in json.loads(outcome.output or "[]"):
            found[record["file"]].append(record)
    return found


def check_image(program, folder, image, chosen, found):
    """Describes and converts a file that must be read."""
    path = folder / image["file"]
    if not found:
        text = program.succeed("info", path, "--json", *image["arguments"]).output
        found = json.loads(text)
    outputs.same("number of images", len(found), len(image["series"]))
    for number, (one, record) in enumerate(zip(found, image["series"])):
        compare_info(one, record, image["format"], image["remark"])
        outputs.same("number of images", one["seriesCount"], len(found))
        series = ["--series", one["series"]] if len(found) > 1 else []
        arguments = image["arguments"]
        if any("pass --axes" in remark for remark in one["remarks"]):
            check_assumed(program, path, series)
            arguments = ["--axes", one["axes"]]
        for target, compression, cannot, is_read_back in chosen[number]:
            try:
                convert(program, path, record, target, [
                    *compression, *series, *arguments], cannot, is_read_back)
            except Failure as failure:
                words = " ".join(["as", target, *compression])
                raise Failure(f"{target}, {failure.kind}", f"{words}: {failure}") from failure


def check_assumed(program, path, series):
    """Axes that are a guess are not stated in a new file."""
    with tempfile.TemporaryDirectory(prefix="usplit-corpus-") as scratch:
        output = pathlib.Path(scratch) / "out.ome.tif"
        outcome = program.run("convert", path, output, *series, "--quiet")
        refused(outcome, ["would state axes that"], scratch)
        if "say what its planes are with --axes" not in outcome.errors:
            raise Failure("assumed axes", f"does not ask for --axes: {outcome.told()}")


def convert(program, path, record, target, options, cannot, is_read_back):
    """Converts an image and opens the result, with usplit too where asked to."""
    form, ending = TARGETS[target]
    with tempfile.TemporaryDirectory(prefix="usplit-corpus-") as scratch:
        output = pathlib.Path(scratch) / ending
        if cannot:
            outcome = program.run("convert", path, output, *form, *options, "--quiet")
            refused(outcome, [record["type"]], scratch)
            return
        if target == "ome-tiff" and record["type"] == "float16":
            record = {**record, "type": "float32", "sha256": record["sha256 as float32"]}
        program.succeed("convert", path, output, *form, *options)
        left = [entry.name for entry in pathlib.Path(scratch).iterdir()]
        outputs.same("files beside the result", left, [ending])
        kept = dict(record)
        if target == "ome-tiff":
            outputs.check_ome_tiff(output, record)
        elif target == "imagej":
            outputs.check_imagej(output, record)
            kept = imagej_keeps(record)
        else:
            outputs.check_zarr(output, record, form[1][-3:], target == "sharded")
            kept = zarr_keeps(record)
        kept.pop("axes", None)
        if not is_read_back:
            return
        found = json.loads(program.succeed("info", output, "--json").output)
        outputs.same("number of images", len(found), 1)
        try:
            compare_info(found[0], kept, FORMATS[target])
        except Failure as failure:
            raise Failure(f"read back, {failure.kind}", f"read back: {failure}") from failure


def imagej_keeps(record):
    """What a hyperstack has a place for."""
    kept = {key: value for key, value in record.items() if key not in ("levels", "name")}
    if record["sizes"]["T"] == 1:
        kept.pop("timeStepSeconds", None)
    if record.get("pixelSize") and record["sizes"]["Z"] == 1:
        kept.pop("pixelSize")
    channels = record.get("channels", [])
    if not all(channel.get("color") for channel in channels):
        kept["channels"] = [
            {key: value for key, value in channel.items() if key != "color"}
            for channel in channels]
    if not all(channel.get("name") for channel in channels):
        kept["channels"] = [
            {key: value for key, value in channel.items() if key != "name"}
            for channel in kept["channels"]]
    return kept


def zarr_keeps(record):
    """What OME-Zarr has a place for: a depth only with slices, a colour with every name."""
    kept = dict(record)
    sizes = record["sizes"]
    if sizes["T"] == 1:
        kept.pop("timeStepSeconds", None)
    if sizes["Z"] == 1 and record.get("pixelSize") and record["pixelSize"]["z"] is not None:
        kept.pop("pixelSize")
    if any(channel.get("name") or channel.get("color") for channel in record.get("channels", [])):
        kept["channels"] = [
            {key: value for key, value in channel.items() if value is not None}
            for channel in record["channels"]]
    return kept


def refused(outcome, words, scratch):
    """Whether a run failed as it should: with 1, one line, the words, and nothing left."""
    lines = [
        line for line in outcome.errors.splitlines()
        if line.strip() and not line.startswith("usplit: warning: ")]
    if outcome.status == 0:
        raise Failure("accepted", f"was accepted: {outcome.told()}")
    if outcome.status != 1:
        raise Failure("exit status", f"exit status {outcome.status}: {outcome.told()}")
    if len(lines) != 1:
        raise Failure("lines", f"{len(lines)} lines of error: {outcome.told()}")
    if words and not any(word.lower() in lines[0].lower() for word in words):
        raise Failure("words", f"none of {words}: {outcome.told()}")
    if outcome.output.strip():
        raise Failure("output", f"printed to standard output: {outcome.told()}")
    left = [entry.name for entry in pathlib.Path(scratch).iterdir()]
    if left:
        raise Failure("files left", f"left {left}: {outcome.told()}")


def check_refused(program, folder, entry, target):
    """Converts a file that must be refused."""
    path = folder / entry["file"]
    with tempfile.TemporaryDirectory(prefix="usplit-corpus-") as scratch:
        # A conversion opens the file as info does; where that is not enough, info must not crash.
        if entry["stage"] == "read":
            program.run("info", path, "--json", *entry["arguments"])
        form, ending = TARGETS[target]
        output = pathlib.Path(scratch) / ending
        outcome = program.run(
            "convert", path, output, *form, *entry["arguments"], "--quiet")
        refused(outcome, entry["words"], scratch)
        if path.name not in outcome.errors:
            raise Failure("file name", f"does not name {path.name}: {outcome.told()}")


def check_overwriting(program, folder, image):
    """A result that is there stays, unless --force is given."""
    path = folder / image["file"]
    with tempfile.TemporaryDirectory(prefix="usplit-corpus-") as scratch:
        for target in ("ome-tiff", "ome-zarr-0.5"):
            form, ending = TARGETS[target]
            output = pathlib.Path(scratch) / ending
            program.succeed("convert", path, output, *form)
            outcome = program.run("convert", path, output, *form)
            if outcome.status != 1 or ending not in outcome.errors:
                raise Failure("overwriting", f"without --force: {outcome.told()}")
            program.succeed("convert", path, output, *form, "--force")
        left = sorted(entry.name for entry in pathlib.Path(scratch).iterdir())
        outputs.same("files beside the result", left, ["out.ome.tif", "out.ome.zarr"])


def jobs(program, folder, arguments):
    """The checks, each with the name of its file."""
    expected = json.loads((folder / "expected.json").read_text())
    images, bad = (
        [entry for entry in expected[key] if (arguments.only or "") in entry["file"]]
        for key in ("images", "refused"))
    targets = dict(TARGETS)
    if not program.offers("convert", "--sharded"):
        print("check: usplit convert has no --sharded, so stores with shards are not written")
        targets.pop("sharded")
    plan = Plan(images, targets, arguments.all)
    found = describe(program, folder, images)
    for number, image in enumerate(images):
        chosen = [plan.chosen[number, series] for series in range(len(image["series"]))]
        yield image["file"], check_image, (
            program, folder, image, chosen, found.get(str(folder / image["file"])))
    for number, entry in enumerate(bad):
        target = ("ome-tiff", "ome-zarr-0.5")[number % 2]
        yield entry["file"], check_refused, (program, folder, entry, target)
    if not arguments.only:
        yield "overwriting", check_overwriting, (program, folder, images[0])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only")
    arguments = parser.parse_args()
    start = time.monotonic()
    program = Program(arguments.binary)
    failures = collections.defaultdict(list)
    count = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        running = [(name, pool.submit(check, *values))
                   for name, check, values in jobs(program, arguments.folder, arguments)]
        for name, job in running:
            count += 1
            try:
                job.result()
            except Failure as failure:
                failures[failure.kind].append(f"{name}: {failure}")
                print(f"check: {name}: {failure}", file=sys.stderr, flush=True)
    print(f"check: {count} files in {time.monotonic() - start:.0f} s")
    for kind, texts in sorted(failures.items()):
        print(f"check: {len(texts)} × {kind}, the first: {texts[0]}")
    if failures:
        sys.exit(1)
    print("check: all of it passed")


if __name__ == "__main__":
    main()
