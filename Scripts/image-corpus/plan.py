"""Which images are converted to which forms."""

import collections

# Name for messages, options of convert, ending.
TARGETS = {
    "ome-tiff": (["--format", "ome-tiff"], "out.ome.tif"),
    "ome-zarr-0.4": (["--format", "ome-zarr-0.4"], "out.ome.zarr"),
    "ome-zarr-0.5": (["--format", "ome-zarr-0.5"], "out.ome.zarr"),
    "sharded": (["--format", "ome-zarr-0.5", "--sharded"], "out.ome.zarr"),
    "imagej": (["--format", "imagej"], "out.tif"),
}
COMPRESSIONS = {
    "ome-tiff": [[], ["--compression", "none"], ["--compression", "zstd"],
                 ["--compression", "lzw"], ["--compression", "deflate"]],
    "ome-zarr-0.4": [[], ["--compression", "none"], ["--compression", "zstd"]],
    "ome-zarr-0.5": [[], ["--compression", "zstd"], ["--compression", "none"]],
    "sharded": [[], ["--compression", "none"]],
    "imagej": [[]],
}
# Element types that a form has no name for. OME-TIFF lacks float16 too, which becomes float32.
CANNOT = {"imagej": {"uint32", "int8", "int16", "int32", "float16", "float64"}}
FORMATS = {"ome-tiff": "omeTIFF", "ome-zarr-0.4": "omeZarr04", "ome-zarr-0.5": "omeZarr05",
           "sharded": "omeZarr05", "imagej": "imageJTIFF"}


def properties(record, form):
    """What one target may treat otherwise than another."""
    channels = record.get("channels", [])
    yield "form", form
    yield "type", record["type"]
    yield "axes", record.get("axes")
    yield "levels", len(record.get("levels", [1]))
    size = record.get("pixelSize")
    yield "size", size and (size["unit"], size["z"] is None, size["x"] == size["y"])
    yield "step", record.get("timeStepSeconds") is None
    yield "names", tuple(bool(channel.get("name")) for channel in channels)
    yield "colors", tuple(bool(channel.get("color")) for channel in channels)
    yield "shape", (record["sizes"]["Y"] % 16 == 0, record["sizes"]["X"] % 16 == 0)
    yield "one", (record["sizes"]["Y"] == 1, record["sizes"]["X"] == 1)


class Plan:
    """Which images go to which targets with which compression."""

    def __init__(self, images, targets, everything):
        self.seen = {target: set() for target in targets}
        self.turns = collections.Counter()
        self.chosen = {
            (number, series): list(self._targets(record, image["format"], everything))
            for number, image in enumerate(images)
            for series, record in enumerate(image["series"])}

    def _targets(self, record, form, everything):
        is_chosen = False
        # The pixels of every image are looked at once, in OME-TIFF where nothing else is new.
        for target, seen in reversed(self.seen.items()):
            cannot = record["type"] in CANNOT.get(target, ())
            # An element type that a form lacks is told of once.
            new = ({(record["type"],)} if cannot else set(properties(record, form))) - seen
            if not (everything or new or (target == "ome-tiff" and not is_chosen)):
                continue
            is_chosen = is_chosen or not cannot
            seen |= new
            choices = COMPRESSIONS[target]
            compression = choices[self.turns[target] % len(choices)]
            self.turns[target] += 1
            yield target, compression, cannot, bool(everything or new)
