"""Writes images in all the forms that usplit must read, and what is to be found in them.

usage: make.py OUT_FOLDER
"""

import pathlib
import sys
import time
import warnings

import broken_stores
import broken_tiffs
import chunks
import imagej_tiffs
import ome_tiffs
import stores
import tiffs
from corpus import Corpus


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__.strip())
    folder = pathlib.Path(sys.argv[1])
    if folder.exists():
        sys.exit(f"make.py: {folder} is there already; name a folder that is not")
    # zarr warns of codecs that its specification does not name yet; they are the point here.
    warnings.simplefilter("ignore")
    start = time.monotonic()
    corpus = Corpus(folder)
    for module in (
            tiffs, ome_tiffs, imagej_tiffs, chunks, stores, broken_tiffs, broken_stores):
        module.write_all(corpus)
    corpus.write()
    size = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
    print(
        f"{len(corpus.images)} images that must be read and {len(corpus.refused)} that must be "
        f"refused, {size / 1e6:.1f} MB, {time.monotonic() - start:.0f} s: {folder}")


if __name__ == "__main__":
    main()
