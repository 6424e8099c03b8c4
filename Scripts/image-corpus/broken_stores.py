"""Zarr stores that a reader must refuse, each for one reason."""

import copy
import gzip
import json
import os
import shutil
import struct
import zlib

import numcodecs
import numpy
import zarr.codecs

from corpus import pixels
from stores import axes_list, multiscales, scale, write_array, write_group

DAMAGE = ("damage", "corrupt", "decompress", "decode", "broken", "unpack", "wrong", "invalid",
          "checksum", "crc", "bytes")


def store(corpus, name, version="0.4", array=None, axes="CYX", **options):
    """A good store to spoil."""
    array = pixels(name, (2, 40, 44), "uint16") if array is None else array
    path = corpus.path(name)
    write_group(path, version, {"multiscales": multiscales(
        axes_list(axes), [("0", [scale(*[1] * len(axes))])], version)})
    write_array(path / "0", array, version, axes, **options)
    return path


def edit(path, change):
    """Changes a JSON file in place; `change` gets and may return the object."""
    content = json.loads(path.read_text())
    path.write_text(json.dumps(change(content) or content))


def groups(corpus):
    """Metadata of the image that do not describe one."""
    def spoil(name, change, *words, version="0.4", **options):
        path = store(corpus, name, version, **options)

        def inside(content):
            part = content if version == "0.4" else content["attributes"]["ome"]
            change(part)

        edit(path / (".zattrs" if version == "0.4" else "zarr.json"), inside)
        corpus.refuse(name, *words)

    def set_(*keys, to):
        def change(part):
            for key in keys[:-1]:
                part = part[key]
            if to is None:
                part.pop(keys[-1])
            else:
                part[keys[-1]] = to
        return change

    first = ("multiscales", 0)
    dataset = (*first, "datasets", 0)
    steps = (*dataset, "coordinateTransformations")
    axes = axes_list("CYX")
    spoil("bad/no-multiscales.zarr", set_("multiscales", to=[]), "multiscales")
    spoil("bad/multiscales-no-list.zarr", set_("multiscales", to={"a": 1}), "multiscales")
    spoil("bad/no-datasets.zarr", set_(*first, "datasets", to=[]), "datasets")
    spoil("bad/version.zarr", set_(*first, "version", to="9.9"), "9.9", "version")
    spoil("bad/version-05.zarr", set_("version", to="9.9"), "9.9", "version", version="0.5")
    spoil("bad/axes-too-few.zarr", set_(*first, "axes", to=axes[1:]), "axes", "dimension")
    spoil("bad/axes-twice.zarr", set_(*first, "axes", to=[axes[1], *axes[1:]]), "axes", "axis",
          "twice")
    spoil("bad/axes-unknown.zarr",
          set_(*first, "axes", 0, to={"name": "lifetime", "type": "custom"}), "lifetime", "axis")
    spoil("bad/axes-missing.zarr", set_(*first, "axes", to=None), "axes")
    spoil("bad/scale-length.zarr", set_(*steps, to=[scale(1, 1)]), "scale")
    spoil("bad/scale-text.zarr", set_(*steps, to=[{"type": "scale", "scale": ["a", 1, 1]}]),
          "scale")
    spoil("bad/path-up.zarr", set_(*dataset, "path", to="../../secret/hidden.zarr"), "..", "path")
    spoil("bad/path-absolute.zarr", set_(
        *dataset, "path", to=str((corpus.folder / "secret/hidden.zarr").resolve())), "path",
        "secret")
    spoil("bad/path-in-path.zarr", set_(*dataset, "path", to="0/../../../secret/hidden.zarr"), "..",
          "path")
    spoil("bad/path-missing.zarr", set_(*dataset, "path", to="nowhere"), "nowhere")
    spoil("bad/names-and-axes.zarr", set_(*first, "axes", 0, to={"name": "t", "type": "time"}),
          "dimension_names", "axes", "names", version="0.5")

    array = pixels("levels", (2, 40, 44), "uint16")
    for case, level, words in [
        ("larger", pixels("larger", (2, 80, 88), "uint16"), ("level", "larger", "size")),
        ("channels", array[:1, ::2, ::2], ("level", "channel", "size", "shape")),
        ("type", array[:, ::2, ::2].astype("float32"), ("type", "level")),
    ]:
        name = f"bad/level-{case}.zarr"
        path = store(corpus, name, array=array)
        edit(path / ".zattrs", lambda content: content["multiscales"][0]["datasets"].append(
            {"path": "1", "coordinateTransformations": [scale(1, 2, 2)]}))
        write_array(path / "1", level, "0.4", "CYX")
        corpus.refuse(name, *words)
    for case, text in [("not-json", "{ nonsense"), ("lines", '{"multiscales\n": []\n]'),
                       ("deep", "[" * 200000), ("bytes", "\udcff")]:
        name = f"bad/attributes-{case}.zarr"
        path = store(corpus, name)
        (path / ".zattrs").write_bytes(text.encode("utf-8", "surrogateescape"))
        corpus.refuse(name, ".zattrs", "JSON")
    name = "bad/plate.zarr"
    write_group(corpus.path(name), "0.4", {"plate": {
        "version": "0.4", "columns": [{"name": "1"}], "rows": [{"name": "A"}],
        "wells": [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}]}})
    corpus.refuse(name, "plate", "multiscales")
    name = "bad/ambiguous.zarr"
    write_array(corpus.path(name), pixels(name, (3, 20, 20), "uint16"), "0.4", "CYX")
    corpus.refuse(name, "--axes")


def arrays(corpus):
    """Metadata of the array that are wrong, or ask for what is not to be had."""
    def spoil(name, version, change, *words, **options):
        path = store(corpus, name, version, **options)
        edit(path / "0" / (".zarray" if version == "0.4" else "zarr.json"), change)
        corpus.refuse(name, *words)

    def put(key, value):
        return lambda content: {**content, key: value}

    def without(key):
        return lambda content: {k: v for k, v in content.items() if k != key}

    huge = [2, 1 << 40, 1 << 40]
    spoil("bad/array-no-shape.zarr", "0.4", without("shape"), "shape")
    spoil("bad/array-negative.zarr", "0.4", put("shape", [2, -40, 44]), "shape")
    spoil("bad/array-fraction.zarr", "0.4", put("shape", [2, 40.5, 44]), "shape", ".zarray")
    spoil("bad/array-huge.zarr", "0.4", put("shape", [1 << 62] * 3), "shape", "large", "64 bits")
    spoil("bad/chunk-huge.zarr", "0.4", put("chunks", huge), "chunk")
    spoil("bad/chunk-zero.zarr", "0.4", put("chunks", [1, 0, 16]), "chunk")
    spoil("bad/chunk-dimensions.zarr", "0.4", put("chunks", [16, 16]), "chunk", "dimension")
    spoil("bad/zarr-1.zarr", "0.4", put("zarr_format", 1), "zarr_format", "version", "format")
    for dtype in ("<c8", "|b1", "<i8", "<U4", "|V3", [["a", "<u2"]]):
        word = dtype[1:] if isinstance(dtype, str) else "fields"
        spoil(f"bad/dtype-{word}.zarr", "0.4", put("dtype", dtype), "dtype", "type")
    spoil("bad/fill-text.zarr", "0.4", put("fill_value", "grey"), "fill")
    spoil("bad/order-k.zarr", "0.4", put("order", "K"), "order")
    spoil("bad/filter.zarr", "0.4", put("filters", [{"id": "delta", "dtype": "<u2"}]), "filter",
          "delta")
    spoil("bad/codec-lzma.zarr", "0.4", put("compressor", {"id": "lzma", "preset": 1}), "lzma")
    spoil("bad/codec-no-name.zarr", "0.4", put("compressor", {"level": 1}), "compressor", "id")

    def v3(name, change, *words, **options):
        spoil(name, "0.5", change, *words, **options)

    v3("bad/v3-node.zarr", put("node_type", "group"), "node_type", "array", "group")
    v3("bad/v3-type.zarr", put("data_type", "complex64"), "complex64", "type")
    v3("bad/v3-grid.zarr", put("chunk_grid", {"name": "rectangular", "configuration": {}}),
       "rectangular", "grid")
    v3("bad/v3-keys.zarr", put("chunk_key_encoding", {"name": "morton"}), "morton", "key")
    v3("bad/v3-extension.zarr", put("mystery", {"must_understand": True, "name": "mystery"}),
       "mystery")
    v3("bad/v3-codec.zarr", put("codecs", [
        {"name": "bytes", "configuration": {"endian": "little"}}, {"name": "numcodecs.lzma"}]),
       "lzma", "codec")
    v3("bad/v3-no-codecs.zarr", put("codecs", []), "codec")
    v3("bad/v3-codec-order.zarr", put("codecs", [
        {"name": "gzip", "configuration": {"level": 1}},
        {"name": "bytes", "configuration": {"endian": "little"}}]), "codec", "gzip", "bytes")
    v3("bad/v3-transpose.zarr", put("codecs", [
        {"name": "transpose", "configuration": {"order": [0, 0, 1]}},
        {"name": "bytes", "configuration": {"endian": "little"}}]), "transpose", "order")

    def shards(content):
        sharding = copy.deepcopy(content["codecs"][0])
        sharding["configuration"]["chunk_shape"] = [1, 7, 7]
        return {**content, "codecs": [sharding]}

    v3("bad/v3-shard-shape.zarr", shards, "chunk", "shard", chunks=(1, 16, 16), shards=(1, 32, 32))


def chunks(corpus):
    """Bytes of chunks that are not what the metadata say."""
    def spoil(name, version, change, *words, key=None, **options):
        path = store(corpus, name, version, chunks=(1, 20, 22), **options)
        chunk = path / "0" / (key or ("0/0/0" if version == "0.4" else "c/0/0/0"))
        change(chunk)
        corpus.refuse(name, *words, stage="read")

    def bytes_(change):
        return lambda chunk: chunk.write_bytes(bytes(change(bytearray(chunk.read_bytes()))))

    def flipped(data):
        for place in range(20, len(data) - 4, 7):
            data[place] ^= 0x55
        return data

    def lied(data):
        struct.pack_into("<I", data, 4, 0x7FFFFFF0)
        return data

    blosc = numcodecs.Blosc("lz4", 5, 1)
    spoil("bad/chunk-short.zarr", "0.4", bytes_(lambda data: data[:-2]), "chunk", "bytes")
    spoil("bad/chunk-long.zarr", "0.4", bytes_(lambda data: data + b"ab"), "chunk", "bytes")
    spoil("bad/chunk-empty.zarr", "0.4", bytes_(lambda data: b""), "chunk", "bytes")
    spoil("bad/blosc-cut.zarr", "0.4", bytes_(lambda data: data[:len(data) // 2]), *DAMAGE,
          compressors=blosc)
    spoil("bad/blosc-header.zarr", "0.4", bytes_(lambda data: data[:9]), *DAMAGE, compressors=blosc)
    spoil("bad/blosc-lies.zarr", "0.4", bytes_(lied), *DAMAGE, compressors=blosc)
    for case, codec in [("zstd", numcodecs.Zstd(3)), ("gzip", numcodecs.GZip(6)),
                        ("zlib", numcodecs.Zlib(6))]:
        array = numpy.tile(numpy.arange(44, dtype="uint16"), (2, 40, 1))
        array += pixels("noise", array.shape, "uint16") % 50
        spoil(f"bad/{case}-damaged.zarr", "0.4", bytes_(flipped), *DAMAGE, array=array,
              compressors=codec)
        spoil(f"bad/{case}-cut.zarr", "0.4", bytes_(lambda data: data[:-9]), *DAMAGE, array=array,
              compressors=codec)
    spoil("bad/zstd-nothing.zarr", "0.4", bytes_(lambda data: b"nothing"), *DAMAGE,
          compressors=numcodecs.Zstd(3))
    bomb = gzip.compress(bytes(1 << 28), 9)
    spoil("bad/gzip-bomb.zarr", "0.4", bytes_(lambda data: bomb), "chunk", *DAMAGE,
          compressors=numcodecs.GZip(6))
    bomb = numcodecs.Zstd(9).encode(bytes(1 << 28))
    spoil("bad/zstd-bomb.zarr", "0.4", bytes_(lambda data: bomb), "chunk", *DAMAGE,
          compressors=numcodecs.Zstd(6))
    bomb = zlib.compress(bytes(1 << 28), 9)
    spoil("bad/zlib-bomb.zarr", "0.4", bytes_(lambda data: bomb), "chunk", *DAMAGE,
          compressors=numcodecs.Zlib(6))
    crc = zarr.codecs.Crc32cCodec()
    spoil("bad/crc32c.zarr", "0.5", bytes_(flipped), "crc32c", "checksum", compressors=crc)
    spoil("bad/crc32c-cut.zarr", "0.5", bytes_(lambda data: data[:3]), "crc32c", *DAMAGE,
          compressors=crc)
    spoil("bad/zstd-checksum.zarr", "0.5", bytes_(lambda data: data[:-1] + b"\0"), *DAMAGE,
          compressors=zarr.codecs.ZstdCodec(level=1, checksum=True))

    def pipe(chunk):
        chunk.unlink()
        os.mkfifo(chunk)

    def folder(chunk):
        chunk.unlink()
        chunk.mkdir()

    spoil("bad/chunk-pipe.zarr", "0.4", pipe, "file", "pipe", "regular", "chunk")
    spoil("bad/chunk-folder.zarr", "0.4", folder, "file", "folder", "directory", "chunk")

    index_size = 16 * 4 + 4
    def shard(name, change, *words, location="end"):
        path = store(corpus, name, "0.5", chunks=(1, 16, 16), shards={
            "shape": (1, 32, 32), "index_location": location})
        chunk = path / "0/c/0/0/0"
        chunk.write_bytes(bytes(change(bytearray(chunk.read_bytes()))))
        corpus.refuse(name, *words, stage="read")

    def indexed(place, value):
        """An entry of the index, told of by a checksum that is right."""
        def change(data):
            index = data[-index_size:-4]
            struct.pack_into("<Q", index, place, value)
            checksum = numcodecs.CRC32C(location="end").encode(bytes(index))
            return data[:-index_size] + bytes(checksum)
        return change

    shard("bad/shard-cut.zarr", lambda data: data[:40], "shard", "index", *DAMAGE)
    shard("bad/shard-index.zarr", lambda data: data[:-30] + bytes(30), "index", "crc32c",
          "checksum", "shard")
    shard("bad/shard-index-start.zarr", lambda data: bytes(30) + data[30:], "index", "crc32c",
          "checksum", "shard", location="start")
    shard("bad/shard-outside.zarr", indexed(0, 1 << 40), "shard", "outside", "beyond", "index")
    shard("bad/shard-overflow.zarr", indexed(0, (1 << 64) - 2), "shard", "outside", "beyond",
          "index")
    shard("bad/shard-length.zarr", indexed(8, 100), "chunk", "shard", *DAMAGE)
    shard("bad/shard-length-huge.zarr", indexed(8, 1 << 62), "shard", "outside", "beyond", "index")


def links(corpus):
    """Links that lead out of the store."""
    hidden = corpus.path("secret/hidden.zarr")
    write_array(hidden, pixels("hidden", (2, 40, 44), "uint16"), "0.4", "CYX", chunks=(1, 20, 22))

    def spoil(name, change, stage):
        path = store(corpus, name, chunks=(1, 20, 22))
        change(path)
        corpus.refuse(name, "link", "outside", "leads", "leaves", stage=stage)

    def array(path):
        shutil.rmtree(path / "0")
        os.symlink(os.path.relpath(hidden, path), path / "0")

    def chunk(path):
        (path / "0/0/0/0").unlink()
        os.symlink(os.path.relpath(hidden / "0/0/0", path / "0/0/0"), path / "0/0/0/0")

    def metadata(path):
        (path / "0/.zarray").unlink()
        os.symlink(os.path.relpath(hidden / ".zarray", path / "0"), path / "0/.zarray")

    spoil("bad/link-array.zarr", array, "open")
    spoil("bad/link-metadata.zarr", metadata, "open")
    spoil("bad/link-chunk.zarr", chunk, "read")


def write_all(corpus):
    """All of them."""
    for part in (groups, arrays, chunks, links):
        part(corpus)
