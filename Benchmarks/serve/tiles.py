#!/usr/bin/env python3
"""Measures how fast `usplit serve` delivers the tiles of an image.

    tiles.py 'http://127.0.0.1:8642/?token=…' files/slide.ome.tif [--views 100] [--connections 6]

Fetches the tiles of random viewports as a browser would, over a few connections that stay open, and
prints latency, rate and the server's memory. Makes nothing. Standard library only.
"""
import argparse
import http.client
import json
import os
import queue
import random
import re
import statistics
import threading
import time
from urllib.parse import parse_qs, quote, urlencode, urlsplit


class Server:
    """A server, by its link."""

    def __init__(self, link):
        parts = urlsplit(link)
        self.host, self.port = parts.hostname, parts.port or 80
        self.token = (parse_qs(parts.query).get("token") or [""])[0]

    def connection(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=60)

    def get(self, connection, what, **query):
        """The status and content of an answer."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        path = f"/api/{what}?" + urlencode(query, quote_via=quote, safe="/")
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def process(self):
        """The process that listens on the port, on Linux where it may be looked up."""
        wanted = f":{self.port:04X}"
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            try:
                lines = open(table).read().splitlines()[1:]
            except OSError:
                continue
            for fields in map(str.split, lines):
                if fields[1].endswith(wanted) and fields[3] == "0A":
                    process = owner(f"socket:[{fields[9]}]")
                    if process:
                        return process
        return None


def owner(socket):
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            folder = f"/proc/{process}/fd"
            if any(os.readlink(f"{folder}/{name}") == socket for name in os.listdir(folder)):
                return int(process)
        except OSError:
            pass  # it has ended, or is somebody else's
    return None


def memory(process):
    """Resident memory now and at most, in MiB."""
    text = open(f"/proc/{process}/status").read()
    return [int(re.search(rf"{name}:\s+(\d+)", text)[1]) // 1024 for name in ("VmRSS", "VmHWM")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("link")
    parser.add_argument("image")
    parser.add_argument("--series", type=int, default=0)
    parser.add_argument("--views", type=int, default=100)
    parser.add_argument("--connections", type=int, default=6)
    parser.add_argument("--screen", default="1920x1200", help="pixels of the viewport")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    server, place = Server(options.link), {"path": options.image, "series": options.series}
    first = server.connection()
    begin = time.perf_counter()
    while True:
        status, body = server.get(first, "image", **place)
        if status != 200:
            raise SystemExit(f"{status}: {body.decode(errors='replace')}")
        image = json.loads(body)
        if image["state"] != "preparing":
            break
        time.sleep(0.5)
    print(f"open: {time.perf_counter() - begin:.2f} s, {image['width']} x {image['height']} "
          f"{image['type']}, {len(image['levels'])} levels")

    dice = random.Random(options.seed)
    width, height = map(int, options.screen.split("x"))
    views = []
    for view in range(options.views):
        # Most people look at the full size, or zoom in from far away.
        level = 0 if view % 2 else dice.randrange(len(image["levels"]))
        size, tile = image["levels"][level], image["tile"]
        left = dice.uniform(0, max(0, size["width"] - width))
        top = dice.uniform(0, max(0, size["height"] - height))
        views.append([
            dict(level=level, x=x, y=y)
            for y in range(int(top // tile), int(min(size["height"] - 1, top + height) // tile) + 1)
            for x in range(int(left // tile), int(min(size["width"] - 1, left + width) // tile) + 1)
        ])
    channels = ",".join(map(str, range(min(3, len(image["channels"])))))
    times, viewports, statuses, count = [], [], {}, [0]

    def work(tiles, connection):
        while True:
            try:
                tile = tiles.get_nowait()
            except queue.Empty:
                return
            start = time.perf_counter()
            status, body = server.get(
                connection, "tile", v=image["version"], c=channels, t=0, z=0, **place, **tile)
            times.append(1000 * (time.perf_counter() - start))
            statuses[status] = statuses.get(status, 0) + 1
            count[0] += len(body)

    connections = [server.connection() for _ in range(options.connections)]
    begin = time.perf_counter()
    for view in views:
        tiles = queue.Queue()
        for tile in view:
            tiles.put(tile)
        start = time.perf_counter()
        threads = [threading.Thread(target=work, args=(tiles, each)) for each in connections]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        viewports.append(1000 * (time.perf_counter() - start))
    seconds = time.perf_counter() - begin
    for name, values in (("tile", times), ("viewport", viewports)):
        values.sort()
        print(f"{name}: median {statistics.median(values):.1f} ms, "
              f"95th percentile {values[int(0.95 * (len(values) - 1))]:.1f} ms, {len(values)} of them")
    print(f"rate: {len(times) / seconds:.0f} tiles/s, {count[0] / seconds / 1e6:.0f} MB/s")
    if set(statuses) != {200}:
        print(f"statuses: {statuses}")
    process = server.process()
    if process:
        print("memory of the server: {} MiB, at most {} MiB".format(*memory(process)))


if __name__ == "__main__":
    main()
