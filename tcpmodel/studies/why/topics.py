"""Topics of `why`: for each mechanism a small world in which something breaks without it.

A topic is data.  Its world is a spec's name or the arguments of `connection` (or of another function that
makes a system); what is changed without the mechanism and with it are arguments, too.  What it says in
words stands in the catalogues.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tcpmodel.errors import UsageError, choices
from tcpmodel.language.terms import both, equal, implies, named
from tcpmodel.systems.claims import Always, Claim, DeadlockFree, LeadsTo
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.tcp.claims import promises
from tcpmodel.tcp.claims.fairness import BARE_ACKS, FINS, RESETS, SYN_ACKS, TEXTS, arrive, repeats
from tcpmodel.tcp.mistakes.without import FIN_ONCE, NO_CROSSING, NO_ORIGIN, SILENT_CLOSED, SYN_WITH_TEXT
from tcpmodel.tcp.observers.ghosts import NOBODY, adopted_by, delivered, inc, peer
from tcpmodel.tcp.rfc9293.ends import at, in_flight, nothing_in_flight
from tcpmodel.tcp.rfc9293.rules import RFC_9293
from tcpmodel.tcp.rfc9293.tcb import (
    ESTABLISHED,
    FIN_WAIT_1,
    LAST_ACK,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    something_outstanding,
    theirs,
)
from tcpmodel.tcp.world.clock import Time
from tcpmodel.tcp.world.connection import connection
from tcpmodel.tcp.world.environment import Attacker, Network, User
from tcpmodel.tcp.world.wrapping import delivered_again, stream


@dataclass(frozen=True)
class Topic:
    """A mechanism: the world it is for, what is changed without it and with it, and what then fails and holds.

    `claim` and `kept` are claims, or names of the spec's claims; where nothing is `kept`, the claim itself
    must hold with the mechanism.  `then` are the events that the second run still needs, once its schedule
    is over and nothing is in flight.  `deeper` are commands that show more.
    """

    name: str
    cite: str
    world: str | Mapping[str, Any]
    claim: str | Claim
    without: Mapping[str, Any] = field(default_factory=dict)
    with_it: Mapping[str, Any] = field(default_factory=dict)
    kept: str | Claim | None = None
    then: tuple[str, ...] = ()
    deeper: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    make: Callable[..., TransitionSystem] = connection


def topic(name: str) -> Topic:
    """The topic of this name or alias; `UsageError` says which there are."""
    known = {known: t for t in TOPICS for known in (t.name, *t.aliases)}
    if name not in known:
        raise UsageError(f"there is no answer on {name!r}: {choices(name, known)}")
    return known[name]


CALLER_AND_LISTENER: Mapping[str, Any] = {
    "a": User(active_opens=1, aborts=1, first_isn=0),
    "b": User(passive_opens=1, first_isn=4),
    "network": Network(capacity=3),
}
CLOSING: Mapping[str, Any] = {
    "a": User(closes=1),
    "b": User(closes=1),
    "network": Network(capacity=4),
    "bits": 4,
    "established": True,
}
HALF_OPEN: Mapping[str, Any] = {
    "a": User(crashes=1),
    "b": User(sends=1, retransmissions=None),
    "network": Network(when_full="block"),
    "established": True,
}
CRASHING: Mapping[str, Any] = {
    "a": User(crashes=1, active_opens=1, sends=1),
    "b": User(passive_opens=1),
    "network": Network(capacity=3, duplicate=1),
    "isn": "free",
    "established": True,
}
LOSSY_OPEN: Mapping[str, Any] = {
    "a": User(active_opens=1, first_isn=0),
    "b": User(passive_opens=1, first_isn=3, retransmissions=None),
    "network": Network(capacity=3, lose=None, when_full="block"),
}
LOSSY_CLOSE: Mapping[str, Any] = {
    "a": User(closes=1, retransmissions=None),
    "b": User(closes=1, retransmissions=None),
    "network": Network(lose=None, reorder=False, when_full="block"),
    "bits": 4,
    "established": True,
}

callers_meet = DeadlockFree(
    "no_caller_waits",
    both(*(~promises.is_in(end, SYN_SENT) for end in "AB")),
    says="the system stops only where no caller waits for an answer",
)
listener_stays = Always(
    "listener_stays",
    ~promises.has_ended("B", "refused"),
    needs=promises.is_in("B", SYN_RECEIVED),
    says="a reset in SYN-RECEIVED does not close a listener",
)
unanswered = at("B", something_outstanding) & ~in_flight("A", lambda segment, sender: segment.ctl.ack)
crash_is_found_out = promises.half_open_is_found_out(
    "B", *repeats("B"), *arrive("A", TEXTS), *arrive("B", RESETS), given=unanswered, name="crash_is_found_out"
)
both_closed = both(*(promises.has_ended(end, "closed") for end in "AB"))
nothing_is_left = Always(
    "nothing_is_left",
    implies(both_closed, named("nothing is in flight", nothing_in_flight())),
    needs=both_closed,
    says="when both ends have closed, nothing of the connection is in flight any more",
)
last_ack_ends = LeadsTo(
    "last_ack_ends",
    promises.is_in("B", LAST_ACK) & promises.is_in("A", TIME_WAIT),
    ~promises.is_in("B", LAST_ACK),
    (*repeats("B"), *arrive("A", FINS), *arrive("B", BARE_ACKS, RESETS)),
    says="B leaves LAST-ACK once A has taken its FIN",
)
sender_is_not_reset = Always(
    "sender_is_not_reset",
    ~promises.has_ended("B", "reset"),
    needs=promises.is_in("A", FIN_WAIT_1) & at("B", something_outstanding),
    says="an end that still has something to send is not reset because the other has closed",
)
forgery_is_harmless = Always(
    "forgery_is_harmless",
    ~promises.has_ended("B", "reset"),
    needs=in_flight("A", lambda segment, sender: segment.ctl.rst),
    says="a guess in the window does not end B's connection",
)
listener_learns = LeadsTo(
    "listener_learns",
    promises.is_in("A", ESTABLISHED),
    promises.is_in("B", ESTABLISHED),
    (*repeats("B"), *arrive("A", SYN_ACKS), *arrive("B", BARE_ACKS)),
    says="where the caller is ESTABLISHED, the listener comes to be",
)
_taken = adopted_by(peer, of=theirs)
delivered_once = Always(
    "delivered_once",
    at(
        "B",
        implies(
            ~equal(delivered, 0),
            named("the sender takes part in no other incarnation", equal(_taken, inc) | equal(_taken, NOBODY)),
        ),
    ),
    needs=at("B", ~equal(delivered, 0)),
    says="an octet sent to one incarnation of B is not delivered to another",
)
no_octet_twice = Always("no_octet_twice", ~delivered_again(), says="no octet is delivered twice")

TOPICS = (
    Topic(
        name="two-way",
        cite="RFC 9293 3.5",
        world="two_way_stale_syn",
        claim="no_false_established",
        with_it={"handshake": "three"},
        deeper=("verify three_way_stale_syn", "verify two_way_stale_reply", "verify two_way_echo"),
    ),
    Topic(
        name="isn",
        cite="RFC 9293 3.4.1 (MUST-8), RFC 6528",
        world={**CALLER_AND_LISTENER, "a": User(active_opens=2, aborts=1), "b": User(passive_opens=1)},
        without={"isn": "zero"},
        with_it={"isn": "fresh"},
        claim=promises.no_false_established(),
        deeper=("verify isn_zero_replay", "verify predictable_isn"),
    ),
    Topic(
        name="simultaneous-open",
        cite="RFC 9293 3.5 (MUST-10), 3.10.7.3 fourth",
        world={"a": User(active_opens=1, first_isn=0), "b": User(active_opens=1), "network": Network(capacity=3)},
        without={"rules": NO_CROSSING},
        with_it={"rules": RFC_9293},
        claim=callers_meet,
        deeper=("verify simultaneous_open", "verify crossing_opens"),
    ),
    Topic(
        name="reset-to-listen",
        aliases=("origin",),
        cite="RFC 9293 3.5 (MUST-11), 3.10.7.4 second",
        world=CALLER_AND_LISTENER,
        without={"rules": NO_ORIGIN},
        with_it={"rules": RFC_9293},
        claim=listener_stays,
        deeper=("verify listener_survives", "verify old_duplicate_syn"),
    ),
    Topic(
        name="syn-cookies",
        cite="RFC 9293 3.10.7.2 third, 3.10.8; RFC 4987 3.6",
        world=LOSSY_OPEN,
        without={"listener": "cookies"},
        with_it={"listener": "tcb"},
        claim=listener_learns,
        then=("retransmission timeout",),
        deeper=("verify cookies_server_speaks_first", "verify cookies_client_speaks_first", "verify third_ack_lost"),
    ),
    Topic(
        name="fast-open",
        cite="RFC 9293 3.5; RFC 7413 2.1",
        world={"b": User(passive_opens=2, crashes=1), "network": Network(capacity=3, duplicate=1)},
        without={"a": User(active_opens=1, first_isn=0), "fast_open": "on"},
        with_it={
            "a": User(active_opens=1, first_isn=0, retransmissions=1),
            "fast_open": "off",
            "rules": SYN_WITH_TEXT,
        },
        claim=delivered_once,
        deeper=("verify fast_open_replay", "verify old_duplicate_syn"),
    ),
    Topic(
        name="rst-from-closed",
        cite="RFC 9293 3.5.1, 3.5.2, 3.10.7.1",
        world=HALF_OPEN,
        without={"rules": SILENT_CLOSED},
        with_it={"rules": RFC_9293},
        claim=crash_is_found_out,
        deeper=("verify half_open_discovery", "verify idle_half_open", "verify keep_alive_cures"),
    ),
    Topic(
        name="quiet-time",
        cite="RFC 9293 3.4.2, 3.4.3",
        world=CRASHING,
        without={"time": Time(msl=1, quiet=0)},
        with_it={"time": Time(msl=1, quiet=2)},
        claim=promises.no_stale_data(),
        deeper=("verify crash_with_quiet_time", "sweep quiet-time"),
    ),
    Topic(
        name="challenge-ack",
        cite="RFC 5961 3.2, 4.2; RFC 9293 3.10.7.4 second, fourth",
        world={"a": User(), "b": User(), "attacker": Attacker(resets=1, syns=1), "established": True},
        without={"rst_5961": "off", "syn_5961": "off"},
        with_it={"rst_5961": "on", "syn_5961": "on"},
        claim=forgery_is_harmless,
        deeper=("verify blind_reset", "verify blind_syn", "verify challenge_answered"),
    ),
    Topic(
        name="sequence-wrap",
        aliases=("paws",),
        cite="RFC 9293 3.4.3; RFC 7323 5",
        make=stream,
        world={"bits": 2, "window": 2, "msl": 1},
        without={"pace": 4},
        with_it={"pace": 3},
        claim=no_octet_twice,
        deeper=("sweep sequence-space",),
    ),
    Topic(
        name="four-segments",
        aliases=("half-close",),
        cite="RFC 9293 3.6, 3.6.1",
        world={
            "a": User(closes=1),
            "b": User(sends=1, closes=1),
            "network": Network(capacity=3),
            "bits": 4,
            "established": True,
        },
        without={"half_duplex": "on"},
        with_it={"half_duplex": "off"},
        claim=sender_is_not_reset,
        deeper=("verify half_duplex_close", "verify normal_close", "verify simultaneous_close"),
    ),
    Topic(
        name="last-ack",
        cite="RFC 9293 3.6, 3.10.8, 3.10.7.4",
        world=LOSSY_CLOSE,
        without={"rules": FIN_ONCE},
        with_it={"rules": RFC_9293},
        claim=last_ack_ends,
        then=("retransmission timeout",),
        deeper=("verify last_ack_lost", "verify termination"),
    ),
    Topic(
        name="close-wait-leak",
        cite="RFC 9293 3.6, 3.10.4",
        world="close_wait_leak",
        claim="leaves_close_wait",
        kept="leaves_close_wait_if_closed",
        then=("CLOSE",),
        deeper=("verify close_wait_leak", "verify half_close"),
    ),
    Topic(
        name="time-wait",
        cite="RFC 9293 3.6.1 (MUST-13), 3.10.7.4",
        world="no_time_wait",
        claim="passive_closer_succeeds",
        with_it={"time": Time(msl=1, time_wait=3)},
        deeper=("verify last_ack_lost", "verify normal_close"),
    ),
    Topic(
        name="2msl",
        cite="RFC 9293 3.6.1 (MUST-13), 3.4.2",
        world={**CLOSING, "time_wait_restart": "ack_bearing", "time_wait_rst": "ignore"},
        without={"time": Time(msl=1, time_wait=2)},
        with_it={"time": Time(msl=1, time_wait=3)},
        claim=nothing_is_left,
        deeper=("verify no_time_wait", "sweep time-wait"),
    ),
    Topic(
        name="time-wait-assassination",
        cite="RFC 1337, section 3, fix F1",
        world=CLOSING,
        without={"time_wait_rst": "kill"},
        with_it={"time_wait_rst": "ignore"},
        claim=promises.time_wait_integrity(),
        deeper=("verify time_wait_assassination",),
    ),
    Topic(
        name="time-wait-reuse",
        cite="RFC 9293 3.6.1 (MAY-2); RFC 6191",
        world={**CLOSING, "b": User(closes=1, active_opens=1, aborts=1), "time_wait_rst": "ignore"},
        without={"time_wait_syn": "may2_no_return"},
        with_it={"time_wait_syn": "may2"},
        claim=promises.time_wait_integrity(),
        deeper=("verify time_wait_assassination",),
    ),
)
"""In the order of a connection's life."""
