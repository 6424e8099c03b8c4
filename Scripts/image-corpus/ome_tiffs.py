"""OME-TIFF files that a reader must read."""

import numpy
import tifffile

import omexml
from corpus import Image, pixels
from tiffs import planes, sizes, write_pages

GREEN, MAGENTA = "#00FF00", "#FF00FF"


def dimension_orders(corpus):
    for index, order in enumerate(["XYZCT", "XYZTC", "XYCZT", "XYCTZ", "XYTZC", "XYTCZ"]):
        name = f"ome/order-{order}.ome.tif"
        array = pixels(name, (2, 3, 4, 9, 11), "uint16")
        text = omexml.document(omexml.image(omexml.pixels(sizes(array, "TCZYX"), "uint16", order)))
        write_pages(
            corpus.path(name), planes(array, "TCZYX", order), text, byteorder="<>"[index % 2])
        record = Image(array, "TCZYX")
        record.record["axes"] = order[:1:-1] + "YX"
        corpus.add(name, record, form="omeTIFF")


def tiff_data_forms(corpus):
    """The ways to say in which directory a plane is."""
    order = "XYCZT"
    array = pixels("forms", (2, 3, 2, 8, 10), "uint8")
    all_planes = planes(array, "TCZYX", order)
    shuffle = numpy.random.default_rng(5).permutation(len(all_planes))
    where = numpy.argsort(shuffle)

    def each(index):
        channel, slice_, time = index % 3, index // 3 % 2, index // 6
        return {"FirstC": channel, "FirstZ": slice_, "FirstT": time}

    def element(**values):
        return f"<TiffData{omexml.attributes(values)}/>"

    forms = {
        "count": (element(IFD=0, PlaneCount=12), all_planes),
        "count-only": (element(PlaneCount=12), all_planes),
        "one-by-one": (
            "".join(element(IFD=i, PlaneCount=1, **each(i)) for i in range(12)), all_planes),
        "shuffled": (
            "".join(element(IFD=int(where[i]), **each(i)) for i in range(12)),
            all_planes[shuffle]),
        "no-zeros": (  # attributes that are 0 are left out
            "".join(
                element(IFD=int(where[i]), **{k: v or None for k, v in each(i).items()})
                for i in range(12)), all_planes[shuffle]),
        "two-halves": (
            element(IFD=6, FirstT=0, PlaneCount=6) + element(IFD=0, FirstT=1, PlaneCount=6),
            numpy.concatenate([all_planes[6:], all_planes[:6]])),
        "more-directories": (
            element(IFD=1, PlaneCount=12),
            [*pixels("before", (1, 8, 10), "uint8"), *all_planes,
             *pixels("after", (1, 8, 10), "uint8")]),
    }
    for form, (tiffdata, pages) in forms.items():
        name = f"ome/tiffdata-{form}.ome.tif"
        text = omexml.document(omexml.image(omexml.pixels(
            sizes(array, "TCZYX"), "uint8", order, tiffdata)))
        write_pages(corpus.path(name), pages, text)
        record = Image(array, "TCZYX")
        record.record["axes"] = "TZCYX"
        corpus.add(name, record, form="omeTIFF")


def file_sets(corpus):
    array = pixels("set", (2, 2, 31, 29), "uint16")
    names = ["set_T0.ome.tif", "set_T1.ome.tif"]
    uuids = [f"0000000{i}-1111-4222-8333-444444444444" for i in (1, 2)]
    tiffdata = "".join(
        omexml.part(names[time], uuids[time], IFD=channel, FirstC=channel, FirstT=time,
                    PlaneCount=1)
        for time in range(2) for channel in range(2))
    inner = omexml.image(omexml.pixels(
        sizes(array, "TCYX"), "uint16", "XYCZT", tiffdata,
        channels=[{"Name": "nuclei"}, {"Name": "actin"}]))
    record = Image(array, "TCYX", channels=[("nuclei", None), ("actin", None)])
    for time, name in enumerate(names):
        write_pages(
            corpus.path(f"set/{name}"), array[time], omexml.document(inner, uuid=uuids[time]))
    for name in names:
        corpus.add(f"set/{name}", record, form="omeTIFF")

    companion = "plate.companion.ome"
    names = ["part0.ome.tif", "part1.ome.tif"]
    uuid = "00000003-1111-4222-8333-444444444444"
    tiffdata = "".join(
        omexml.part(names[time], uuids[time], IFD=0, FirstT=time, PlaneCount=2)
        for time in range(2))
    inner = omexml.image(omexml.pixels(
        sizes(array, "TCYX"), "uint16", "XYCZT", tiffdata,
        channels=[{"Name": "nuclei"}, {"Name": "actin"}]))
    corpus.path(f"companion/{companion}").write_text(
        omexml.document(inner, uuid=uuid), encoding="utf-8")
    only = "<BinaryOnly" + omexml.attributes(
        {"MetadataFile": companion, "UUID": f"urn:uuid:{uuid}"}) + "/>"
    for time, name in enumerate(names):
        write_pages(
            corpus.path(f"companion/{name}"), array[time],
            omexml.document(only, uuid=uuids[time]))
    corpus.add(f"companion/{names[0]}", record, form="omeTIFF")


def pyramids(corpus):
    def halved(array):
        return array[..., ::2, ::2]

    for name, dtype, options in [
        ("ome/pyramid-uint16.ome.tif", "uint16", {"compression": "adobe_deflate", "predictor": 2}),
        ("ome/pyramid-float32.ome.tif", "float32", {"compression": "zstd", "predictor": 3}),
        ("ome/pyramid-plain.ome.tif", "uint8", {}),
    ]:
        levels = [pixels(name, (2, 150, 170), dtype)]
        while len(levels) < 3:
            levels.append(halved(levels[-1]))
        with tifffile.TiffWriter(corpus.path(name), ome=True, bigtiff=True) as tiff:
            tiff.write(
                levels[0], subifds=2, tile=(64, 64), photometric="minisblack",
                metadata={"axes": "CYX", "PhysicalSizeX": 0.25, "PhysicalSizeXUnit": "µm",
                          "PhysicalSizeY": 0.25, "PhysicalSizeYUnit": "µm"}, **options)
            for level in levels[1:]:
                tiff.write(level, subfiletype=1, tile=(64, 64), photometric="minisblack", **options)
        corpus.add(
            name, Image(levels[0], "CYX", size=(0.25, 0.25, None, "micrometer"), levels=levels),
            form="omeTIFF")

    # The older way: smaller copies among the pages, marked as such.
    name = "plain/reduced-pages.tif"
    array = pixels(name, (128, 96), "uint16")
    with tifffile.TiffWriter(corpus.path(name)) as tiff:
        tiff.write(array, tile=(32, 32), photometric="minisblack", metadata=None)
        tiff.write(
            halved(array), tile=(32, 32), photometric="minisblack", metadata=None, subfiletype=1)
    corpus.add(name, Image(array, "YX", levels=...), form="tiff")


def several_images(corpus):
    name = "ome/three-images.ome.tif"
    first = pixels("first", (2, 3, 20, 30), "uint16")
    second = pixels("second", (25, 15), "float32")
    third = pixels("third", (4, 12, 18), "uint8")
    with tifffile.TiffWriter(corpus.path(name), ome=True) as tiff:
        tiff.write(first, photometric="minisblack", metadata={
            "axes": "CZYX", "Name": "stack", "PhysicalSizeX": 0.1, "PhysicalSizeXUnit": "µm",
            "PhysicalSizeY": 0.1, "PhysicalSizeYUnit": "µm", "PhysicalSizeZ": 0.5,
            "PhysicalSizeZUnit": "µm", "Channel": {"Name": ["nuclei", "actin"]}})
        tiff.write(second, photometric="minisblack", metadata={"axes": "YX", "Name": "plane"})
        tiff.write(third, photometric="minisblack", metadata={
            "axes": "TYX", "Name": "film", "TimeIncrement": 2.5, "TimeIncrementUnit": "s"})
    corpus.add(
        name,
        Image(first, "CZYX", size=(0.1, 0.1, 0.5, "micrometer"), name="stack",
              channels=[("nuclei", None), ("actin", None)]),
        Image(second, "YX", name="plane"),
        Image(third, "TYX", step=2.5, name="film"), form="omeTIFF")


def units_and_names(corpus):
    """Units of length and time, names with what XML escapes, other spellings of the XML itself."""
    array = pixels("units", (3, 2, 2, 7, 9), "uint8")
    channels = [{"Name": 'α-Tubulin & <GFP> "405"', "Color": omexml.color(GREEN)},
                {"Name": "Zellkern ✓", "Color": omexml.color(MAGENTA)}]
    expected = [('α-Tubulin & <GFP> "405"', GREEN), ("Zellkern ✓", MAGENTA)]
    pages = planes(array, "TCZYX", "XYCZT")
    cases = {
        "nm": ("nm", 65, 65, "nm", 200, ("ms", 250)),
        "mm": ("mm", 0.001, 0.002, "mm", 0.003, ("min", 1.5)),
        "angstrom": ("Å", 12.5, 12.5, "Å", 25, ("s", 0.125)),
        "um": ("µm", 0.1625, 0.1625, "µm", 0.3, ("h", 0.5)),
        "mixed": ("nm", 108.3, 108.3, "µm", 0.4, ("µs", 5000)),
    }
    seconds = {"ms": 1e-3, "min": 60, "s": 1, "h": 3600, "µs": 1e-6}
    full = {"nm": "nanometer", "mm": "millimeter", "Å": "angstrom", "µm": "micrometer"}
    in_micrometers = {"nm": 1e-3, "mm": 1e3, "Å": 1e-4, "µm": 1}
    for case, (unit, x, y, unit_of_z, z, (unit_of_time, step)) in cases.items():
        name = f"ome/unit-{case}.ome.tif"
        text = omexml.document(omexml.image(omexml.pixels(
            sizes(array, "TCZYX"), "uint8", "XYCZT", channels=channels,
            PhysicalSizeX=x, PhysicalSizeXUnit=unit, PhysicalSizeY=y, PhysicalSizeYUnit=unit,
            PhysicalSizeZ=z, PhysicalSizeZUnit=unit_of_z, TimeIncrement=step,
            TimeIncrementUnit=unit_of_time), name="Größe <1> & mehr"))
        write_pages(corpus.path(name), pages, text)
        depth = z * in_micrometers[unit_of_z] / in_micrometers[unit]
        record = Image(
            array, "TCZYX", size=(x, y, depth, full[unit]), step=step * seconds[unit_of_time],
            channels=expected, name="Größe <1> & mehr")
        record.record["axes"] = "TZCYX"
        corpus.add(name, record, form="omeTIFF")

    def variant(name, change, **more):
        text = change(omexml.document(omexml.image(omexml.pixels(
            sizes(array, "TCZYX"), "uint8", "XYCZT", channels=channels, PhysicalSizeX=0.5,
            PhysicalSizeY=0.5, PhysicalSizeZ=2, **more))))
        write_pages(corpus.path(name), pages, text)
        record = Image(
            array, "TCZYX", size=(0.5, 0.5, 2, "micrometer"), channels=expected)
        record.record["axes"] = "TZCYX"
        corpus.add(name, record, form="omeTIFF")

    variant("ome/unit-default.ome.tif", lambda text: text)
    variant("ome/old-schema.ome.tif", lambda text: text.replace("2016-06", "2013-06"))
    variant(
        "ome/entities.ome.tif",
        lambda text: text.replace("α", "&#945;").replace("µ", "&#xB5;").replace(
            "✓", "&#x2713;"),
        PhysicalSizeXUnit="µm", PhysicalSizeYUnit="µm", PhysicalSizeZUnit="µm")
    variant(
        "ome/no-declaration.ome.tif",
        lambda text: text.partition("?>")[2].replace(omexml.WARNING, "\n<!-- < not > -->\n"))

    def prefixed(text):
        for element in ("OME", "Image", "Pixels", "Channel", "TiffData"):
            for mark in " />":
                text = text.replace(f"<{element}{mark}", f"<ome:{element}{mark}")
                text = text.replace(f"</{element}{mark}", f"</ome:{element}{mark}")
        return text.replace("xmlns=", "xmlns:ome=")

    variant("ome/prefix.ome.tif", prefixed)


def annotated(corpus):
    """Elements that another program adds, in which other images are named."""
    name = "ome/annotations.ome.tif"
    array = pixels(name, (2, 10, 12), "uint16")
    after = (
        '<StructuredAnnotations><XMLAnnotation ID="Annotation:0"><Value><Image xmlns=""><Pixels '
        'SizeC="9"/></Image></Value></XMLAnnotation><MapAnnotation ID="Annotation:1"><Value>'
        '<M K="gain">2</M>'
        "</Value></MapAnnotation></StructuredAnnotations>")
    text = omexml.document(
        '<Instrument ID="Instrument:0"><Detector ID="Detector:0:0"/></Instrument>',
        omexml.image(omexml.pixels(sizes(array, "CYX"), "uint16"), before=(
            "<Description>Pixels SizeT=&quot;5&quot; &amp; more</Description>")), after=after)
    write_pages(corpus.path(name), array, text)
    corpus.add(name, Image(array, "CYX"), form="omeTIFF")


def bioformats(corpus):
    """A file with the conventions of Bio-Formats, written by hand."""
    name = "ome/bioformats.ome.tif"
    array = pixels(name, (2, 2, 3, 27, 35), "uint16")
    uuid = "2bc2aa39-30d2-44ee-8399-c513492dd5de"
    order = "XYCZT"
    tiffdata = ""
    after = ""
    index = 0
    for time in range(2):
        for slice_ in range(3):
            for channel in range(2):
                tiffdata += omexml.part(
                    "bioformats.ome.tif", uuid, FirstC=channel, FirstT=time, FirstZ=slice_,
                    IFD=index, PlaneCount=1)
                after += "<Plane" + omexml.attributes({
                    "DeltaT": 30.5 * time + 0.1 * slice_, "DeltaTUnit": "s", "ExposureTime": 0.1,
                    "ExposureTimeUnit": "s", "PositionX": 1874.8,
                    "PositionXUnit": "reference frame",
                    "TheC": channel, "TheT": time, "TheZ": slice_}) + "/>"
                index += 1
    text = omexml.document(
        omexml.image(
            omexml.pixels(
                sizes(array, "TCZYX"), "uint16", order, tiffdata, big_endian=True, after=after,
                channels=[{"Name": "DAPI", "Color": -16776961},
                          {"Name": "FITC", "Color": 16711935}],
                Interleaved="false", SignificantBits=16, PhysicalSizeX=0.2, PhysicalSizeXUnit="µm",
                PhysicalSizeY=0.2, PhysicalSizeYUnit="µm", PhysicalSizeZ=0.75,
                PhysicalSizeZUnit="µm", TimeIncrement=30.5, TimeIncrementUnit="s"),
            name="bioformats.ome.tif",
            before="<AcquisitionDate>2024-02-29T12:00:00</AcquisitionDate>"),
        uuid=uuid, creator="OME Bio-Formats 7.3.0")
    write_pages(
        corpus.path(name), planes(array, "TCZYX", order), text, byteorder=">", rowsperstrip=1,
        resolution=(50000, 50000), resolutionunit="CENTIMETER", software="OME Bio-Formats 7.3.0")
    record = Image(
        array, "TCZYX", size=(0.2, 0.2, 0.75, "micrometer"), step=30.5,
        # -16776961 is FF0000FF, 16711935 is 00FF00FF: red, green, blue, alpha.
        channels=[("DAPI", "#FF0000"), ("FITC", "#00FF00")], name="bioformats.ome.tif")
    record.record["axes"] = "TZCYX"
    corpus.add(name, record, form="omeTIFF")


def write_all(corpus):
    """All of them."""
    for part in (dimension_orders, tiff_data_forms, file_sets, pyramids, several_images,
                 units_and_names, annotated, bioformats):
        part(corpus)
