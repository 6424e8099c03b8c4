"""One form of a large image: makes it, splits it, compares, kills a split and resumes it.

usage: large_image.py USPLIT MODEL CELLS WORK tiled|whole|zarr SIZE MEBIBYTES

The image is drawn from CELLS row of blocks by row of blocks, so no program here ever holds it.
"""

import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import time

import numpy
import tifffile
import zarr

BLOCK = 512
MARGIN = 16  # pixels of a patch that are thrown away at each side
SIDE = 64  # rows and columns that are compared at each place
KILL_AFTER = (0.4, 0.2, 0.1)  # of the time that the whole split took; the next if it is over then


def fail(text):
    sys.exit(f"large-image: {text}")


def say(text):
    print(f"large-image: {text}", flush=True)


class Source:
    """Pixels of the large image: cells, shifted and brightened differently in every block."""

    def __init__(self, cells, size):
        frames = tifffile.imread(cells).astype("float32")
        self.frames = numpy.tile(frames.reshape(-1, *frames.shape[-2:]), (1, 3, 3))
        self.period = self.frames.shape[1] // 3
        self.size = size

    def block(self, row, column):
        """Block number (row, column), cut at the border."""
        height = min(BLOCK, self.size - row * BLOCK)
        width = min(BLOCK, self.size - column * BLOCK)
        generator = numpy.random.default_rng([row, column])
        frame = self.frames[generator.integers(len(self.frames))]
        y, x = generator.integers(self.period, size=2)
        values = frame[y:y + height, x:x + width] * generator.uniform(0.6, 1.4)
        values += generator.normal(0, 2, (height, width))
        return numpy.clip(values, 0, 65535).astype("uint16")

    def blocks(self):
        """All blocks, row by row, those at the border filled up."""
        count = -(-self.size // BLOCK)
        for row in range(count):
            for column in range(count):
                block = self.block(row, column)
                yield numpy.pad(
                    block, [(0, BLOCK - block.shape[0]), (0, BLOCK - block.shape[1])])


METADATA = {"axes": "YX", "PhysicalSizeX": 0.1, "PhysicalSizeXUnit": "µm", "PhysicalSizeY": 0.1,
            "PhysicalSizeYUnit": "µm"}


def make(source, form, path):
    """Writes the image in one of the forms."""
    size = source.size
    count = -(-size // BLOCK)
    if form == "tiled":
        tifffile.imwrite(
            path, source.blocks(), shape=(size, size), dtype="uint16", ome=True,
            tile=(BLOCK, BLOCK), compression="adobe_deflate", compressionargs={"level": 1},
            predictor=True, photometric="minisblack", metadata=METADATA, bigtiff=True)
        return
    if form == "whole":
        target = tifffile.memmap(
            path, shape=(size, size), dtype="uint16", ome=True, photometric="minisblack",
            metadata=METADATA)
    else:
        group = zarr.open_group(str(path), mode="w", zarr_format=3)
        scale = [{"type": "scale", "scale": [0.1, 0.1]}]
        group.attrs["ome"] = {"version": "0.5", "multiscales": [{
            "axes": [{"name": axis, "type": "space", "unit": "micrometer"} for axis in "yx"],
            "datasets": [{"path": "0", "coordinateTransformations": scale}]}]}
        target = group.create_array(
            "0", shape=(size, size), dtype="uint16", chunks=(BLOCK, BLOCK),
            dimension_names=["y", "x"])
    for row in range(count):
        for column in range(count):
            block = source.block(row, column)
            top, left = row * BLOCK, column * BLOCK
            target[top:top + block.shape[0], left:left + block.shape[1]] = block
    if form == "whole":
        target.flush()


def region(path, form, top, left, height, width):
    """Part of the image as it was written."""
    if form == "zarr":
        return zarr.open_array(str(path / "0"), mode="r")[top:top + height, left:left + width]
    with tifffile.TiffFile(path) as tiff:
        view = zarr.open_array(tiff.pages[0].aszarr(level=0), mode="r")
        return view[top:top + height, left:left + width]


class Result:
    """A result of usplit split, opened without reading it: [C, Y, X]."""

    def __init__(self, path):
        path = pathlib.Path(path)
        if path.is_dir():
            group = zarr.open_group(str(path), mode="r")
            metadata = group.attrs.get("ome", group.attrs)["multiscales"][0]
            self.array = group[metadata["datasets"][0]["path"]]
        else:
            self.tiff = tifffile.TiffFile(path)
            self.array = zarr.open_array(self.tiff.series[0].levels[0].aszarr(level=0), mode="r")
        self.size = self.array.shape[-1]

    def __getitem__(self, place):
        rows, columns = place
        values = numpy.asarray(self.array[..., rows, columns])
        return values.reshape(-1, *values.shape[-2:])


def split(usplit, model, image, output, *options, most=None, kill_after=None):
    """Runs usplit split; the path of the result, None when it was killed, and the seconds."""
    command = [usplit, "split", "--model", model, image, "-o", output, "--tiles", "inner",
               "--padding", MARGIN, "--quiet", *options]
    start = time.monotonic()
    process = subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.PIPE, text=True)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(process.pid, signal.SIGKILL)  # nobody has waited for it, so it is still itself
    text = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    if kill_after is not None:
        return None if process.returncode == -signal.SIGKILL else text, seconds
    if process.returncode != 0:
        fail(f"usplit split {image} ended with {process.returncode}")
    peak = usage.ru_maxrss / 1024
    if most is not None:
        say(f"{seconds:.0f} s, at most {peak:.0f} MiB")
        if peak > most:
            fail(f"it took {peak:.0f} MiB, {most} are allowed")
    paths = text.split("\n")
    return pathlib.Path(paths[0].strip()), seconds


def network(model):
    """Side of the patches and number of contexts of a model."""
    with open(model, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    settings = json.loads(header["__metadata__"]["usplit"])["configuration"]["network"]
    return settings["patch"], 0 if settings["context"] == "vanilla" else settings["contexts"]


def compare_places(usplit, model, image, form, whole, work):
    """Splits small images cut out of the large one, and compares what all of their inputs reach.

    The crops begin at a multiple of the tiles' side and of 2 to the number of contexts, so that
    tiles and the pixels of the zoomed-out images lie as in the large image.
    """
    patch, contexts = network(model)
    step = numpy.lcm(patch - 2 * MARGIN, 2 ** contexts)
    if whole.size % step:
        fail(f"the image of {whole.size} pixels is no multiple of {step}, so crops are not alike")
    # The widest window around a tile, and what halving takes from beside it.
    reach = int(-(-(patch * 2 ** contexts // 2 + patch + 4 * 2 ** contexts) // step) * step)
    last = (whole.size - SIDE) // step * step
    middle = whole.size // 2 // step * step
    for top, left in [(0, 0), (middle, middle), (0, middle), (last, last), (middle, 0)]:
        row, column = max(0, top - reach), max(0, left - reach)
        bottom = min(whole.size, -(-(top + SIDE + reach) // step) * step)
        right = min(whole.size, -(-(left + SIDE + reach) // step) * step)
        crop = work / "crop.ome.tif"
        tifffile.imwrite(
            crop, region(image, form, row, column, bottom - row, right - column), ome=True,
            photometric="minisblack", metadata=METADATA)
        path, _ = split(usplit, model, crop, work / "crop", "--force")
        expected = Result(path)[
            slice(top - row, top - row + SIDE), slice(left - column, left - column + SIDE)]
        found = whole[slice(top, top + SIDE), slice(left, left + SIDE)]
        span = float(expected.max() - expected.min()) or 1.0
        difference = float(numpy.abs(found - expected).max())
        say(f"at row {top}, column {left}: differs by {difference:.2g} of {span:.4g}")
        if not difference <= 1e-4 * span:
            fail(f"the split of a crop of {bottom - row} × {right - column} pixels differs")


def compare_all(first, second):
    """Every pixel of two results, a row of blocks at a time."""
    for top in range(0, first.size, BLOCK):
        rows = slice(top, min(top + BLOCK, first.size))
        if not numpy.array_equal(
                first[rows, slice(None)], second[rows, slice(None)], equal_nan=True):
            fail(f"the split that was killed differs in the rows from {top} on")


def main():
    if len(sys.argv) != 8:
        sys.exit(__doc__.strip())
    usplit, model, cells, work, form, size, most = sys.argv[1:]
    work = pathlib.Path(work) / form
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    image = work / ("large.ome.zarr" if form == "zarr" else "large.ome.tif")
    make(Source(cells, int(size)), form, image)
    say(f"{form}: {size} × {size} pixels")
    path, seconds = split(usplit, model, image, work / "at-once", most=float(most))
    whole = Result(path)
    compare_places(usplit, model, image, form, whole, work)

    for share in KILL_AFTER:
        ended, lasted = split(usplit, model, image, work / "killed", kill_after=share * seconds)
        complete = work / "killed" / path.name
        if ended is None and not complete.exists():
            break
        # It may have been killed in the last moment, with the result in its place.
        compare_all(whole, Result(complete))
        shutil.rmtree(work / "killed")
    else:
        fail("every split ended before it was to be killed; name a larger --size")
    resumed, again = split(usplit, model, image, work / "killed", "--resume", most=float(most))
    say(f"killed after {lasted:.0f} s, resumed in {again:.0f} s")
    compare_all(whole, Result(resumed))
    left = sorted(entry.name for entry in (work / "killed").iterdir())
    if left != [path.name]:
        fail(f"beside the result is {left}")
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
