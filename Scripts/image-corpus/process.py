"""Runs usplit and sees what it takes."""

import os
import resource
import signal
import subprocess
import tempfile
import threading
import time

SECONDS = 10
MEBIBYTES = 1024


class Failure(Exception):
    """Something that is not as it should be."""

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


class Outcome:
    """How a run ended."""

    def __init__(self, arguments, status, output, errors, seconds, mebibytes):
        self.arguments = arguments
        self.status = status
        self.output = output
        self.errors = errors
        self.seconds = seconds
        self.mebibytes = mebibytes

    def told(self):
        """The command and what it said, for messages."""
        said = self.errors.strip() or self.output.strip()[:300] or "nothing"
        return f"usplit {' '.join(self.arguments)}: status {self.status}, said: {said}"


class Program:
    """The program under test."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.environment = {**os.environ, "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}

    def run(self, *arguments):
        """Runs it and checks that it neither crashed nor took too long or too much."""
        arguments = [str(argument) for argument in arguments]
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            start = time.monotonic()
            process = subprocess.Popen(
                [self.path, *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                env=self.environment, preexec_fn=self._limit)
            timer = threading.Timer(SECONDS, process.kill)
            timer.start()
            _, status, usage = os.wait4(process.pid, 0)
            timer.cancel()
            seconds = time.monotonic() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            errors.seek(0)
            outcome = Outcome(
                arguments, process.returncode, output.read().decode("utf-8", "replace"),
                errors.read().decode("utf-8", "replace"), seconds, usage.ru_maxrss / 1024)
        if seconds >= SECONDS:
            raise Failure("time", f"more than {SECONDS} s: {outcome.told()}")
        if outcome.status < 0:
            name = signal.Signals(-outcome.status).name
            raise Failure("crash", f"ended by {name}: {outcome.told()}")
        if outcome.mebibytes > MEBIBYTES:
            raise Failure("memory", f"{outcome.mebibytes:.0f} MiB: {outcome.told()}")
        return outcome

    def succeed(self, *arguments):
        """Runs it; it must end with 0."""
        outcome = self.run(*arguments)
        if outcome.status != 0:
            raise Failure("refused", outcome.told())
        return outcome

    def offers(self, command, option):
        """Whether a command has an option."""
        return option in self.succeed(command, "--help").output

    @staticmethod
    def _limit():
        # Virtual memory holds libraries and reservations too; what is really used is seen after.
        resource.setrlimit(resource.RLIMIT_AS, (16 << 30, 16 << 30))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
