"""Compares how fast usplit, tifffile and zarr-python read the same files.

usage: reading.py USPLIT_BENCH FOLDER [--size N] [--pairs N] [--tile N] [--json FILE]

FOLDER keeps the files between runs. Both programs read each file once before they are timed, then
in turn; opening counts, starting a program does not. All decode on as many threads as they like.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import numpy
import tifffile
import zarr
import zarr.codecs

CHANNELS = 2
TIFFS = {
    "tiff-strips": {"rowsperstrip": 64},
    "tiff-tiles": {"tile": (512, 512)},
    "tiff-tiles-deflate": {"tile": (512, 512), "compression": "adobe_deflate", "predictor": True},
    "tiff-tiles-zstd": {"tile": (512, 512), "compression": "zstd", "predictor": True},
    "tiff-strips-zstd": {"rowsperstrip": 64, "compression": "zstd", "predictor": True},
}
ZARRS = {
    "zarr-none": {"compressors": None},
    "zarr-blosc": {"compressors": zarr.codecs.BloscCodec(cname="zstd", shuffle="shuffle")},
    "zarr-zstd": {"compressors": zarr.codecs.ZstdCodec(level=3)},
    "zarr-shards": {"compressors": zarr.codecs.ZstdCodec(level=3), "shards": (1, 2048, 2048)},
}


def pixels(size):
    """Camera-like pixels: smooth light, shot noise and an offset."""
    generator = numpy.random.default_rng(1)
    y, x = numpy.mgrid[0:size, 0:size] / 97
    light = 400 * (1 + numpy.sin(y) * numpy.cos(x)) ** 2
    return numpy.stack([
        100 + generator.poisson(light * (1 + channel)) for channel in range(CHANNELS)
    ]).astype("uint16")


def make(folder, size):
    """Writes the files that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    data = None
    for name, options in {**TIFFS, **ZARRS}.items():
        path = folder / f"{name}-{size}{'.ome.tif' if name in TIFFS else '.ome.zarr'}"
        if not path.exists():
            data = pixels(size) if data is None else data
            print(f"writing {path}", file=sys.stderr)
            if name in TIFFS:
                tifffile.imwrite(
                    path, data, ome=True, photometric="minisblack", metadata={"axes": "CYX"},
                    **options)
            else:
                write_zarr(path, data, options)
        yield name, path


def write_zarr(path, data, options):
    group = zarr.open_group(str(path), mode="w", zarr_format=3)
    group.attrs["ome"] = {"version": "0.5", "multiscales": [{
        "axes": [{"name": "c", "type": "channel"}, {"name": "y", "type": "space"},
                 {"name": "x", "type": "space"}],
        "datasets": [{"path": "0", "coordinateTransformations": [
            {"type": "scale", "scale": [1.0, 1.0, 1.0]}]}]}]}
    array = group.create_array(
        "0", shape=data.shape, dtype=data.dtype, chunks=(1, 512, 512),
        dimension_names=["c", "y", "x"], **options)
    array[...] = data


def python_planes(path):
    """Reads plane by plane; seconds and the sum that usplit-bench prints."""
    start = time.perf_counter()
    total = 0
    if path.suffix == ".tif":
        with tifffile.TiffFile(path) as tiff:
            planes = [page.asarray() for page in tiff.pages]
    else:
        array = zarr.open_group(str(path), mode="r")["0"]
        planes = [array[channel] for channel in range(CHANNELS)]
    seconds = time.perf_counter() - start
    for plane in planes:
        bytes_ = numpy.ascontiguousarray(plane).view("uint8").ravel()
        total += int(bytes_[::4096].sum(dtype="uint64"))
    return seconds, total


def python_tiles(path, tile):
    """Reads tile by tile; seconds."""
    start = time.perf_counter()
    if path.suffix == ".tif":
        with tifffile.TiffFile(path) as tiff:
            read_tiles(zarr.open_array(tiff.series[0].aszarr(), mode="r"), tile)
    else:
        read_tiles(zarr.open_group(str(path), mode="r")["0"], tile)
    return time.perf_counter() - start


def read_tiles(array, tile):
    channels, height, width = array.shape
    for channel in range(channels):
        for row in range(0, height, tile):
            for column in range(0, width, tile):
                array[channel, row:row + tile, column:column + tile]


def usplit(program, path, tile):
    """What usplit-bench prints of one reading by planes and one by tiles."""
    text = subprocess.run(
        [program, "reading", "--file", str(path), "--tile", str(tile)], check=True,
        stdout=subprocess.PIPE, text=True).stdout
    return json.loads(text)


def measure(program, path, tile, pairs):
    python_planes(path)
    python_tiles(path, tile)
    results = {"planes": [], "tiles": []}
    for _ in range(pairs):
        ours = usplit(program, path, tile)
        seconds, total = python_planes(path)
        if total != ours["sum"]:
            sys.exit(f"reading.py: other pixels were read from {path}")
        results["planes"].append((ours["planes"][0], seconds))
        results["tiles"].append((ours["tiles"][0], python_tiles(path, tile)))
    return results


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--size", type=int, default=4096)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--tile", type=int, default=512)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    record = {
        "machine": platform.processor() or platform.machine(), "cores": os.cpu_count(),
        "tifffile": tifffile.__version__, "zarr": zarr.__version__, "size": arguments.size,
        "pairs": arguments.pairs, "tile": arguments.tile, "seconds": {}}
    print(f"{'file':20} {'by':7} {'usplit':>9} {'Python':>9} {'quotient':>9}")
    for name, path in make(arguments.folder, arguments.size):
        results = measure(arguments.program, path, arguments.tile, arguments.pairs)
        record["seconds"][name] = results
        for kind, values in results.items():
            ours, theirs = zip(*values)
            quotient = statistics.median(other / one for one, other in values)
            print(
                f"{name:20} {kind:7} {statistics.median(ours):7.3f} s "
                f"{statistics.median(theirs):7.3f} s {quotient:8.2f}×", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
