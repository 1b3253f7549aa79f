"""Why does TCP have it?  Each question is answered by taking it away and showing the shortest run that breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tcpmodel.errors import UsageError, choices
from tcpmodel.explore.exploration import Exploration
from tcpmodel.explore.native.search import explore
from tcpmodel.spec.load import Spec, load
from tcpmodel.systems.claims import Claim, Verdict, trace_of
from tcpmodel.systems.schedule import Followed, follow
from tcpmodel.systems.trace import Trace
from tcpmodel.tcp.clock import Time
from tcpmodel.tcp.connection import sibling
from tcpmodel.tcp.rules import ARRIVAL


@dataclass(frozen=True)
class Topic:
    """A question, the mechanism it is about, and the spec and claim that break without it."""

    name: str
    question: str
    answer: str
    mechanism: str
    cite: str
    spec: str
    claim: str
    with_it: Mapping[str, Any]
    assumes: str
    misconception: str
    deeper: tuple[str, ...]
    afterword: str = ""


TOPICS = (
    Topic(
        name="two-way",
        question="Why is a two-way handshake not enough?",
        answer=(
            "Because the listener cannot tell an old SYN from a new one, and with two segments it never asks. "
            "With three it does: its SYN,ACK names a number that only an end that is really there, and really "
            "wants this connection, will acknowledge; anyone else answers with a reset."
        ),
        mechanism="the third segment: SYN-RECEIVED until the listener's own SYN is acknowledged",
        cite="RFC 9293 3.5",
        spec="two_way_stale_syn",
        claim="no_false_established",
        with_it={"handshake": "three"},
        assumes=(
            "the listener's ISS is fresh: nothing in flight acknowledges it (RFC 9293 3.4.1); "
            "`tcpmodel verify isn_zero_replay` shows three segments failing without that"
        ),
        misconception=(
            "it is not about both ends knowing that the other is ready, nor about testing both directions: "
            "the run below loses nothing and the network only delays"
        ),
        deeper=("three_way_stale_syn", "two_way_stale_reply", "two_way_echo"),
    ),
    Topic(
        name="time-wait",
        question="Why does the end that closes first wait in TIME-WAIT?",
        answer=(
            "Because what the other end has sent may still be on its way. Should it find the connection gone, "
            "the answer is a reset, and a close that succeeded is reported to the other end as a failure. "
            "TIME-WAIT answers with an ACK instead, until the other end must have finished."
        ),
        mechanism="TIME-WAIT: after the last ACK the TCB stays for a while",
        cite="RFC 9293 3.6.1 (MUST-13), 3.10.7.4",
        spec="no_time_wait",
        claim="passive_closer_succeeds",
        with_it={"time": Time(msl=1, time_wait=3)},
        assumes="a segment lives at most MSL = 1 tick, and no segment is lost; the wait is 2*MSL + 1 = 3 ticks",
        misconception=(
            "no loss is needed: a delayed ACK does it. And TIME-WAIT does not wait for an acknowledgment; "
            "it waits for segments to arrive or die"
        ),
        deeper=("last_ack_lost", "normal_close"),
        afterword=(
            "The reset that ends TIME-WAIT in the last step of the second run is another story: TIME-WAIT "
            "assassination (RFC 1337), which the knob time_wait_rst=ignore prevents. B has closed by then."
        ),
    ),
)


@dataclass(frozen=True)
class Answer:
    """A topic with its evidence: the run without the mechanism, the same schedule with it, what was explored."""

    topic: Topic
    spec: Spec
    claim: Claim
    without: Trace
    explored_without: Exploration
    followed: Followed
    explored_with: Exploration
    verdict_with: Verdict


def topic(name: str) -> Topic:
    """The topic of this name; `UsageError` says which there are."""
    for t in TOPICS:
        if t.name == name:
            return t
    raise UsageError(f"there is no answer on {name!r}: {choices(name, (t.name for t in TOPICS))}")


def answer(name: str) -> Answer:
    """Explore with and without the mechanism, and follow the counterexample's schedule with it."""
    asked = topic(name)
    spec = load(asked.spec)
    claim = spec.claim(asked.claim)
    without = explore(spec.system, [claim])
    trace = trace_of(without.verdicts[claim.name])
    if trace is None:
        raise UsageError(f"{asked.spec} has no counterexample to {asked.claim} here: run it with `tcpmodel verify`")
    mended = sibling(spec.system, **asked.with_it)
    found = explore(mended, [claim])
    return Answer(
        topic=asked,
        spec=spec,
        claim=claim,
        without=trace,
        explored_without=without,
        followed=follow(trace, mended, settle=ARRIVAL),
        explored_with=found,
        verdict_with=found.verdicts[claim.name],
    )
