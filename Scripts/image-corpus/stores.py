"""OME-Zarr images and Zarr arrays that a reader must read."""

import json
import shutil

import numcodecs
import numpy
import ome_zarr.format
import ome_zarr.writer
import zarr
import zarr.codecs

import omexml
from corpus import Image, pixels

KINDS = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}


def axes_list(axes, length="micrometer", time="second"):
    """The axes of a multiscale image; a unit of None is left out."""
    units = {"t": time, "z": length, "y": length, "x": length}
    return [
        {"name": axis, "type": KINDS[axis], **({"unit": units[axis]} if units.get(axis) else {})}
        for axis in axes.lower()]


def multiscales(axes, datasets, version, name=None, transformations=None):
    """The metadata of an image; `datasets` are pairs of a path and a list of transformations."""
    entry = {
        "axes": axes,
        "datasets": [
            {"path": path, "coordinateTransformations": steps} for path, steps in datasets]}
    if name is not None:
        entry["name"] = name
    if transformations:
        entry["coordinateTransformations"] = transformations
    if version == "0.4":
        entry = {"version": "0.4", **entry}
    return [entry]


def scale(*values):
    return {"type": "scale", "scale": [float(value) for value in values]}


def translation(*values):
    return {"type": "translation", "translation": [float(value) for value in values]}


def omero(channels, most=65535):
    return {"channels": [
        {"label": label, "color": color.lstrip("#"), "active": True, "coefficient": 1.0,
         "family": "linear", "inverted": False,
         "window": {"min": 0, "max": most, "start": 0, "end": most}}
        for label, color in channels], "rdefs": {"model": "color"}}


def write_group(path, version, content):
    """A group with the given metadata, in Zarr version 2 for 0.4 and 3 for 0.5."""
    path.mkdir(parents=True, exist_ok=True)
    if version == "0.4":
        (path / ".zgroup").write_text('{"zarr_format": 2}')
        (path / ".zattrs").write_text(json.dumps(content, indent=2))
    else:
        (path / "zarr.json").write_text(json.dumps({
            "zarr_format": 3, "node_type": "group",
            "attributes": {"ome": {"version": "0.5", **content}}}, indent=2))


def write_array(path, array, version, axes, chunks=None, separator="/", **options):
    """An array of a store; `options` are those of zarr.create_array."""
    chunks = chunks or tuple(min(size, 16) for size in array.shape)
    if version == "0.4":
        encoding = {"name": "v2", "separator": separator}
    else:
        encoding = {"name": "default", "separator": separator}
        options.setdefault("dimension_names", list(axes.lower()))
    options.setdefault("compressors", None)
    options.setdefault("fill_value", 0)
    written = zarr.create_array(
        store=str(path), shape=array.shape, dtype=options.pop("dtype", array.dtype), chunks=chunks,
        zarr_format=2 if version == "0.4" else 3, chunk_key_encoding=encoding, **options)
    written[...] = array
    return written


def ome(corpus, name, array, axes, version, image=None, levels=None, units=True, content=None,
        steps=None, transformations=None, title=None, paths=None, remark=None, **options):
    """A store with one image, and what is to be found in it."""
    path = corpus.path(name)
    arrays = levels or [array]
    paths = paths or [str(index) for index in range(len(arrays))]
    steps = steps or [
        [scale(*(2.0 ** index if axis in "YX" else 1 for axis in axes))]
        for index in range(len(arrays))]
    description = axes_list(axes) if units is True else axes_list(axes, *units)
    write_group(path, version, {
        "multiscales": multiscales(
            description, list(zip(paths, steps)), version, title, transformations),
        **(content or {})})
    for level, key in zip(arrays, paths):
        write_array(path / key, level, version, axes, **options)
    found = {"levels": levels, **(image or {})}
    if "size" not in found:
        found["size"] = (1, 1, 1 if "Z" in axes else None, "micrometer")
    if "step" not in found:
        found["step"] = 1 if "T" in axes else None
    corpus.add(
        name, Image(array, axes, **found), form="omeZarr04" if version == "0.4" else "omeZarr05",
        remark=remark)


def axes_and_units(corpus):
    shape = dict(zip("TCZYX", (2, 2, 3, 18, 20)))
    for axes in ("YX", "ZYX", "CYX", "TYX", "TCYX", "CZYX", "TCZYX"):
        for version in ("0.4", "0.5"):
            name = f"zarr{version.replace('.', '')}/axes-{axes.lower()}.ome.zarr"
            ome(corpus, name, pixels(name, [shape[axis] for axis in axes], "uint8"), axes, version)
    full = list(shape.values())
    for unit, time, seconds in [("nanometer", "millisecond", 1e-3), ("millimeter", "minute", 60),
                                ("angstrom", "hour", 3600), ("micrometer", "second", 1)]:
        name = f"zarr04/unit-{unit}.ome.zarr"
        ome(corpus, name, pixels(name, full, "uint16"), "TCZYX", "0.4", units=(unit, time),
            steps=[[scale(2, 1, 300, 65, 70)]], image={
                "size": (70, 65, 300, unit), "step": 2 * seconds})
    # Numbers without a unit say nothing about the specimen.
    name = "zarr05/unit-none.ome.zarr"
    ome(corpus, name, pixels(name, full, "uint16"), "TCZYX", "0.5", units=(None, None),
        image={"size": None, "step": None})
    name = "zarr04/scale-zero.ome.zarr"  # no size, rather than one that cannot be
    ome(corpus, name, pixels(name, (18, 20), "uint16"), "YX", "0.4", steps=[[scale(0, 1)]],
        image={"size": None}, remark="ixel size")
    # Not in the order that the specification asks for, but each axis has its name.
    name = "zarr04/channels-last.ome.zarr"
    ome(corpus, name, pixels(name, (18, 20, 2), "uint16"), "YXC", "0.4")
    name = "zarr04/scale-of-all.ome.zarr"
    levels = [pixels(name, (2, 1, 3, 36, 40), "uint16")]
    levels.append(levels[0][..., ::2, ::2])
    ome(corpus, name, levels[0], "TCZYX", "0.4", levels=levels, steps=[
        [scale(1, 1, 2, 0.5, 0.5), translation(0, 0, 0, 0, 0)],
        [scale(1, 1, 2, 1, 1), translation(0, 0, 0, 0.25, 0.25)]],
        transformations=[scale(0.1, 1, 1, 1, 1)],
        image={"size": (0.5, 0.5, 2, "micrometer"), "step": 0.1})


def pyramids_and_channels(corpus):
    channels = [("nuclei", "#0000FF"), ("actin β", "#00FF7F")]
    for version, options in [("0.4", {"compressors": numcodecs.Blosc("zstd")}),
                             ("0.5", {"compressors": zarr.codecs.ZstdCodec()})]:
        name = f"zarr{version.replace('.', '')}/pyramid.ome.zarr"
        levels = [pixels(name, (2, 130, 150), "uint16")]
        while len(levels) < 3:
            levels.append(levels[-1][:, ::2, ::2])
        ome(corpus, name, levels[0], "CYX", version, levels=levels, chunks=(1, 64, 64),
            title="Größe", content={"omero": omero(channels)}, paths=["full", "half", "quarter"],
            image={"channels": channels, "name": "Größe"}, **options)


def written_by_ome_zarr(corpus):
    """Stores as the package ome-zarr writes them."""
    for version, form in [("0.4", ome_zarr.format.FormatV04()),
                          ("0.5", ome_zarr.format.FormatV05())]:
        name = f"zarr{version.replace('.', '')}/ome-zarr.ome.zarr"
        array = pixels(name, (2, 2, 3, 64, 72), "uint16")
        path = corpus.path(name)
        group = zarr.open_group(str(path), mode="w", zarr_format=2 if version == "0.4" else 3)
        ome_zarr.writer.write_image(
            array, group, fmt=form, axes="tczyx", scale_factors=(2, 4),
            storage_options={"chunks": (1, 1, 1, 32, 32)},
            scale={"t": 5.0, "z": 0.5, "y": 0.2, "x": 0.2},
            axes_units={"t": "second", "z": "micrometer", "y": "micrometer", "x": "micrometer"})
        levels = [
            numpy.asarray(zarr.open_array(str(path / f"{key}"), mode="r")[...])
            for key in sorted(entry.name for entry in path.iterdir() if entry.is_dir())]
        if not numpy.array_equal(levels[0], array):
            raise RuntimeError(f"ome-zarr wrote other pixels into {name}")
        flat = all(level.shape[2] == array.shape[2] for level in levels)
        corpus.add(
            name, Image(array, "TCZYX", size=(0.2, 0.2, 0.5, "micrometer"), step=5,
                        channels=..., levels=levels if flat else ...),
            form="omeZarr04" if version == "0.4" else "omeZarr05")


def several_images(corpus):
    """The layout of bioformats2raw: images side by side, told of in OME-XML."""
    for version in ("0.4", "0.5"):
        folder = f"zarr{version.replace('.', '')}"
        name = f"{folder}/two-images.zarr"
        path = corpus.path(name)
        write_group(path, version, {"bioformats2raw.layout": 3})
        write_group(path / "OME", version, {"series": ["0", "1"]})
        shapes = [(2, 3, 2, 16, 18), (1, 1, 1, 21, 9)]
        records = []
        texts = []
        for index, shape in enumerate(shapes):
            array = pixels(f"{name}{index}", shape, "uint16")
            write_group(path / str(index), version, {"multiscales": multiscales(
                axes_list("TCZYX"), [("0", [scale(1, 1, 2, 0.5, 0.5)])], version)})
            write_array(path / str(index) / "0", array, version, "TCZYX")
            records.append(Image(
                array, "TCZYX", size=(0.5, 0.5, 2, "micrometer"), step=1, channels=...))
            texts.append(omexml.image(
                omexml.pixels(dict(zip("TCZYX", shape)), "uint16", tiffdata="<MetadataOnly/>",
                              identifier=index), name=f"series {index}", identifier=index))
        (path / "OME" / "METADATA.ome.xml").write_text(omexml.document(*texts), encoding="utf-8")
        form = "omeZarr04" if version == "0.4" else "omeZarr05"
        corpus.add(name, *records, form=form)
        corpus.add(f"{name}/1", records[1], form=form)


def plain_arrays(corpus):
    array = pixels("plain", (2, 3, 17, 19), "uint16")
    write_array(corpus.path("arrays/names-v3.zarr"), array, "0.5", "TCYX")
    corpus.add("arrays/names-v3.zarr", Image(array, "TCYX"), form="zarr")
    write_array(corpus.path("arrays/axes-v2.zarr"), array, "0.4", "TCYX", separator=".")
    corpus.add(
        "arrays/axes-v2.zarr", Image(array, "CZYX"), form="zarr", arguments=["--axes", "CZYX"])
    write_array(
        corpus.path("arrays/axes-v3.zarr"), array, "0.5", "TCYX", dimension_names=None)
    corpus.add(
        "arrays/axes-v3.zarr", Image(array, "TZYX"), form="zarr", arguments=["--axes", "TZYX"])
    plane = array[0, 0]
    write_array(
        corpus.path("arrays/plane-v2.zarr"), plane, "0.4", "YX", compressors=numcodecs.Blosc())
    corpus.add("arrays/plane-v2.zarr", Image(plane, "YX"), form="zarr")
    # An array of a store can be named by itself.
    store = corpus.path("zarr05/axes-tczyx.ome.zarr")
    array = zarr.open_array(str(store / "0"), mode="r")[...]
    copy = corpus.path("arrays/level.zarr")
    shutil.copytree(store / "0", copy)
    corpus.add("arrays/level.zarr", Image(array, "TCZYX"), form="zarr")


def write_all(corpus):
    """All of them."""
    for part in (axes_and_units, pyramids_and_channels, written_by_ome_zarr, several_images,
                 plain_arrays):
        part(corpus)
