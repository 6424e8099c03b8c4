"""TIFF files that a reader must refuse, each for one reason."""

import json
import os
import struct

import numpy
import tifffile

import omexml
from corpus import pixels
from tiffs import write_pages

ENDS = ("cut off", "truncated", "ends", "beyond", "outside", "incomplete", "past", "reaches")


def base(corpus, name, array=None, **options):
    """A good file to spoil, as bytes."""
    array = pixels(name, (3, 40, 44), "uint16") if array is None else array
    path = corpus.path(name)
    write_pages(path, array, None, **options)
    return bytearray(path.read_bytes())


def tag(corpus, name, code, page=0):
    """Where a tag of a file is: the offset of its entry and that of its values."""
    with tifffile.TiffFile(corpus.folder / name) as tiff:
        found = tiff.pages[page].tags[code]
        return found.offset, found.valueoffset


def patched(corpus, name, array, changes, words, stage="open", **options):
    """A file with values of tags of its first page replaced; {tag: (format, value)}."""
    data = base(corpus, name, array, **options)
    for code, (form, value) in changes.items():
        _, place = tag(corpus, name, code)
        struct.pack_into("<" + form, data, place, value)
    corpus.path(name).write_bytes(data)
    corpus.refuse(name, *words, stage=stage)


def headers_and_directories(corpus):
    def save(name, data, *words, **more):
        corpus.path(name).write_bytes(bytes(data))
        corpus.refuse(name, *words, **more)

    good = base(corpus, "bad/base.tif")
    with tifffile.TiffFile(corpus.folder / "bad/base.tif") as tiff:
        directories = [page.offset for page in tiff.pages]
        entries = [len(page.tags) for page in tiff.pages]
    (corpus.folder / "bad/base.tif").unlink()
    save("bad/empty.tif", b"", "empty", "TIFF", "not an image", *ENDS)
    save("bad/text.tif", b"Dear reader,\nthis is no picture at all.\n", "TIFF", "not an image")
    save("bad/cut-header.tif", good[:6], "TIFF", *ENDS)
    save("bad/no-directory.tif", good[:4] + bytes(4) + good[8:], "TIFF", "directory", "page",
         "no image")
    save("bad/directory-outside.tif", good[:4] + struct.pack("<I", 1 << 30) + good[8:], *ENDS)
    save("bad/cut-directory.tif", good[:directories[0] + 20], *ENDS)
    save("bad/big-offset-size.tif", struct.pack("<2sHHHQ", b"II", 43, 4, 0, 16) + good[16:],
         "TIFF", "BigTIFF", "header")
    for name, page, target in [("cycle-of-one.tif", 0, 0), ("cycle-of-three.tif", 2, 0),
                               ("cycle-in-the-middle.tif", 2, 1)]:
        data = bytearray(good)
        struct.pack_into(
            "<I", data, directories[page] + 2 + 12 * entries[page], directories[target])
        save(f"bad/{name}", data, "cycle", "twice", "again", "loop", "circle")
    save("bad/cut-pixels.tif", good[:directories[0]] if directories[0] > 3000 else good[:6000],
         *ENDS, stage="read")
    data = bytearray(good)
    struct.pack_into("<I", data, directories[0] + 2 + 4 + 12, 0xFFFFFFFF)  # a tag's count
    save("bad/tag-count.tif", data, "tag", "count", "values", "large", *ENDS)


def lying_tags(corpus):
    one = pixels("one", (1, 40, 44), "uint16")
    size, byte, strip = 256, 279, 273
    patched(corpus, "bad/huge.tif", one, {256: ("I", 0x7FFFFFFF), 257: ("I", 0x7FFFFFFF)},
            ("strip", "large", "bytes", *ENDS), stage="read")
    patched(corpus, "bad/no-width.tif", one, {size: ("I", 0)}, ("0 ×", "× 0", "empty", "width",
            "size", "columns", "no pixels"))
    patched(corpus, "bad/strip-outside.tif", one, {strip: ("I", 1 << 30)}, ENDS, stage="read")
    # Of several strips one is too short; of a single one, readers rightly do not believe it.
    name = "bad/strip-too-short.tif"
    data = base(corpus, name, one, rowsperstrip=10, compression="lzw")
    _, place = tag(corpus, name, byte)
    struct.pack_into("<H" if data[tag(corpus, name, byte)[0] + 2] == 3 else "<I", data, place + (
        4 if data[tag(corpus, name, byte)[0] + 2] == 3 else 8), 100)
    corpus.path(name).write_bytes(data)
    corpus.refuse(name, "strip", "bytes", "damage", "row", *ENDS, stage="read")
    patched(corpus, "bad/taller-than-pixels.tif", one, {257: ("I", 400)},
            ("strip", "bytes", "rows", *ENDS), stage="read")
    patched(corpus, "bad/bits-12.tif", one, {258: ("H", 12)}, ("12 bit", "12-bit", "bits"))
    patched(corpus, "bad/bits-64.tif", one, {258: ("H", 64)}, ("64 bit", "64-bit", "bits"))
    patched(corpus, "bad/codec-unknown.tif", one, {259: ("H", 65000)}, ("compress",))
    patched(corpus, "bad/codec-jpeg2000.tif", one, {259: ("H", 34712)}, ("compress",))
    patched(corpus, "bad/no-samples.tif", one, {277: ("H", 0)}, ("sample", "channel"))
    patched(corpus, "bad/tile-width.tif", one, {322: ("H", 0)}, ("tile",), tile=(16, 16))
    name = "bad/complex.tif"
    tifffile.imwrite(corpus.path(name), pixels(name, (9, 9), "float32").astype("complex64"))
    corpus.refuse(name, "complex", "type", "format")
    name = "bad/int64.tif"
    tifffile.imwrite(corpus.path(name), numpy.arange(81, dtype="int64").reshape(9, 9))
    corpus.refuse(name, "64")
    name = "bad/one-bit.tif"
    tifffile.imwrite(corpus.path(name), numpy.ones((16, 16), bool))
    corpus.refuse(name, "1 bit", "1-bit", "bits")
    name = "bad/rgb.tif"
    tifffile.imwrite(corpus.path(name), pixels(name, (20, 20, 3), "uint8"), photometric="rgb")
    corpus.refuse(name, "RGB", "colour", "color")
    name = "bad/rgb-imagej.tif"
    tifffile.imwrite(
        corpus.path(name), pixels(name, (4, 20, 20, 3), "uint8"), imagej=True, photometric="rgb")
    corpus.refuse(name, "RGB", "colour", "color")


def damaged_codes(corpus):
    for codec in ("adobe_deflate", "lzw", "zstd"):
        name = f"bad/damaged-{codec}.tif"
        array = numpy.tile(numpy.arange(500, dtype="uint16"), (3, 300, 2)) // 3
        data = base(corpus, name, array, compression=codec, rowsperstrip=300)
        with tifffile.TiffFile(corpus.folder / name) as tiff:
            start, count = tiff.pages[0].dataoffsets[0], tiff.pages[0].databytecounts[0]
        if codec == "lzw":
            data[start + 3:start + count // 2] = bytes([0xFF]) * (count // 2 - 3)
        else:
            for place in range(start + 12, start + count // 2, 3):
                data[place] ^= 0xA5
        corpus.path(name).write_bytes(data)
        corpus.refuse(
            name, "damage", "corrupt", "decompress", "decode", "unpack", "compress", "broken",
            "strip", stage="read")


def pages_that_differ(corpus):
    for name, pages in [
        ("bad/pages-of-two-sizes.tif",
         [pixels("a", (20, 20), "uint8"), pixels("b", (20, 24), "uint8")]),
        ("bad/pages-of-two-types.tif",
         [pixels("a", (20, 20), "uint8"), pixels("b", (20, 20), "uint16")]),
    ]:
        write_pages(corpus.path(name), pages, None)
        corpus.refuse(name, "page", "differ", "type", "size")
    name = "bad/ambiguous.tif"
    tifffile.imwrite(
        corpus.path(name), pixels(name, (2, 3, 15, 14), "uint16"), photometric="minisblack")
    corpus.refuse(name, "--axes")
    name = "bad/shape-too-large.tif"
    text = json.dumps({"shape": [50, 15, 14], "axes": "TYX"})
    write_pages(corpus.path(name), pixels(name, (5, 15, 14), "uint16"), text)
    corpus.refuse(name, "50", *ENDS)
    name = "bad/wrong-axes.tif"
    write_pages(corpus.path(name), pixels(name, (5, 15, 14), "uint16"), None)
    corpus.refuse(name, "axes", arguments=["--axes", "T2C2YX"])


def imagej(corpus):
    def write(name, lines, *words, count=1):
        path = corpus.path(name)
        text = "\n".join(["ImageJ=1.54f", *lines, ""])
        write_pages(path, pixels(name, (count, 12, 12), "uint16"), text)
        corpus.refuse(name, *words)

    write("bad/imagej-cut.tif", ["images=1000", "slices=1000"], "1000", *ENDS)
    write("bad/imagej-counts.tif", ["images=6", "channels=4", "slices=2"], "6", "images", count=6)
    write("bad/imagej-overflow.tif",
          ["images=4611686018427387904", "channels=2147483647", "slices=2147483647",
           "frames=2147483647"], "images", "planes", "large", "channels", *ENDS)
    write("bad/imagej-negative.tif", ["images=2", "slices=-2"], "slices", "images", "-2", count=2)


def ome(corpus):
    shape = {"T": 1, "C": 2, "Z": 1, "Y": 12, "X": 14}
    pages = pixels("ome", (2, 12, 14), "uint16")

    def write(name, text, *words, **more):
        write_pages(corpus.path(name), pages, text)
        corpus.refuse(name, *words, **more)

    def document(tiffdata="<TiffData/>", dtype="uint16", **other):
        return omexml.document(omexml.image(omexml.pixels(
            {**shape, **other}, dtype, tiffdata=tiffdata)))

    write("bad/ome-width.ome.tif", document(X=15), "15")
    write("bad/ome-type.ome.tif", document(dtype="float32"), "type", "float")
    write("bad/ome-unknown-type.ome.tif", document(dtype="quaternion"), "quaternion", "type")
    write("bad/ome-too-many-planes.ome.tif", document(T=3), "plane", "director", "page", *ENDS)
    write("bad/ome-absurd.ome.tif", document(T=2000000000, Z=2000000000), "plane", "large", "Size",
          "channels", *ENDS)
    write("bad/ome-no-size.ome.tif", document(C=0).replace('SizeC="0"', ""), "SizeC",
          "0 channels")
    write("bad/ome-zero-size.ome.tif", document(Z=0), "SizeZ", "0")
    write("bad/ome-directory.ome.tif",
          document('<TiffData IFD="0"/><TiffData IFD="7" FirstC="1"/>'), "7", "8")
    write("bad/ome-plane-outside.ome.tif",
          document('<TiffData IFD="0"/><TiffData IFD="1" FirstC="5"/>'), "FirstC", "5", "channel",
          "outside")
    write("bad/ome-plane-missing.ome.tif", document('<TiffData IFD="0"/>'), "plane", "TiffData",
          "channel")
    write("bad/ome-order.ome.tif", document().replace("XYZCT", "XYZCC"), "DimensionOrder", "XYZCC")
    write("bad/ome-unclosed.ome.tif", document().replace("</Image></OME>", ""), "XML", *ENDS)
    write("bad/ome-malformed.ome.tif", document().replace('SizeC="2"', "SizeC=2"), "XML")
    write("bad/ome-crossed.ome.tif", document().replace("</Pixels></Image>", "</Image></Pixels>"),
          "XML")
    write("bad/ome-no-image.ome.tif", omexml.document(), "image", "Image")
    lol = "".join(
        f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol"}">' for i in range(10))
    write("bad/ome-entities.ome.tif", document().replace(
        "<OME", f"<!DOCTYPE OME [{lol}]><OME", 1).replace(
        '<Image ID="Image:0"', '<Image ID="Image:0" Name="&l9;"'), "DOCTYPE", "DTD", "entit",
        "ENTITY", "XML", "type declaration")
    write("bad/ome-deep.ome.tif", document().replace(
        "<Pixels", "<a>" * 50000 + "</a>" * 50000 + "<Pixels", 1), "XML", "deep", "nested", "level")


def file_sets(corpus):
    shape = {"T": 1, "C": 2, "Z": 1, "Y": 12, "X": 14}
    pages = pixels("ome", (2, 12, 14), "uint16")
    uuids = [f"0000000{i}-1111-4222-8333-555555555555" for i in (1, 2)]
    secret = corpus.path("secret/secret.ome.tif")  # what no file of a set may lead to
    write_pages(secret, pages[1:], omexml.document(omexml.image(omexml.pixels(
        {**shape, "C": 1}, "uint16")), uuid=uuids[1]))
    for case, other, words in [
        ("missing", "not-there.ome.tif", ("not-there.ome.tif",)),
        ("path-up", "../secret/secret.ome.tif", ("..", "secret")),
        ("path-absolute", str(secret.resolve()), ("secret",)),
        ("path-in-path", "sub/../../secret/secret.ome.tif", ("..", "secret")),
        ("path-nul", "secret&#1;.ome.tif", ("secret", "XML", "character")),
        ("itself", None, ("UUID", "uuid", "00000002", "plane")),
    ]:
        name = f"bad/set-{case}.ome.tif"
        own = name.rpartition("/")[2]
        tiffdata = (
            omexml.part(own, uuids[0], IFD=0, FirstC=0, PlaneCount=1)
            + omexml.part(other or own, uuids[1], IFD=0, FirstC=1, PlaneCount=1))
        text = omexml.document(
            omexml.image(omexml.pixels(shape, "uint16", tiffdata=tiffdata)), uuid=uuids[0])
        write_pages(corpus.path(name), pages[:1], text.replace("&amp;#1;", "&#1;"))
        corpus.refuse(name, *words)
    name = "bad/set-wrong-uuid.ome.tif"  # the file that is named is another one
    write_pages(corpus.path("bad/set-other.ome.tif"), pages[1:], omexml.document(omexml.image(
        omexml.pixels({**shape, "C": 1, "Y": 12}, "uint16")), uuid=uuids[0][::-1]))
    tiffdata = (
        omexml.part("set-wrong-uuid.ome.tif", uuids[0], IFD=0, FirstC=0, PlaneCount=1)
        + omexml.part("set-other.ome.tif", uuids[1], IFD=0, FirstC=1, PlaneCount=1))
    write_pages(corpus.path(name), pages[:1], omexml.document(
        omexml.image(omexml.pixels(shape, "uint16", tiffdata=tiffdata)), uuid=uuids[0]))
    corpus.refuse(name, "UUID", "uuid")
    for case, metadata, words in [
        ("missing", "gone.companion.ome", ("gone.companion.ome",)),
        ("path-up", "../secret/plan.companion.ome", ("..", "secret")),
    ]:
        name = f"bad/companion-{case}.ome.tif"
        only = "<BinaryOnly" + omexml.attributes(
            {"MetadataFile": metadata, "UUID": f"urn:uuid:{uuids[1]}"}) + "/>"
        write_pages(corpus.path(name), pages, omexml.document(only, uuid=uuids[0]))
        corpus.refuse(name, *words)
    corpus.path("secret/plan.companion.ome").write_text(omexml.document(
        omexml.image(omexml.pixels(shape, "uint16", tiffdata=omexml.part(
            "companion-path-up.ome.tif", uuids[0], IFD=0, PlaneCount=2))), uuid=uuids[1]))


def pyramids(corpus):
    name = "bad/level-outside.tif"
    path = corpus.path(name)
    array = pixels("levels", (64, 64), "uint16")
    with tifffile.TiffWriter(path) as tiff:
        tiff.write(array, subifds=1, tile=(16, 16), photometric="minisblack", metadata=None)
        tiff.write(
            array[::2, ::2], subfiletype=1, tile=(16, 16), photometric="minisblack", metadata=None)
    _, place = tag(corpus, name, 330)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, place, 1 << 29)
    path.write_bytes(data)
    corpus.refuse(name, "level", "SubIFD", "pyramid", *ENDS)


def others(corpus):
    name = "bad/pipe.tif"  # opening it would wait for ever
    os.mkfifo(corpus.path(name))
    corpus.refuse(name, "file", "pipe", "regular")
    name = "bad/picture.png"
    corpus.path(name).write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    corpus.refuse(name, "TIFF", "not an image", "format", "Zarr")
    corpus.path("bad/empty-folder").mkdir()
    corpus.refuse("bad/empty-folder", "folder", "Zarr", "zarr.json", ".zattrs", "metadata")


def write_all(corpus):
    """All of them."""
    for part in (headers_and_directories, lying_tags, damaged_codes, pages_that_differ, imagej, ome,
                 file_sets, pyramids, others):
        part(corpus)
