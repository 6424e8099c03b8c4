"""Processes that are measured: with a limit of time and of memory, and the reason where they fail."""

import json
import os
import queue
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path


class PeerFailure(Exception):
    """Why a form has no numbers."""


class Server:
    """A process that does a call for each line it is sent."""

    def __init__(self, command: list[str], limit: float):
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            start_new_session=True, preexec_fn=limit_memory, env=environment(command),
        )  # fmt: skip
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.ready = self.answer(limit)

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def answer(self, limit: float) -> dict:
        try:
            line = self.lines.get(timeout=limit)
        except queue.Empty:
            self.close()
            raise PeerFailure(f"not done within {limit:.0f} s") from None
        if not line:
            self.process.wait()
            self.errors.seek(0)
            raise PeerFailure(end_of(self.process.returncode, self.errors.read()))
        return json.loads(line)

    def ask(self, what: str, limit: float) -> dict:
        try:
            self.process.stdin.write(what + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer tells
        return self.answer(limit)

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def end_of(status: int, words: str) -> str:
    """Why a process ended, in one line: its fatal error, or its last words."""
    lines = [line.strip() for line in words.splitlines() if line.strip()] or ["no word"]
    line = next((line for line in lines if "Fatal error" in line), lines[-1])
    return f"ended with status {status}: {line[:200]}"


def memory_info(key: str) -> int:
    """A figure of the machine's memory in bytes; 0 where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))


def limit_memory():
    """Lets a process fail that needs more memory than there is, instead of stopping others."""
    available = memory_info("MemAvailable")
    if available:
        most = available * 9 // 10
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def environment(command: list[str]) -> dict[str, str]:
    """The same for both sides: as many threads, which wait for one another no longer than with usplit."""
    threads = command[command.index("--threads") + 1]
    own = {"OMP_NUM_THREADS": threads, "SWIFT_BACKTRACE": "enable=no"}
    if "OMP_WAIT_POLICY" not in os.environ:
        own["GOMP_SPINCOUNT"] = os.environ.get("GOMP_SPINCOUNT", "5000")
    return {**os.environ, **own}


def run_timed(words: list[str], limit: float) -> tuple[float, float, str]:
    """Seconds, largest resident memory in MiB, and output of a command."""
    with tempfile.TemporaryFile("w+") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            words, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            start_new_session=True, preexec_fn=limit_memory, env=environment(words),
        )  # fmt: skip
        timer = threading.Timer(limit, lambda: os.killpg(process.pid, signal.SIGKILL))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if seconds >= limit:
        raise PeerFailure(f"not done within {limit:.0f} s")
    if process.returncode:
        raise PeerFailure(end_of(process.returncode, text))
    unit = 2**20 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_maxrss / unit, text
