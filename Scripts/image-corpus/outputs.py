"""Opens what usplit wrote with tifffile and zarr, and compares it with what was read."""

import importlib.resources
import math
import threading
import xml.etree.ElementTree

import numpy
import ome_types
import tifffile
import xmlschema
import yaozarrs
import zarr

from corpus import AXES, digest
from process import Failure

MICROMETERS = {
    "micrometer": 1, "nanometer": 1e-3, "millimeter": 1e3, "centimeter": 1e4, "meter": 1e6,
    "angstrom": 1e-4, "picometer": 1e-6, "µm": 1, "nm": 1e-3, "mm": 1e3, "cm": 1e4, "m": 1e6,
    "Å": 1e-4, "pm": 1e-6, "um": 1, "micron": 1, "\\u00B5m": 1, "\\u00C5": 1e-4}
SECONDS = {
    "s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9, "min": 60, "h": 3600, "d": 86400, "second": 1,
    "millisecond": 1e-3, "microsecond": 1e-6, "minute": 60, "hour": 3600, "day": 86400, "sec": 1}
NAMESPACE = "{http://www.openmicroscopy.org/Schemas/OME/2016-06}"
_schema = []
_lock = threading.Lock()


def close(first, second):
    """Whether two numbers are the same as far as files keep them."""
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=1e-5)


def same(what, found, expected):
    if found != expected:
        raise Failure(what, f"{what}: found {found}, expected {expected}")


def near(what, found, expected):
    if not close(found, expected):
        raise Failure(what, f"{what}: found {found}, expected {expected}")


def in_micrometers(size):
    """x, y and z in micrometres, of a pixel size of the list; None where there is none."""
    if size is None:
        return None, None, None
    factor = MICROMETERS[size["unit"]]
    return tuple(None if size[axis] is None else size[axis] * factor for axis in "xyz")


def compare_size(found, record):
    """Compares x, y and z in micrometres with the list."""
    if "pixelSize" not in record:
        return
    for axis, one, other in zip("xyz", found, in_micrometers(record["pixelSize"])):
        near(f"pixel size along {axis}", one, other)


def compare_pixels(levels, axes, record):
    """Compares arrays of the given axes with the list."""
    for number, level in enumerate(levels):
        unknown = set(axes) - set(AXES)
        if unknown:
            raise Failure("axes", f"axes: found {axes}")
        full = dict(zip(axes, level.shape))
        if number == 0:
            same("sizes", {axis: full.get(axis, 1) for axis in AXES}, record["sizes"])
        same("type", level.dtype.newbyteorder("=").name, record["type"])
        if number < len(record["sha256"]):
            same(f"pixels of level {number}", digest(level, axes), record["sha256"][number])


def compare_levels(levels, axes, record):
    if "levels" in record:
        found = [[level.shape[axes.index("Y")], level.shape[axes.index("X")]] for level in levels]
        same("levels", found, record["levels"])


def check_ome_tiff(path, record):
    """An OME-TIFF with one image."""
    with tifffile.TiffFile(path) as tiff:
        if not tiff.is_ome:
            raise Failure("OME-TIFF", "tifffile does not take it for an OME-TIFF")
        same("number of images", len(tiff.series), 1)
        series = tiff.series[0]
        text = tiff.ome_metadata
        levels = [level.asarray() for level in series.levels]
        compare_pixels(levels, series.axes, record)
        compare_levels(levels, series.axes, record)
    check_ome_xml(text, record)


def check_ome_xml(text, record):
    """OME-XML: valid, and with units, names and colours."""
    with _lock:
        if not _schema:
            folder = importlib.resources.files(ome_types)
            with importlib.resources.as_file(folder / "ome-2016-06.xsd") as place:
                _schema.append(xmlschema.XMLSchema(str(place)))
        try:
            _schema[0].validate(text)
            ome_types.from_xml(text, validate=False)
        except Exception as error:  # whatever the two find wrong
            raise Failure("OME-XML", f"OME-XML: {str(error)[:600]}") from error
    root = xml.etree.ElementTree.fromstring(text.encode("utf-8"))
    image = root.find(NAMESPACE + "Image")
    pixels = image.find(NAMESPACE + "Pixels")

    def length(axis):
        value = pixels.get(f"PhysicalSize{axis}")
        unit = pixels.get(f"PhysicalSize{axis}Unit", "µm")
        return None if value is None else float(value) * MICROMETERS[unit]

    compare_size([length(axis) for axis in "XYZ"], record)
    if "timeStepSeconds" in record:
        step = pixels.get("TimeIncrement")
        unit = pixels.get("TimeIncrementUnit", "s")
        near("time step", None if step is None else float(step) * SECONDS[unit],
             record["timeStepSeconds"])
    if record.get("name") is not None:
        same("name", image.get("Name"), record["name"])
    channels = pixels.findall(NAMESPACE + "Channel")
    same("number of channels", len(channels), record["sizes"]["C"])
    for channel, expected in zip(channels, record.get("channels", [])):
        if "name" in expected:
            same("channel name", channel.get("Name"), expected["name"])
        if "color" in expected:
            number = channel.get("Color")
            color = number and f"#{(int(number) & 0xFFFFFFFF) >> 8:06X}"
            same("channel colour", color, expected["color"])


def check_imagej(path, record):
    """An ImageJ hyperstack."""
    with tifffile.TiffFile(path) as tiff:
        if not tiff.is_imagej:
            raise Failure("ImageJ", "tifffile does not take it for ImageJ's")
        series = tiff.series[0]
        compare_pixels([series.asarray()], series.axes, record)
        same("order of axes", series.axes, "".join(
            axis for axis in "TZCYX" if axis in series.axes))
        metadata = tiff.imagej_metadata
        tags = tiff.pages[0].tags
        sizes = record["sizes"]
        unit = metadata.get("unit")
        factor = MICROMETERS.get(unit)
        found = [None, None, None]
        if factor:
            spacing = metadata.get("spacing")
            found = [tags[code].value[1] / tags[code].value[0] * factor for code in (282, 283)]
            found.append(None if spacing is None else spacing * factor)
        if sizes["Z"] == 1 and record.get("pixelSize"):
            found[2] = in_micrometers(record["pixelSize"])[2]  # no place to keep it is needed
        compare_size(found, record)
        if "timeStepSeconds" in record and sizes["T"] > 1:
            step = metadata.get("finterval")
            unit = metadata.get("tunit", "s")
            near("time step", None if step is None else step * SECONDS[unit],
                 record["timeStepSeconds"])
        check_imagej_channels(metadata, record)


def check_imagej_channels(metadata, record):
    """Labels of planes and tables of colours."""
    channels = record.get("channels", [])
    names = [channel.get("name") for channel in channels]
    if names and all(names):
        labels = metadata.get("Labels") or []
        planes = math.prod(record["sizes"][axis] for axis in "TCZ")
        if isinstance(labels, str):
            labels = [labels]
        same("number of labels", len(labels), planes)
        for index, label in enumerate(labels):
            if names[index % len(names)] not in label:
                raise Failure("label", f"label {index} is {label}, of channels {names}")
    colors = [channel.get("color") for channel in channels]
    if len(colors) > 1 and all(colors):
        tables = metadata.get("LUTs") or []
        same("colours", [
            "#" + "".join(f"{int(part):02X}" for part in numpy.asarray(table)[:, 255])
            for table in tables], colors)


def check_zarr(path, record, version, sharded):
    """An OME-Zarr image."""
    try:
        yaozarrs.validate_zarr_store(str(path))
    except Exception as error:  # whatever it finds wrong
        raise Failure("OME-Zarr", f"OME-Zarr: {str(error)[:600]}") from error
    group = zarr.open_group(str(path), mode="r")
    metadata = group.attrs if version == "0.4" else group.attrs["ome"]
    same("number of images", len(metadata["multiscales"]), 1)
    image = metadata["multiscales"][0]
    same("version", (image if version == "0.4" else metadata).get("version"), version)
    if record.get("name") is not None:
        same("name", image.get("name"), record["name"])
    names = [axis["name"] for axis in image["axes"]]
    axes = "".join(names).upper()
    same("order of axes", axes, "".join(axis for axis in AXES if axis in axes))
    arrays = [group[dataset["path"]] for dataset in image["datasets"]]
    for array in arrays:
        same("Zarr version", array.metadata.zarr_format, 2 if version == "0.4" else 3)
        if version == "0.5":
            same("dimension_names", list(array.metadata.dimension_names), names)
            codecs = [codec.to_dict()["name"] for codec in array.metadata.codecs]
            same("sharding", codecs == ["sharding_indexed"], sharded)
        else:
            same("separator", array.metadata.dimension_separator, "/")
    levels = [numpy.asarray(array[...]) for array in arrays]
    compare_pixels(levels, axes, record)
    compare_levels(levels, axes, record)
    check_scales(image, axes, record)
    if "omero" in metadata:
        check_omero(metadata["omero"], record)
    elif any(channel.get("name") or channel.get("color") for channel in record.get("channels", [])):
        raise Failure("channel name", "there is no omero metadata, but channels have names")


def check_scales(image, axes, record):
    """Pixel size and time step from the first level's scale; levels that keep their extent."""
    units = {axis["name"].upper(): axis.get("unit") for axis in image["axes"]}
    whole = [1.0] * len(axes)
    for step in image.get("coordinateTransformations", []):
        whole = [one * other for one, other in zip(whole, step.get("scale", whole))]
    scales = []
    for dataset in image["datasets"]:
        values = dataset["coordinateTransformations"][0]["scale"]
        scales.append({axis: value * all_ for axis, value, all_ in zip(axes, values, whole)})
    first = scales[0]

    def length(axis):
        unit = units.get(axis)
        return first[axis] * MICROMETERS[unit] if axis in first and unit else None

    found = [length(axis) for axis in "XYZ"]
    if "Z" not in axes and record.get("pixelSize"):
        found[2] = in_micrometers(record["pixelSize"])[2]
    compare_size(found, record)
    if "timeStepSeconds" in record and "T" in axes:
        unit = units["T"]
        near("time step", first["T"] * SECONDS[unit] if unit else None, record["timeStepSeconds"])
    for scale, (height, width) in zip(scales, record.get("levels", [])):
        sizes = record["sizes"]
        for axis, full, count in (("Y", sizes["Y"], height), ("X", sizes["X"], width)):
            ratio = scale[axis] / first[axis]
            if abs(ratio - full / count) > 0.02 * ratio:
                raise Failure("scale of a level", f"{ratio} along {axis}, {full} to {count} pixels")


def check_omero(omero, record):
    channels = record.get("channels", [])
    same("number of channels", len(omero["channels"]), record["sizes"]["C"])
    for channel, expected in zip(omero["channels"], channels):
        if expected.get("name") is not None:
            same("channel name", channel.get("label"), expected["name"])
        if expected.get("color") is not None:
            same("channel colour", "#" + channel["color"].upper(), expected["color"])
