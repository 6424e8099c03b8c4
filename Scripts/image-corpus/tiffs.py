"""TIFF files that a reader must read: element types, storage, pages and shapes."""

import struct

import numpy
import tifffile

import omexml
from corpus import Image, as_tczyx, pixels


def sizes(array, axes):
    return dict(zip("TCZYX", as_tczyx(array, axes).shape))


def planes(array, axes, order):
    """The planes in the order that a DimensionOrder such as XYZCT names."""
    full = as_tczyx(array, axes)
    slowest_first = order[:1:-1] + "YX"
    turned = full.transpose(["TCZYX".index(axis) for axis in slowest_first])
    return turned.reshape(-1, *full.shape[3:])


def write_pages(path, pages, text, **options):
    """Pages with a description in the first; text None leaves tifffile's own out too."""
    keywords = {"photometric": "minisblack", "metadata": None, **options}
    writer = {key: keywords.pop(key) for key in ("bigtiff", "byteorder") if key in keywords}
    with tifffile.TiffWriter(path, **writer) as tiff:
        for index, page in enumerate(pages):
            description = text.encode("utf-8") if text and index == 0 else None
            tiff.write(page, description=description, **keywords)


def ome(corpus, name, array, axes, metadata=None, image=None, **options):
    """An OME-TIFF as tifffile writes it."""
    keywords = {"photometric": "minisblack", **options}
    tifffile.imwrite(
        corpus.path(name), array, ome=True, metadata={"axes": axes, **(metadata or {})}, **keywords)
    corpus.add(name, Image(array, axes, **(image or {})), form="omeTIFF")


def element_types(corpus):
    for index, dtype in enumerate(
            ["uint8", "uint16", "uint32", "int8", "int16", "int32", "float32", "float64"]):
        for order in "<>":
            name = f"ome/type-{dtype}-{'little' if order == '<' else 'big'}.ome.tif"
            array = pixels(name, (2, 3, 19 + index, 23), dtype)
            ome(corpus, name, array, "CZYX", byteorder=order, bigtiff=index % 2 == 0)
    for order in "<>":
        name = f"plain/type-float16-{'little' if order == '<' else 'big'}.tif"
        array = pixels(name, (3, 21, 17), "float16")
        tifffile.imwrite(
            corpus.path(name), array, byteorder=order, photometric="minisblack",
            metadata={"axes": "CYX"})
        corpus.add(name, Image(array, "CYX"), form="tiff")


def storage(corpus):
    """Strips and tiles under each compression with each predictor that makes sense."""
    codecs = [None, "lzw", "adobe_deflate", "deflate", "zstd", "packbits"]
    tilings = [
        {"rowsperstrip": 1}, {"rowsperstrip": 16}, {"rowsperstrip": 1000}, {"tile": (16, 16)},
        {"tile": (32, 64)}, {"tile": (48, 16)}]
    count = 0
    for codec in codecs:
        kinds = [("uint8", 1), ("uint16", 1)]
        if codec in ("lzw", "adobe_deflate", "zstd"):
            kinds += [("uint16", 2), ("uint32", 2), ("int8", 2), ("float32", 3)]
        if codec == "adobe_deflate":
            kinds += [("float16", 3), ("float64", 3), ("int32", 1)]
        for dtype, predictor in kinds:
            tiling = tilings[count % len(tilings)]
            order = "<>"[count % 2]
            planar = count % 3 == 0
            name = f"plain/{codec or 'none'}-{dtype}-predictor{predictor}-{count}.tif"
            array = pixels(name, (2, 75, 101), dtype)
            tifffile.imwrite(
                corpus.path(name), array if planar else numpy.moveaxis(array, 0, -1),
                byteorder=order, photometric="minisblack",
                planarconfig="separate" if planar else "contig", compression=codec,
                predictor=predictor if predictor > 1 else None, bigtiff=count % 4 == 1,
                metadata={"axes": "SYX" if planar else "YXS"}, **tiling)
            # Samples of a pixel are channels; where they lie in the file is not told by axes.
            record = Image(array, "CYX")
            record.record.pop("axes")
            corpus.add(name, record, form="tiff")
            count += 1
    name = "ome/interleaved.ome.tif"
    array = pixels(name, (3, 40, 33), "uint16")
    text = omexml.document(omexml.image(omexml.pixels(
        sizes(array, "CYX"), "uint16", order="XYCZT", samples=3, channels=[{}])))
    write_pages(
        corpus.path(name), [numpy.moveaxis(array, 0, -1)], text, planarconfig="contig")
    record = Image(array, "CYX", channels=...)
    record.record.pop("axes")
    corpus.add(name, record, form="omeTIFF")


def shaped_and_plain(corpus):
    for axes, shape in [("ZYX", (4, 15, 14)), ("TYX", (4, 15, 14)), ("CYX", (2, 15, 14)),
                        ("TZCYX", (2, 3, 2, 15, 14)), ("YX", (15, 14))]:
        name = f"plain/shaped-{axes}.tif"
        array = pixels(name, shape, "uint32")
        tifffile.imwrite(
            corpus.path(name), array, photometric="minisblack", metadata={"axes": axes})
        corpus.add(name, Image(array, axes), form="tiff")

    pages = pixels("pages", (6, 15, 14), "uint16")
    name = "plain/pages.tif"
    write_pages(corpus.path(name), pages, None)
    corpus.add(name, Image(pages, "TYX"), form="tiff", remark="--axes")
    for number, (reading, axes, shape) in enumerate([
            ("ZYX", "ZYX", (6,)), ("CYX", "CYX", (6,)), ("TC3YX", "TCYX", (2, 3)),
            ("C2ZYX", "CZYX", (2, 3)), ("T1Z3C2YX", "ZCYX", (3, 2))]):
        copy = f"plain/pages-{number}.tif"
        write_pages(corpus.path(copy), pages, None)
        corpus.add(
            copy, Image(pages.reshape(*shape, 15, 14), axes), form="tiff",
            arguments=["--axes", reading])
    name = "plain/shaped-without-axes.tif"
    array = pixels(name, (2, 3, 15, 14), "uint16")
    tifffile.imwrite(corpus.path(name), array, photometric="minisblack")
    corpus.add(
        name, Image(array, "TCYX"), form="tiff", arguments=["--axes", "T2C3YX"])
    name = "plain/screen-resolution.tif"
    array = pixels(name, (16, 16), "uint8")
    write_pages(corpus.path(name), [array], None, resolution=(72, 72), resolutionunit="INCH")
    corpus.add(name, Image(array, "YX"), form="tiff")
    name = "plain/nan.tif"
    array = pixels(name, (16, 16), "float32")
    array[3, 4], array[5, 6], array[7, 8] = numpy.nan, numpy.inf, -numpy.inf
    write_pages(corpus.path(name), [array], None)
    corpus.add(name, Image(array, "YX"), form="tiff")
    for shape in [(1, 1), (1, 37), (37, 1), (17, 16), (333, 7)]:
        for tile in (None, (16, 16)):
            name = f"plain/size-{shape[0]}x{shape[1]}{'-tiled' if tile else ''}.tif"
            array = pixels(name, shape, "uint16")
            write_pages(corpus.path(name), [array], None, tile=tile)
            corpus.add(name, Image(array, "YX"), form="tiff")
    name = "ome/one-pixel.ome.tif"
    ome(corpus, name, pixels(name, (1, 1), "float64"), "YX")


def lenient(corpus):
    """Files that are wrong where it does not matter."""
    def overwritten(name, array, changes, levels=None, **options):
        path = corpus.path(name)
        with tifffile.TiffWriter(path) as tiff:
            tiff.write(
                array, photometric="minisblack", metadata=None, subifds=len(levels or []) or None,
                **options)
            for level in levels or []:
                tiff.write(
                    level, photometric="minisblack", metadata=None, subfiletype=1, **options)
        with tifffile.TiffFile(path) as tiff:
            page = tiff.pages[0]
            tags = {code: page.tags[code] for code in changes}
            own = page.offset
        data = bytearray(path.read_bytes())
        for code, value in changes.items():
            form = {3: "<H", 4: "<I"}[int(tags[code].dtype)] if code != 330 else "<I"
            struct.pack_into(form, data, tags[code].valueoffset, own if value == "own" else value)
        path.write_bytes(data)
        return name

    one = pixels("lenient", (40, 44), "uint16")
    # The one strip of plain pixels is said to be longer or shorter than it can be.
    for case, count in (("long", 1 << 30), ("short", 100)):
        name = overwritten(f"plain/lenient-strip-{case}.tif", one, {279: count})
        corpus.add(name, Image(one, "YX"), form="tiff")
    # A strip that is small in the file and holds far more than its rows.
    zeros = numpy.zeros((8192, 8192), "uint8")
    name = overwritten(
        "plain/lenient-bomb.tif", zeros, {256: 64, 257: 64, 278: 64}, compression="adobe_deflate",
        rowsperstrip=8192)
    corpus.add(name, Image(zeros[:64, :64], "YX"), form="tiff")
    # Further directories that are no smaller copies.
    square = pixels("square", (64, 64), "uint16")
    half = square[::2, ::2]
    for name, levels, changes in [
            ("plain/lenient-level-is-itself.tif", [square, half], {330: "own"}),
            ("plain/lenient-level-larger.tif", [half, square], {}),
            ("plain/lenient-level-of-another-type.tif", [square, half.astype("uint8")], {})]:
        overwritten(name, levels[0], changes, levels[1:], tile=(16, 16))
        corpus.add(name, Image(levels[0], "YX"), form="tiff")


def write_all(corpus):
    """All of them."""
    for part in (element_types, storage, shaped_and_plain, lenient):
        part(corpus)
