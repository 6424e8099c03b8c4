"""OME-Zarr images that a reader must read: codecs, shards, types, chunks that are missing."""

import json

import numcodecs
import zarr
import zarr.codecs

from corpus import pixels
from stores import ome


def codecs_v2(corpus):
    cases = {"none": None, "zlib": numcodecs.Zlib(5), "gzip": numcodecs.GZip(5),
             "zstd": numcodecs.Zstd(3)}
    for cname in ("lz4", "lz4hc", "zstd", "zlib", "blosclz"):
        for shuffle, word in enumerate(["noshuffle", "shuffle", "bitshuffle"]):
            cases[f"blosc-{cname}-{word}"] = numcodecs.Blosc(cname, 5, shuffle)
    types = ["uint8", "uint16", "float32", "int16", "uint32"]
    for index, (case, codec) in enumerate(cases.items()):
        name = f"zarr04/{case}.ome.zarr"
        array = pixels(name, (2, 41, 45), types[index % len(types)])
        # Long runs, so that compressors have more than one way to store a block.
        array[:, 5:30] = array.flat[0]
        ome(corpus, name, array, "CYX", "0.4", compressors=codec,
            separator="/."[index % 2], chunks=(1, 20, 32))


def codecs_v3(corpus):
    cases = {"none": None, "gzip": zarr.codecs.GzipCodec(level=5),
             "zstd": zarr.codecs.ZstdCodec(level=3),
             "zstd-checksum": zarr.codecs.ZstdCodec(level=1, checksum=True),
             "crc32c": zarr.codecs.Crc32cCodec(),
             "zstd-crc32c": [zarr.codecs.ZstdCodec(level=3), zarr.codecs.Crc32cCodec()]}
    for cname, shuffle in [("lz4", "bitshuffle"), ("zstd", "shuffle"), ("zlib", "noshuffle"),
                           ("blosclz", "shuffle"), ("lz4hc", "bitshuffle")]:
        cases[f"blosc-{cname}-{shuffle}"] = zarr.codecs.BloscCodec(
            cname=cname, shuffle=shuffle, clevel=5)
    types = ["uint16", "float32", "uint8", "int32", "float64"]
    for index, (case, codec) in enumerate(cases.items()):
        name = f"zarr05/{case}.ome.zarr"
        array = pixels(name, (2, 41, 45), types[index % len(types)])
        array[:, 5:30] = array.flat[0]
        ome(corpus, name, array, "CYX", "0.5", compressors=codec, chunks=(1, 20, 32),
            separator="/."[index % 3 == 2])


def sharding(corpus):
    blosc = zarr.codecs.BloscCodec(cname="zstd", shuffle="bitshuffle")
    for case, options in {
        "end": {}, "start": {"location": "start"}, "zstd": {"compressors": blosc},
        "transpose": {"filters": zarr.codecs.TransposeCodec(order=(0, 2, 1))},
        "inner-crc32c": {"compressors": zarr.codecs.Crc32cCodec()},
    }.items():
        name = f"zarr05/shards-{case}.ome.zarr"
        array = pixels(name, (2, 70, 75), "uint16")
        array[0, :16, :48] = 0  # inner chunks that are left out
        ome(corpus, name, array, "CYX", "0.5", chunks=(1, 16, 16),
            shards={"shape": (1, 48, 32), "index_location": options.pop("location", "end")},
            **options)


def types_and_orders(corpus):
    for index, dtype in enumerate(
            ["uint8", "uint16", "uint32", "int8", "int16", "int32", "float32", "float64",
             "float16"]):
        for version in ("0.4", "0.5"):
            name = f"zarr{version.replace('.', '')}/type-{dtype}.ome.zarr"
            array = pixels(name, (2, 3, 22, 25), dtype)
            ome(corpus, name, array, "TCYX", version, chunks=(1, 2, 10, 16))
    array = pixels("big", (2, 30, 33), "uint16")
    ome(corpus, "zarr04/big-endian.ome.zarr", array, "CYX", "0.4", dtype=">u2",
        compressors=numcodecs.Zstd(3))
    ome(corpus, "zarr05/big-endian.ome.zarr", array.astype("float32"), "CYX", "0.5",
        serializer=zarr.codecs.BytesCodec(endian="big"), compressors=zarr.codecs.GzipCodec())
    ome(corpus, "zarr04/order-f.ome.zarr", array, "CYX", "0.4", order="F", chunks=(2, 16, 10))
    ome(corpus, "zarr05/transpose.ome.zarr", array, "CYX", "0.5", chunks=(2, 16, 10),
        filters=zarr.codecs.TransposeCodec(order=(2, 0, 1)))


def missing_chunks(corpus):
    for version, dtype, fill in [
            ("0.4", "uint16", 7), ("0.4", "float32", -1.5), ("0.4", "int16", 0),
            ("0.5", "uint16", 60000), ("0.5", "float32", 0.5)]:
        name = f"zarr{version.replace('.', '')}/missing-{dtype}.ome.zarr"
        array = pixels(name, (2, 40, 40), dtype)
        array[0, 16:32, :16] = fill
        array[1, :16, 32:] = fill
        ome(corpus, name, array, "CYX", version, fill_value=fill, chunks=(1, 16, 16))
        prefix = corpus.path(name) / "0" / ("" if version == "0.4" else "c")
        for key in ("0/1/0", "1/0/2"):
            (prefix / key).unlink(missing_ok=True)
    name = "zarr04/fill-null.ome.zarr"
    array = pixels(name, (40, 40), "uint8")
    array[:16, 16:32] = 0
    ome(corpus, name, array, "YX", "0.4", chunks=(16, 16))
    path = corpus.path(name) / "0"
    text = json.loads((path / ".zarray").read_text())
    (path / ".zarray").write_text(json.dumps({**text, "fill_value": None}))
    (path / "0/1").unlink(missing_ok=True)
    name = "zarr05/fill-bits.ome.zarr"  # a value given by its bits
    array = pixels(name, (40, 40), "float32")
    array[:16, 16:32] = 2.5
    ome(corpus, name, array, "YX", "0.5", chunks=(16, 16), fill_value=2.5)
    path = corpus.path(name) / "0"
    text = json.loads((path / "zarr.json").read_text())
    (path / "zarr.json").write_text(json.dumps({**text, "fill_value": "0x40200000"}))
    (path / "c/0/1").unlink(missing_ok=True)


def write_all(corpus):
    """All of them."""
    for part in (codecs_v2, codecs_v3, sharding, types_and_orders, missing_chunks):
        part(corpus)
