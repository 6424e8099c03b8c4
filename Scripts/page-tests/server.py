"""A server of usplit over a folder of its own, with small images and one of 20 000 x 20 000 pixels."""

import json
import os
import signal
import struct
import subprocess
import urllib.request

TILE = 256
SIDE = 20_000
KINDS = 64


class Failure(Exception):
    """What is not as it should be, in a sentence."""


def is_drawn(x, y):
    """Whether the large image has pixels in a tile: around the middle, and here and there elsewhere."""
    middle = SIDE // TILE // 2
    return max(abs(x - middle), abs(y - middle)) < 6 or (x % 8 == 0 and y % 8 == 0)


def large_value(x, y):
    """The value of a pixel of the large image."""
    if not is_drawn(x // TILE, y // TILE):
        return 0
    return 500 * kind_of(x // TILE, y // TILE) + (x % TILE) * 40 + (y % TILE)


def kind_of(x, y):
    """Which of a few tiles stands at a place."""
    return (x * 7 + y * 13) % KINDS


def write_large(path):
    """Writes a tiled TIFF, most of which are holes that take no room on the disk."""
    across = -(-SIDE // TILE)
    count = across * across
    size = TILE * TILE * 2
    kinds = [
        b"".join(
            struct.pack(f"<{TILE}H", *(500 * kind + x * 40 + y for x in range(TILE)))
            for y in range(TILE)
        )
        for kind in range(KINDS)
    ]
    offsets_at = 8 + count * size
    counts_at = offsets_at + 4 * count
    directory_at = counts_at + 4 * count
    with open(path, "wb") as file:
        file.write(struct.pack("<2sHI", b"II", 42, directory_at))
        for place in range(count):
            x, y = place % across, place // across
            if is_drawn(x, y):
                file.seek(8 + place * size)
                file.write(kinds[kind_of(x, y)])
        file.seek(offsets_at)
        file.write(struct.pack(f"<{count}I", *(8 + place * size for place in range(count))))
        file.write(struct.pack(f"<{count}I", *[size] * count))
        short, long = 3, 4
        tags = [
            (256, long, 1, SIDE),
            (257, long, 1, SIDE),
            (258, short, 1, 16),
            (259, short, 1, 1),
            (262, short, 1, 1),
            (277, short, 1, 1),
            (322, short, 1, TILE),
            (323, short, 1, TILE),
            (324, long, count, offsets_at),
            (325, long, count, counts_at),
            (339, short, 1, 1),
        ]
        file.write(struct.pack("<H", len(tags)))
        for tag, kind, number, value in tags:
            file.write(struct.pack("<HHII", tag, kind, number, value))
        file.write(struct.pack("<I", 0))


class Server:
    """`usplit serve` over a folder, ended with the block that it was made in."""

    def __init__(self, usplit, folder, log):
        self.usplit = usplit
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        # One thread, so that the browser has a core, too.
        self.environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        self.run("synthesize", "cells", "--frames", "6", "--size", "128", "--seed", "1", "-o", "cells")
        self.run("mix", "cells/nuclei.tif", "cells/filaments.tif", "--frames", "0-1", "-o", "input.tif")
        write_large(os.path.join(folder, "large.tif"))
        self.log = open(log, "wb")

    def run(self, *words):
        subprocess.run(
            [self.usplit, *words], cwd=self.folder, check=True, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )

    def __enter__(self):
        self.process = subprocess.Popen(
            [self.usplit, "serve", ".", "--port", "0"], cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        self.link = self.process.stdout.readline().strip()
        if not self.link.startswith("http"):
            self.process.kill()
            raise Failure(f"usplit serve printed {self.link!r} in place of its link; see {self.log.name}")
        self.address, _, self.token = self.link.partition("/?token=")
        return self

    def __exit__(self, *_):
        for run in self.get("/api/runs").get("runs", []) if self.process.poll() is None else []:
            if run["state"] in ("training", "starting"):
                self.post("/api/run/stop", {"path": run["path"]})
        self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failure("usplit serve did not end within 30 s after Ctrl-C") from None
        if code != 130:
            raise Failure(f"usplit serve ended with {code} after Ctrl-C; expected 130")

    def ask(self, path, body=None):
        request = urllib.request.Request(
            self.address + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": "Bearer " + self.token, "X-USplit": "1",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def get(self, path):
        return self.ask(path)

    def post(self, path, body):
        return self.ask(path, body)
