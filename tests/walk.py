"""A random walk of two ends at 32 bits, in a network that loses, repeats, reorders and keeps what it likes.

`make walk` (or `python tests/walk.py --steps 1000000 --seed 0`) prints what was fired and how often each claim was put
to the test.  It ends with 12 if a claim breaks, after the run that breaks it, and with 16 if one was never tested.

Not among the claims, since they fail here for reasons that specs tell: `no_false_established` (CLOSE in SYN-RECEIVED,
where nothing is agreed yet), `passive_closer_succeeds` (a crash of the peer), `time_wait_integrity` (RFC 1337), and
under `fresh` `agreement_on_entry` (`old_crossing_syn`).  Nor is the half of `no_stale_control` about resets: an answer
to an earlier incarnation of this end, with the number of a peer that both took, looks like an answer to this one.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from tcpmodel.draw.ladder import ladder
from tcpmodel.language.terms import one_of
from tcpmodel.systems.claims import Always
from tcpmodel.systems.system import Rule, TransitionSystem
from tcpmodel.systems.walk import Walk, walk
from tcpmodel.tcp import promises
from tcpmodel.tcp.connection import connection
from tcpmodel.tcp.ends import each_end, some_end
from tcpmodel.tcp.environment import Network, User
from tcpmodel.tcp.ghosts import stale_fin
from tcpmodel.tcp.tcb import CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT, state

SAFETY, VACUOUS = 12, 16
"""Exit codes: a claim breaks; a claim was never put to the test."""
BUSY = User(
    active_opens=15,
    passive_opens=15,
    sends=15,
    closes=15,
    aborts=15,
    crashes=15,
    timeouts=15,
    retransmissions=None,
)
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
NO_STALE_FIN = Always(
    "no_stale_fin",
    each_end(~stale_fin),
    needs=some_end(one_of(state, (CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT))),
    says="an end consumes only its own peer's FIN",
)


def two_ends(**changed: object) -> TransitionSystem:
    """The system that is walked: two busy users and a network that may do anything to four segments a direction."""
    setting = {"a": BUSY, "b": BUSY, "network": Network(capacity=4, lose=None, duplicate=None)}
    return connection(**{"name": "two ends", **setting, "bits": 32, "window": 65535, **changed})  # type: ignore[arg-type]


def claims(isn: str) -> tuple[Always, ...]:
    """What holds under the ISN policy, whatever else happens."""
    agreed = (promises.agreement_on_entry(),) if isn == "apart" else ()
    return (
        *agreed,
        promises.authenticity(),
        promises.sequence_agreement(),
        promises.no_stale_data(),
        promises.no_octet_discarded(),
        NO_STALE_FIN,
        promises.whole_stream(),
        promises.established_is_acknowledged(),
        promises.typing(),
    )


def weight(rule: Rule) -> float:
    """How likely a rule is beside the others that can be fired."""
    return EVENTS.get(rule.event, 1) * (COPIES if rule.take is not None and rule.take.keep else 1)


def report(seen: Walk, judged: Sequence[Always], seconds: float) -> int:
    """Print what the walk saw; the exit code."""
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
    return SAFETY if seen.broken else 0 if all(seen.met.values()) else VACUOUS


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--isn", choices=("fresh", "apart"), default="fresh", help="the ISN policy of both ends")
    chosen = parser.parse_args(arguments)
    begun, judged = time.monotonic(), claims(chosen.isn)
    seen = walk(two_ends(isn=chosen.isn), judged, steps=chosen.steps, seed=chosen.seed, weight=weight)
    return report(seen, judged, time.monotonic() - begun)


if __name__ == "__main__":
    sys.exit(main())
