"""A random walk of two ends at 32 bits that may do anything, in a network that may do anything: what is proved, tried.

`python tests/walk.py --steps 1000000 --seed 0` walks the system of which `specs/unbounded.py` proves the invariant, in
which nothing is counted, and judges in every state every claim, every lemma and every clause.  It prints what was fired
and how often each was put to the test.  It ends with 12 if one breaks, after the run that breaks it, and with 16 if one
was never tested.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from tcpmodel import load
from tcpmodel.draw.ladder import ladder
from tcpmodel.exits import Exit
from tcpmodel.systems.claims import Always
from tcpmodel.systems.proof import Proof
from tcpmodel.systems.system import Rule, TransitionSystem
from tcpmodel.systems.walk import Walk, walk
from tcpmodel.tcp.world.connection import sibling

EVENTS = {
    "segment arrives": 6,
    "queue is sent": 3,
    "passive OPEN": 3,
    "SEND": 2,
    "retransmission timeout": 0.5,
    "loss": 0.2,
    "time-wait timeout": 0.1,
    "ABORT": 0.1,
    "user timeout": 0.1,
    "crash": 0.1,
}
"""How often events come, so that connections come to be, talk and close before something goes wrong; 1 if not here."""
COPIES = 0.1
"""How much less often a copy stays behind when a segment arrives."""


ROOM = 4
"""How many segments a direction holds; a proof does not ask."""


def proof() -> Proof:
    """What is proved."""
    found = load("unbounded").proof
    assert found is not None
    return found()


def two_ends(proof: Proof, **changed: object) -> TransitionSystem:
    """The system that is walked."""
    roomy = replace(proof.system.origin["network"], capacity=ROOM)
    return sibling(proof.system, **{"network": roomy, **changed})


def judged_by(proof: Proof) -> tuple[Always, ...]:
    """Every claim, lemma and clause, each once."""
    return tuple(dict.fromkeys((*proof.claims, *proof.helpers, *proof.invariant)))


def weight(rule: Rule) -> float:
    """How likely a rule is beside the others that can be fired."""
    return EVENTS.get(rule.event, 1) * (COPIES if rule.take is not None and rule.take.keep else 1)


def report(seen: Walk, judged: Sequence[Always], seconds: float) -> Exit:
    """Print what the walk saw; the exit code: that a claim breaks, or was never put to the test."""
    fired = [row for row, times in seen.rows.items() if times]
    never = [row for row, times in seen.rows.items() if not times]
    print(f"seed {seen.seed}: {seen.steps} steps in {seen.runs} runs, {seconds:.0f} s")
    print(f"{len(fired)} of {len(seen.rows)} rows fired; never: {'; '.join(never) or 'none'}")
    for claim in judged:
        word = "BROKEN" if claim.name in seen.broken else "held" if seen.met[claim.name] else "VACUOUS"
        print(f"{word:8} {claim.name}: put to the test in {seen.met[claim.name]} states")
    for claim in judged:
        if claim.name in seen.broken:
            print(f"\n{claim.name}: {claim.says}\n")
            print(ladder(seen.broken[claim.name], claim=claim))
    return Exit.SAFETY if seen.broken else Exit.OK if all(seen.met.values()) else Exit.VACUOUS


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    begun, proved = time.monotonic(), proof()
    judged = judged_by(proved)
    seen = walk(two_ends(proved), judged, steps=chosen.steps, seed=chosen.seed, weight=weight)
    return report(seen, judged, time.monotonic() - begun)


if __name__ == "__main__":
    sys.exit(main())
