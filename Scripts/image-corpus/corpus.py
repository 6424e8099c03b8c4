"""What a corpus of images is made of: pixels, and a list of what a reader must find."""

import hashlib
import json
import pathlib
import zlib

import numpy

AXES = "TCZYX"
TYPES = (
    "uint8", "uint16", "uint32", "int8", "int16", "int32", "float16", "float32", "float64")


def pixels(seed, shape, dtype):
    """An array in which no two planes are alike and the whole range of the type occurs."""
    generator = numpy.random.default_rng(zlib.crc32(str(seed).encode()))
    dtype = numpy.dtype(dtype)
    if dtype.kind == "f":
        values = generator.normal(0, 300, shape)
        values[generator.random(shape) < 0.5] = 0.25
    else:
        limits = numpy.iinfo(dtype)
        values = generator.integers(limits.min, limits.max, shape, endpoint=True, dtype=dtype)
        # Half of it is even, so that there is something to compress.
        values[generator.random(shape) < 0.5] = 7
    return values.astype(dtype)


def as_tczyx(array, axes):
    """The array with all five axes, in the order T, C, Z, Y, X."""
    array = numpy.asarray(array)
    if array.ndim != len(axes):
        raise ValueError(f"{array.ndim} dimensions are called {axes}")
    kept = [axis for axis in AXES if axis in axes]
    array = array.transpose([axes.index(axis) for axis in kept])
    return array.reshape([array.shape[kept.index(axis)] if axis in kept else 1 for axis in AXES])


def digest(array, axes=AXES):
    """SHA-256 of the pixels in the order T, C, Z, Y, X, little-endian."""
    full = as_tczyx(array, axes)
    little = numpy.ascontiguousarray(full, dtype=full.dtype.newbyteorder("<"))
    return hashlib.sha256(little.tobytes()).hexdigest()


class Image:
    """What a reader must find in one image.

    `levels` are the arrays of a pyramid, the full size first; None for one level, and `...` where
    a reader may or may not find smaller ones. `size` is (x, y, z or None, unit), or `...` where it
    is not checked; so are `step`, the time step in seconds, and `channels`, pairs of a name and a
    colour, each None where there is none and `...` where it is not checked.
    """

    def __init__(self, array, axes, size=None, step=None, channels=None, name=..., levels=None):
        arrays = levels if levels not in (None, ...) else [array]
        full = as_tczyx(array, axes)
        self.record = {
            "sizes": dict(zip(AXES, full.shape)),
            "type": full.dtype.name,
            # Axes as stored, the slowest first, without those of size 1.
            "axes": "".join(
                axis for axis in axes if axis in "YX" or full.shape[AXES.index(axis)] > 1),
            "sha256": [digest(level, axes) for level in arrays],
        }
        if full.dtype == "float16":  # what becomes of it in a form that has no such type
            self.record["sha256 as float32"] = [
                digest(level.astype("float32"), axes) for level in arrays]
        if levels is not ...:
            self.record["levels"] = [
                [level.shape[axes.index("Y")], level.shape[axes.index("X")]] for level in arrays]
        if size is not ...:
            self.record["pixelSize"] = (
                size and {"x": size[0], "y": size[1], "z": size[2], "unit": size[3]})
        if step is not ...:
            self.record["timeStepSeconds"] = step
        if channels is not ...:
            pairs = channels or [(None, None)] * full.shape[1]
            self.record["channels"] = [
                {key: value for key, value in zip(("name", "color"), pair) if value is not ...}
                for pair in pairs]
        if name is not ...:
            self.record["name"] = name


class Corpus:
    """A folder of files, and what is to be found in each or said of each."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.images = []
        self.refused = []

    def path(self, name):
        """Where a file of the corpus goes; its folder is there afterwards."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def add(self, name, *images, form, arguments=(), remark=None):
        """A file that must be read, as `images` when `arguments` are given to the command."""
        self._check(name)
        self.images.append({
            "file": name, "format": form, "arguments": list(arguments), "remark": remark,
            "series": [image.record for image in images]})

    def refuse(self, name, *words, stage="open", arguments=()):
        """A file that must be refused, with one of the words in the message.

        `stage` is `open` where the metadata are wrong, `read` where it shows only in the pixels.
        """
        self._check(name)
        self.refused.append({
            "file": name, "words": list(words), "stage": stage, "arguments": list(arguments)})

    def _check(self, name):
        path = self.folder / name
        if not path.exists() and not path.is_symlink():
            raise FileNotFoundError(path)

    def write(self):
        """Writes the list."""
        text = json.dumps({"images": self.images, "refused": self.refused}, indent=1)
        (self.folder / "expected.json").write_text(text + "\n")
