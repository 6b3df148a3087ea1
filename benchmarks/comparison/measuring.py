"""Running a peer as a whole process and checking its answer before its time counts."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.comparison.answers import differs_from_truth

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Peer:
    """One way to compare: its title, module and arguments; `outside`: it lives in the peers' environment.

    With fewer rows than `at_least`, or more than `at_most`, it is left out unless it is asked for by name.
    """

    title: str
    module: str
    arguments: tuple[str, ...] = ()
    outside: bool = False
    at_least: int = 0
    at_most: int = 10**9
    answers: bool = True  # the floor gives none


@dataclass(frozen=True)
class Taken:
    """What one process took: wall and processor seconds, wall seconds after imports, peak MB."""

    wall: float
    processor: float
    after_imports: float
    peak: float


class WrongAnswer(Exception):
    """A peer did not find what was planted."""


class PeerMissing(Exception):
    """A peer is not installed, or could not run."""


def taken(peer: Peer, folder: Path, peers_python: Path | None) -> Taken:
    """Run a peer once on the tables below a folder. Raises PeerMissing and WrongAnswer."""
    if peer.outside and peers_python is None:
        raise PeerMissing("needs the peers' environment (make bench sets it up)")
    python = str(peers_python) if peer.outside else sys.executable
    command = [python, "-m", f"benchmarks.comparison.runners.{peer.module}", str(folder), *peer.arguments]
    begun, used = time.perf_counter(), _children()
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=_ROOT, env={**os.environ, "PYTHONPATH": str(_ROOT)}
    )
    wall, processor = time.perf_counter() - begun, _children() - used
    if done.returncode != 0:
        raise PeerMissing(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "it failed")
    told = json.loads(done.stdout.strip().splitlines()[-1])
    wrong = differs_from_truth(folder, told["answers"]) if peer.answers else ""
    if wrong:
        raise WrongAnswer(f"{peer.title}: {wrong}")
    return Taken(wall, processor, told["seconds"], told["peak"] / 1024)


def _children() -> float:
    times = os.times()
    return times.children_user + times.children_system
