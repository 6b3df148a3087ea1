"""This process: what it says while it lasts, and the most memory that it took."""

import sys
from pathlib import Path


def say(words: object) -> None:
    """One line on the terminal, at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def peak_memory() -> int:
    """This process's own peak memory in kB (Linux); the usual `ru_maxrss` begins at that of the parent process."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
