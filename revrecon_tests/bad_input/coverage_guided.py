"""Fuzzing that is led by what it reaches: `python -m revrecon_tests.bad_input.coverage_guided map --seconds 60`.

Needs `atheris` (the extra `fuzz`). It judges as the other fuzzing does (`fuzzed.py`): whatever a map, a file of
decisions, an export or an answer holds, it works or one of the known errors says what is wrong. What is found is kept
in a folder, each input beside what it ended with, and the seeds are those texts that the tests know.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

TARGETS = ("map", "decisions", "export", "answer")
_INSTRUMENTED = ("revrecon", "ruamel")
_STATUS = (200, 201, 204, 302, 400, 404, 429, 500)


@dataclass(frozen=True)
class Guided:
    """How many inputs were tried, how many ways through the code they reached, and what was found, as sentences."""

    tried: int
    reached: int
    found: tuple[str, ...]


def guided(target: str, seconds: int, kept: Path) -> Guided:
    """Fuzz one target in a process of its own for so long; what is found is in the folder."""
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        command = [sys.executable, "-m", __spec__.name, target, "--within", str(kept), "--seconds", str(seconds)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        ran = subprocess.run([*command, "--corpus", corpus], capture_output=True, env=environment, check=False)
    said = ran.stderr.decode("utf-8", "replace")
    units = re.search(r"stat::number_of_executed_units:\s*(\d+)", said)
    if ran.returncode or units is None:
        raise SystemExit(f"The fuzzer ended with {ran.returncode}:\n{said[-3000:]}")
    reached = re.findall(r"\bft: (\d+)", said)
    found = tuple(sorted(path.read_text(encoding="utf-8") for path in kept.glob("*.said")))
    return Guided(int(units[1]), int(reached[-1]) if reached else 0, found)


def _deed_and_seeds(target: str) -> tuple[Callable[[bytes], None], Iterator[bytes]]:
    from revrecon_tests.bad_input import fuzzed
    from revrecon_tests.bad_input.corpus import CORPUS
    from revrecon_tests.companies import SHOP
    from revrecon_tests.faults.kiosk import MAP

    if target == "map":
        return fuzzed.take_map, iter([MAP.encode(), SHOP.encode()])
    if target == "decisions":
        return fuzzed.take_decisions, iter([fuzzed.DECISIONS.encode()])
    if target == "export":
        small = (ugly.content() for ugly in CORPUS)
        return fuzzed.take_export, (content for content in small if len(content) < 4096)
    return _take_answer, _answers()


def _take_answer(content: bytes) -> None:
    """The first three bytes say which system, which of its answers and with which status; the rest is the answer."""
    from revrecon_tests.bad_input.fuzzed import OVER_HTTP, take_answer

    kind, at, status = (*content[:3], 0, 0, 0)[:3]
    kinds = sorted(OVER_HTTP)
    take_answer(kinds[kind % len(kinds)], 1 + at % 6, _STATUS[status % len(_STATUS)], content[3:])


def _answers() -> Iterator[bytes]:
    """What the systems really say, at every place of an extract."""
    import pytest

    from revrecon_tests.bad_input.fuzzed import OFFICES, OVER_HTTP

    for number, kind in enumerate(sorted(OVER_HTTP)):
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
            office = OFFICES[kind](Path(folder), environment)
            office.put(1)
            heard = _Hearing(office.network)
            office.network = heard
            office.land()
        yield from (bytes([number, at, 0]) + body for at, body in enumerate(heard.bodies[:6]))


class _Hearing(httpx.BaseTransport):
    """A network that keeps every answer."""

    def __init__(self, under: httpx.BaseTransport) -> None:
        self.under, self.bodies = under, list[bytes]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.under.handle_request(request)
        self.bodies.append(answer.read())
        return answer


def _keep(kept: Path, content: bytes, said: str) -> None:
    """The first input that ended so; numbers and quotes in what was said make no other trouble of it."""
    name = re.sub(r"[^A-Za-z]+", "_", re.sub(r"'[^']*'|\"[^\"]*\"|\b0x\w+", "", said))[:80]
    if not (kept / f"{name}.said").exists():
        (kept / f"{name}.input").write_bytes(content)
        (kept / f"{name}.said").write_text(said, encoding="utf-8")


def _fuzz_here(target: str, seconds: int, kept: Path, corpus: Path) -> None:
    """In the process of the fuzzer: it never returns."""
    import atheris

    with atheris.instrument_imports(include=list(_INSTRUMENTED), enable_loader_override=False):
        from revrecon_tests.bad_input.fuzzed import traceback_of

        deed, seeds = _deed_and_seeds(target)
    words = set()
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)
        words |= set(re.findall(r"[A-Za-z_]{3,30}", seed.decode("utf-8", "ignore")))
    (kept / "words.dict").write_text("\n".join(json.dumps(word) for word in sorted(words)), encoding="utf-8")

    def once(content: bytes) -> None:
        for said in traceback_of(deed, content):
            _keep(kept, content, said)

    limits = [f"-max_total_time={seconds}", "-timeout=60", "-rss_limit_mb=6000", "-max_len=8192"]
    told = ["-print_final_stats=1", f"-dict={kept / 'words.dict'}", f"-artifact_prefix={kept}/"]
    atheris.Setup(["fuzz", *limits, *told, str(corpus)], once)
    atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--seconds", type=int, default=60, help="how long each target is fuzzed")
    parser.add_argument("--kept", type=Path, default=Path(tempfile.gettempdir()) / "revrecon-fuzz")
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.within:
        _fuzz_here(asked.target, asked.seconds, asked.within, asked.corpus)
    lost = 0
    for target in TARGETS if asked.target == "all" else (asked.target,):
        told = guided(target, asked.seconds, asked.kept / target)
        sys.stdout.write(f"| {target} | {asked.seconds} s | {told.tried:,} | {told.reached:,} | {len(told.found)} |\n")
        sys.stdout.write("".join(f"  {said}\n" for said in told.found))
        sys.stdout.flush()
        lost += len(told.found)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
