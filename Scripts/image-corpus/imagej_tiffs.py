"""ImageJ hyperstacks that a reader must read."""

import numpy
import tifffile

from corpus import Image, as_tczyx, pixels

GREEN, MAGENTA = "#00FF00", "#FF00FF"


def stored(image):
    """The record of an image whose planes are in ImageJ's order."""
    axes = image.record["axes"]
    image.record["axes"] = "".join(axis for axis in "TZCYX" if axis in axes)
    return image


def write(corpus, name, array, axes, lines=(), resolution=None, encoding="utf-8", byteorder=">",
          contiguous=False, **image):
    """A hyperstack as ImageJ writes it; `lines` are further ones of its description."""
    full = as_tczyx(array, axes).transpose(0, 2, 1, 3, 4)
    pages = full.reshape(-1, *full.shape[3:])
    count = dict(zip("TZC", full.shape))
    text = ["ImageJ=1.54f"]
    if len(pages) > 1:
        text.append(f"images={len(pages)}")
    for axis, key in (("C", "channels"), ("Z", "slices"), ("T", "frames")):
        if count[axis] > 1:
            text.append(f"{key}={count[axis]}")
    if len([size for size in count.values() if size > 1]) > 1:
        text.append("hyperstack=true")
    if count["C"] > 1:
        text.append("mode=composite")
    text = "\n".join([*text, *lines, "loop=false", "min=0.0", "max=255.0", ""])
    with tifffile.TiffWriter(corpus.path(name), byteorder=byteorder) as tiff:
        for index, page in enumerate([pages] if contiguous else pages):
            tiff.write(
                page, photometric="minisblack", metadata=None, truncate=contiguous,
                description=text.encode(encoding) if index == 0 else None, resolution=resolution,
                resolutionunit="NONE")
    corpus.add(name, stored(Image(array, axes, **image)), form="imageJTIFF")


def units(corpus):
    """Sizes of pixels and steps of time."""
    array = pixels("imagej", (2, 2, 3, 13, 17), "uint16")
    # What ImageJ and others write for a micrometre.
    spellings = {
        "um": ("um", "utf-8"), "micron": ("micron", "utf-8"), "escaped": ("\\u00B5m", "utf-8"),
        "micro-sign": ("\u00b5m", "utf-8"), "mu": ("\u03bcm", "utf-8"),
        "latin-1": ("\u00b5m", "latin-1"), "micrometer": ("micrometer", "utf-8")}
    for index, (case, (unit, encoding)) in enumerate(spellings.items()):
        write(
            corpus, f"imagej/unit-{case}.tif", array, "TCZYX", [f"unit={unit}", "spacing=0.75"],
            resolution=(5, 5), encoding=encoding, byteorder="><"[index % 2],
            size=(0.2, 0.2, 0.75, "micrometer"))
    write(
        corpus, "imagej/unit-nm.tif", array, "TCZYX", ["unit=nm", "spacing=300", "finterval=0.5"],
        resolution=((1, 65), (1, 65)), size=(65, 65, 300, "nanometer"), step=0.5)
    write(corpus, "imagej/unit-pixel.tif", array, "TCZYX", ["unit=pixel"], resolution=(1, 1))
    write(corpus, "imagej/unit-none.tif", array, "TCZYX")
    write(corpus, "imagej/time-negative.tif", array, "TCZYX", ["finterval=-2"])
    write(
        corpus, "imagej/minutes.tif", array, "TCZYX",
        ["unit=micron", "zunit=nm", "spacing=400", "finterval=2", "tunit=min", "fps=7"],
        resolution=(2, 4), size=(0.5, 0.25, 0.4, "micrometer"), step=120)


def axes_and_planes(corpus):
    """Each axis by itself, and planes of which only the first has a directory."""
    for case, axes, shape in [("t", "TYX", (4, 11, 12)), ("z", "ZYX", (5, 11, 12)),
                              ("c", "CYX", (3, 11, 12)), ("tc", "TCYX", (2, 3, 11, 12)),
                              ("plane", "YX", (11, 12))]:
        write(corpus, f"imagej/axes-{case}.tif", pixels(case, shape, "float32"), axes)
    # More than 4 GB is written this way: one directory, and all planes behind each other.
    array = pixels("contiguous", (5, 2, 3, 13, 17), "uint16")
    for case, byteorder in (("little", "<"), ("big", ">")):
        write(
            corpus, f"imagej/contiguous-{case}.tif", array, "TCZYX", contiguous=True,
            byteorder=byteorder)


def by_tifffile(corpus):
    """Labels and tables of colours, and compression."""
    ramp = numpy.arange(256, dtype="uint8")
    none = numpy.zeros(256, dtype="uint8")
    luts = [numpy.stack([none, ramp, none]), numpy.stack([ramp, none, ramp])]
    part = pixels("labels", (2, 21, 22), "uint8")
    name = "imagej/labels.tif"
    tifffile.imwrite(
        corpus.path(name), part, imagej=True, resolution=(4, 4), metadata={
            "axes": "CYX", "unit": "um", "Labels": ["nuclei", "actin β"], "LUTs": luts,
            "Ranges": (0, 255, 0, 200), "mode": "composite"})
    corpus.add(
        name, Image(part, "CYX", size=(0.25, 0.25, None, "micrometer"),
                    channels=[("nuclei", GREEN), ("actin β", MAGENTA)]), form="imageJTIFF")
    part = pixels("tifffile", (3, 2, 2, 21, 22), "float32")
    name = "imagej/tifffile.tif"
    tifffile.imwrite(
        corpus.path(name), part, imagej=True, resolution=(10, 10), compression="deflate",
        metadata={"axes": "TZCYX", "unit": "micron", "spacing": 0.3, "finterval": 1.25})
    corpus.add(
        name, Image(part, "TZCYX", size=(0.1, 0.1, 0.3, "micrometer"), step=1.25),
        form="imageJTIFF")


def write_all(corpus):
    """All of them."""
    for part in (units, axes_and_planes, by_tifffile):
        part(corpus)
