"""Lets many clients at once ask `usplit serve` for all kinds of things while a training runs.

usage: load.py USPLIT [--clients 200] [--seconds 30] [--pause 1]

No request may fail. The rate of the training is told without the clients and with them.
"""

import argparse
import asyncio
import collections
import json
import os
import random
import shutil
import sys
import tempfile
import time
import urllib.parse

from server import Failure, Server

TRAINING = {
    "name": "load",
    "preset": "fast",
    "time": "0",
    # Nothing but steps: no end of an epoch comes between.
    "epochs": 1,
    "targets": [
        {"name": "nuclei", "path": "files/cells/nuclei.tif"},
        {"name": "filaments", "path": "files/cells/filaments.tif"},
    ],
    "settings": {
        "network.patch": 32, "network.contexts": 2, "network.latentChannels": [8, 8],
        "network.filters": 8, "training.threads": 1, "training.stepsPerEpoch": 1000000,
    },
}


class Client:
    """A browser, as far as the server can tell: one connection, one request after the other."""

    def __init__(self, server, run, image, results, pause):
        parts = urllib.parse.urlsplit(server.address)
        self.host, self.port = parts.hostname, parts.port
        self.head = (
            f"Host: {parts.netloc}\r\nAuthorization: Bearer {server.token}\r\nAccept: */*\r\n\r\n"
        )
        self.run, self.image, self.results, self.pause = run, image, results, pause
        self.reader = self.writer = None

    def wish(self):
        """What is asked for next, in about the shares of people who look at trainings and images."""
        path = urllib.parse.quote(self.run)
        image = "path=files/large.tif&series=0"
        kinds = [
            (2, "page", random.choice(["/", "/app.js", "/style.css", "/icon.svg"])),
            (3, "runs", "/api/runs"),
            (4, "run", f"/api/run?path={path}"),
            (4, "curves", f"/api/curves?path={path}&points=600"),
            (3, "jobs", "/api/jobs"),
            (1, "about", "/api/about"),
            (1, "browse", "/api/browse?path=files"),
        ]
        if self.image:
            tile = f"level=0&x={random.randrange(70)}&y={random.randrange(70)}"
            version = urllib.parse.quote(self.image["version"])
            kinds += [
                (1, "image", f"/api/image?{image}"),
                (8, "tile", f"/api/tile?{image}&v={version}&{tile}&t=0&z=0&c=0"),
                (2, "pixel", f"/api/pixel?{image}&t=0&z=0&x={random.randrange(20000)}&y=5"),
            ]
        weights = [kind[0] for kind in kinds]
        return random.choices(kinds, weights)[0][1:]

    async def ask(self, path):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        self.writer.write(f"GET {path} HTTP/1.1\r\n{self.head}".encode())
        await self.writer.drain()
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        fields = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        await self.reader.readexactly(int(fields.get("content-length", 0)))
        if fields.get("connection", "").lower() == "close":
            self.drop()
        return status

    def drop(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    async def work(self, end):
        await asyncio.sleep(random.random() * self.pause)
        while time.monotonic() < end:
            kind, path = self.wish()
            start = time.monotonic()
            try:
                status = await asyncio.wait_for(self.ask(path), 60)
                problem = None if status == 200 else f"status {status}"
            except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError) as error:
                problem = type(error).__name__
                self.drop()
            self.results.append((kind, time.monotonic() - start, problem, path))
            await asyncio.sleep(self.pause * random.uniform(0.5, 1.5))
        self.drop()


def rate(server, seconds, work=None):
    """Steps of the training in each second, while something is done or nothing."""

    def position():
        with open(os.path.join(server.folder, "runs/load/metrics.jsonl"), encoding="utf-8") as file:
            steps = [json.loads(line) for line in file if line.endswith("}\n") and '"event":"step"' in line]
        return steps[-1]["step"]

    before, start = position(), time.monotonic()
    if work:
        work()
    else:
        time.sleep(seconds)
    return (position() - before) / (time.monotonic() - start)


def measure(server, given):
    # Clients have computers of their own, as a rule; here they leave this one to the training and the server.
    os.nice(19)
    path = server.post("/api/trainings", TRAINING)["path"]
    end = time.monotonic() + 120
    while not any(run["path"] == path and run["step"] for run in server.get("/api/runs")["runs"]):
        failed = [job["error"] for job in server.get("/api/jobs")["jobs"] if job["state"] == "failed"]
        if failed or time.monotonic() > end:
            raise Failure(f"the training did not begin: {failed or 'nothing was heard of it for 120 s'}")
        time.sleep(0.5)
    try:
        image = server.get("/api/image?path=files/large.tif&series=0")
    except OSError as error:
        raise Failure(f"the large image cannot be opened: {error}") from None
    results = []

    async def crowd():
        until = time.monotonic() + given.seconds / 2
        clients = [Client(server, path, image, results, given.pause) for _ in range(given.clients)]
        await asyncio.gather(*(client.work(until) for client in clients))

    # In turns, since the speed of a training wanders by itself.
    quiet, busy = [rate(server, given.seconds / 3)], []
    for _ in range(2):
        busy.append(rate(server, given.seconds / 2, lambda: asyncio.run(crowd())))
        quiet.append(rate(server, given.seconds / 3))
    quiet, busy = sum(quiet) / 3, sum(busy) / 2
    times = sorted(result[1] for result in results)
    failed = [result for result in results if result[2]]
    if not times:
        raise Failure("not a single request was made")
    share = lambda part: 1000 * times[min(int(len(times) * part), len(times) - 1)]
    print(
        f"load: {given.clients} clients, {len(results)} requests in {given.seconds:.0f} s, "
        f"{len(results) / given.seconds:.0f} a second; half within {share(0.5):.0f} ms, 95 % within "
        f"{share(0.95):.0f} ms, 99 % within {share(0.99):.0f} ms"
    )
    for kind in sorted({result[0] for result in results}):
        own = sorted(result[1] for result in results if result[0] == kind)
        print(f"load:   {kind:7} {len(own):6}, half within {1000 * own[len(own) // 2]:.0f} ms")
    print(
        f"load: the training takes {quiet:.1f} steps a second without them, {busy:.1f} with them "
        f"({100 * busy / max(quiet, 1e-9):.0f} %)"
    )
    if failed:
        counts = collections.Counter((kind, problem) for kind, _, problem, _ in failed)
        words = ", ".join(f"{count} x {kind}: {problem}" for (kind, problem), count in counts.most_common(8))
        raise Failure(f"{len(failed)} of {len(results)} requests failed ({words}), such as {failed[0][3]}")


def main():
    parser = argparse.ArgumentParser(description="Lets many clients ask usplit serve at once.")
    parser.add_argument("usplit")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--pause", type=float, default=1, help="seconds between two requests of a client")
    given = parser.parse_args()
    work = tempfile.mkdtemp(prefix="usplit-load.")
    log = os.path.join(work, "server.log")
    try:
        with Server(os.path.abspath(given.usplit), os.path.join(work, "root"), log) as server:
            measure(server, given)
    except Failure as failure:
        with open(log, encoding="utf-8", errors="replace") as file:
            sys.stderr.write(file.read()[-2000:])
        sys.exit(f"load: {failure}")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print("load: no request failed")


if __name__ == "__main__":
    main()
