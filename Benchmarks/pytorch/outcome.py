"""The outcomes of checks: printed, and counted where they are bad."""

failures: list[str] = []


def say(what: str, found, expected, good: bool):
    if not good:
        failures.append(what)
    print(f"{'ok  ' if good else 'FAIL'} {what}: {found}, expected {expected}", flush=True)
