"""`make bench`: our search and SPIN's, side by side on the same systems in one run on one machine.

`make bench BENCH=start` measures the program's start instead (`start.py`), `BENCH=conform` the judging of captures
(`judging.py`).

Each measurement is a process of its own; they take turns, so that the machine's moods meet all alike,
and the median is given with the extremes.  A small system is searched twice each time and the second
counts: on a virtual machine the first is slowed by memory that the host has yet to give.  Both sides
report the time of the search alone: ours without loading and compiling, SPIN's without `spin -a` and
the C compiler.  Both count the same states and steps, or the benchmark stops.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import judging  # noqa: E402
import start  # noqa: E402
from export import spin  # noqa: E402

from tcpmodel.draw.tables import table  # noqa: E402
from tcpmodel.explore.exploration import Limits  # noqa: E402
from tcpmodel.explore.native.context import Slot  # noqa: E402
from tcpmodel.explore.native.program import SearchProgram  # noqa: E402
from tcpmodel.explore.native.search import searched  # noqa: E402
from tcpmodel.export.promela import promela  # noqa: E402
from tcpmodel.judging.load import load  # noqa: E402

PAGE = HERE.parent / "docs" / "figures.md"
BLOCKS = {
    what: re.compile(rf"(<!-- printed by `make bench BENCH='{how}[^\n]*-->\n).*?(<!-- end of bench -->)", re.DOTALL)
    for what, how in {"search": "--", "start": "start", "conform": "conform"}.items()
}
CEILING = 2_000_000
"""Of how many states the successors are made for the ceiling."""
ROUNDING = 1e-6
"""SPIN prints large counts rounded to so much."""
SIZES = (10**4, 10**5, 10**6, 10**7, 5 * 10**7)
"""The numbers of states at which the cost of growth is told."""


@dataclass(frozen=True)
class Job:
    """A spec, whether its claims are judged, and how deep SPIN must be let go and how large its table is."""

    spec: str
    claims: bool
    depth: int
    table: int

    @property
    def name(self) -> str:
        """The row's name."""
        return self.spec + (" with claims" if self.claims else "")


SMALL = (
    Job("stale_syns", False, 1_000_000, 23),
    Job("stale_syns", True, 1_000_000, 23),
    Job("reopening", False, 10_000_000, 24),
)
LARGE = Job("lossy_reopening", False, 60_000_000, 28)


@dataclass(frozen=True)
class Run:
    """One measurement."""

    states: int
    steps: int
    seconds: float
    bytes_per_state: float
    bits: int = 0
    ceiling: float = 0.0


def ours(spec: str, *, claims: bool, workers: int, most: int | None = None) -> Run:
    """Search once, in this process."""
    loaded = load(HERE / "bench" / f"{spec}.py")
    program = SearchProgram(loaded.system, loaded.claims if claims else ())
    began = time.perf_counter()
    found = searched(program, limits=Limits(states=most), workers=workers)
    seconds = time.perf_counter() - began
    aside = found.workers.aside()
    began = time.perf_counter()
    program.generate(aside, 0, min(found.workers.all[0].found, CEILING))
    ceiling = (time.perf_counter() - began) / max(1, int(aside.counters[Slot.FIRED].sum()))
    return Run(found.states, found.steps, seconds, found.bytes_per_state, program.layout.bits, ceiling)


def ours_in_a_process(spec: str, *, claims: bool = False, workers: int = 1, most: int | None = None) -> Run:
    """Search once, in a process of its own."""
    asked = json.dumps({"spec": spec, "claims": claims, "workers": workers, "most": most})
    done = subprocess.run([sys.executable, __file__, "--one", asked], capture_output=True, text=True, check=True)
    return Run(**json.loads(done.stdout))


def spins(job: Job, optimize: str, folder: Path) -> Callable[[], Run]:
    """SPIN's verifier for a job, ready to run."""
    loaded = load(HERE / "bench" / f"{job.spec}.py")
    model = promela(loaded.system, loaded.claims if job.claims else (), spec=job.spec)
    claims = ["CLAIMS_ALL"] if job.claims else []
    pan = spin.build(model, folder / f"{job.spec}{job.claims}{optimize}", optimize=optimize, claims=claims)

    def run() -> Run:
        found = spin.search(pan, "-c0", depth=job.depth, table=job.table, timeout=3600)
        return Run(found.states, found.steps, found.seconds, float("nan"), found.vector * 8)

    return run


def measured(job: Job, repeat: int, folder: Path, optimizes: Sequence[str]) -> dict[str, list[Run]]:
    """All kinds of run of a job, taking turns."""
    kinds: dict[str, Callable[[], Run]] = {f"SPIN {o}": spins(job, o, folder) for o in optimizes}
    cores = os.cpu_count() or 1
    for workers in (1, cores) if cores > 1 else (1,):
        kinds[f"tcpmodel, {workers} worker{'s' * (workers > 1)}"] = lambda w=workers: ours_in_a_process(
            job.spec, claims=job.claims, workers=w
        )
    runs: dict[str, list[Run]] = {kind: [] for kind in kinds}
    for turn in range(repeat):
        for kind, run in kinds.items():
            tell(f"{job.name}: {kind}, {turn + 1} of {repeat}")
            if job in SMALL:
                run()
            runs[kind].append(run())
    counts = sorted({(r.states, r.steps) for rs in runs.values() for r in rs})
    low, high = counts[0], counts[-1]
    if any(b - a > ROUNDING * b for a, b in zip(low, high, strict=True)):
        raise SystemExit(f"{job.name}: the counts differ: {counts}")
    return runs


def tell(text: str) -> None:
    """On standard error: what is being measured."""
    print(text, file=sys.stderr, flush=True)


def rows(job: Job, runs: dict[str, list[Run]]) -> list[list[str]]:
    """The table's rows for a job."""
    best = min(statistics.median(r.seconds for r in rs) for kind, rs in runs.items() if kind.startswith("SPIN"))
    one = next(statistics.median(r.seconds for r in rs) for kind, rs in runs.items() if "1 worker" in kind)
    listed = []
    for kind, rs in runs.items():
        times = [r.seconds for r in rs]
        median, first = statistics.median(times), rs[0]
        spread = f"{min(times):.2f}-{max(times):.2f}"
        ratio = f"{best / median:.1f}x SPIN" if not kind.startswith("SPIN") else ""
        ratio += f", {one / median:.2f}x one" if "workers" in kind else ""
        memory = f"{first.bytes_per_state:.1f}" if first.bytes_per_state == first.bytes_per_state else ""
        listed.append(
            [
                job.name if not listed else "",
                kind,
                f"{median:.2f}",
                spread,
                f"{first.states / median / 1e6:.2f}",
                f"{first.steps / median / 1e6:.1f}",
                str(first.bits),
                memory,
                ratio,
            ]
        )
    return listed


def report(repeat: int, repeat_large: int) -> str:
    """Measure everything; the text that says it."""
    said = [f"{machine()}; {compilers()}\n"]
    listed, counted, ceilings = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for job in (*SMALL, *([LARGE] if repeat_large else [])):
            times = repeat if job in SMALL else repeat_large
            runs = measured(job, times, Path(folder), ("-O2", "-O3") if job in SMALL else ("-O2",))
            listed += rows(job, runs)
            first = runs["tcpmodel, 1 worker"][0]
            counted.append(f"{job.name}: {first.states:,} states, {first.steps:,} steps, both sides alike")
            ceiling = statistics.median(r.ceiling for r in runs["tcpmodel, 1 worker"])
            ceilings.append(f"{job.name}: {1e-6 / ceiling:.0f} million steps a second")
    header = ["system", "search", "seconds", "spread", "Mstates/s", "Msteps/s", "bits", "bytes/state", "ratio"]
    said += [table(header, listed, right=(2, 4, 5, 6, 7)), "", *counted]
    said += ["", "The ceiling, successors made and dropped without a table:", *ceilings]
    said += ["", "The cost of growth, lossy_reopening, one worker:"]
    for size in SIZES if repeat_large else SIZES[:-2]:
        run = ours_in_a_process(LARGE.spec, most=size)
        said.append(f"{run.states:>12,} states: {run.seconds / run.states * 1e9:.0f} ns a state")
    return "\n".join(said)


def machine() -> str:
    """What this was run on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    cpu = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cpu or platform.processor()}, {os.cpu_count()} cores, {memory:.0f} GB"


def compilers() -> str:
    """The versions of SPIN and of the C compiler."""
    gcc = subprocess.run(["cc", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    return f"{subprocess.run(['spin', '-V'], capture_output=True, text=True).stdout.strip()}; {gcc}"


def main() -> None:
    """Measure once for a parent process, or everything for a reader."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "what", nargs="?", default="search", choices=("search", "start", "conform"), help="default: search"
    )
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--repeat-large", type=int, help="how often the system of 72 million states (0: not at all)")
    parser.add_argument("--page", action="store_true", help="put the figures into docs/figures.md")
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(vars(ours(**json.loads(chosen.one)))))
    elif chosen.what == "conform":
        publish(chosen, f"{machine()}, Python {platform.python_version()}\n\n{judging.report(chosen.repeat)}")
    elif chosen.what == "start":
        publish(chosen, f"{machine()}, Python {platform.python_version()}\n\n{start.report(5 * chosen.repeat)}")
    elif spin.ABSENT:
        raise SystemExit(
            f"the benchmark needs {' and '.join(spin.ABSENT)}: install them, e.g. apt-get install spin gcc"
        )
    else:
        large = chosen.repeat if chosen.repeat_large is None else chosen.repeat_large
        publish(chosen, report(chosen.repeat, large))


def publish(chosen: argparse.Namespace, said: str) -> None:
    """Print what was measured, and put it into the page if it is to be there."""
    print(said)
    if chosen.page:
        PAGE.write_text(BLOCKS[chosen.what].sub(lambda m: f"{m[1]}```\n{said}\n```\n{m[2]}", PAGE.read_text()))


if __name__ == "__main__":
    main()
