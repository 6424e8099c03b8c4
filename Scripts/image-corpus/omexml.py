"""OME-XML in the forms that programs write."""

from xml.sax.saxutils import quoteattr

SCHEMA = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
TYPES = {"float32": "float", "float64": "double"}
WARNING = (
    "<!-- Warning: this comment is an OME-XML metadata block, which contains crucial dimensional "
    "parameters and other important metadata. Please edit cautiously (if at all), and back up the "
    "original data before doing so. For more information, see the OME-TIFF web site: "
    "https://docs.openmicroscopy.org/latest/ome-model/ome-tiff/. -->")


def attributes(values):
    """Attributes of an element, with a blank before each; None leaves one out."""
    return "".join(f" {key}={quoteattr(str(value))}" for key, value in values.items()
                   if value is not None)


def pixels(shape, dtype, order="XYZCT", tiffdata="<TiffData/>", channels=None, big_endian=False,
           identifier=0, samples=1, after="", **more):
    """A Pixels element for the sizes {T, C, Z, Y, X}; `more` are further attributes."""
    channels = channels if channels is not None else [{}] * (shape["C"] // samples)
    inner = "".join(
        "<Channel" + attributes(
            {"ID": f"Channel:{identifier}:{index}", "SamplesPerPixel": samples, **channel}) + "/>"
        for index, channel in enumerate(channels))
    head = {
        "ID": f"Pixels:{identifier}", "DimensionOrder": order, "Type": TYPES.get(dtype, dtype),
        "BigEndian": "true" if big_endian else "false",
        **{f"Size{axis}": shape[axis] for axis in "XYZCT"}, **more}
    return f"<Pixels{attributes(head)}>{inner}{tiffdata}{after}</Pixels>"


def image(pixels_text, name=None, identifier=0, before=""):
    """An Image element."""
    head = attributes({"ID": f"Image:{identifier}", "Name": name})
    return f"<Image{head}>{before}{pixels_text}</Image>"


def document(*images, uuid=None, creator=None, after="", schema=SCHEMA, warning=True):
    """The whole text; UTF-8 is for the caller to encode."""
    head = attributes({
        "xmlns": schema, "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "UUID": uuid and f"urn:uuid:{uuid}", "Creator": creator,
        "xsi:schemaLocation": f"{schema} {schema}/ome.xsd"})
    return (
        '<?xml version="1.0" encoding="UTF-8"?>' + (WARNING if warning else "")
        + f"<OME{head}>{''.join(images)}{after}</OME>")


def part(name, uuid, **where):
    """A TiffData element for planes in a file of a set."""
    return (
        f"<TiffData{attributes(where)}><UUID{attributes({'FileName': name})}>urn:uuid:{uuid}"
        "</UUID></TiffData>")


def color(rgb):
    """The number that OME-XML has for an opaque colour, "#RRGGBB"."""
    number = int(rgb[1:], 16) << 8 | 0xFF
    return number - (1 << 32) if number >= 1 << 31 else number
