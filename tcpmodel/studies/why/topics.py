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
from tcpmodel.studies.why.wanted import (
    callers_meet,
    client_is_not_reset,
    connected_to_a_listener,
    crash_is_found_out,
    delivered_once,
    forgery_is_harmless,
    found_out_by_a_probe,
    idle_is_not_reset,
    last_ack_ends,
    listener_learns,
    listener_stays,
    no_octet_twice,
    nothing_is_left,
    sender_is_not_reset,
    silence_is_found_out,
)
from tcpmodel.systems.claims import Claim
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.tcp.claims import promises
from tcpmodel.tcp.mistakes.without import FIN_ONCE, NO_CROSSING, NO_ORIGIN, SILENT_CLOSED
from tcpmodel.tcp.rfc9293.rules import RFC_9293
from tcpmodel.tcp.world.clock import Time
from tcpmodel.tcp.world.connection import connection
from tcpmodel.tcp.world.environment import Attacker, Network, User
from tcpmodel.tcp.world.wrapping import stream


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
        name="self-connect",
        cite="RFC 9293 3.5 (MUST-10)",
        world={
            "a": User(active_opens=1, first_isn=0),
            "b": User(active_opens=1, first_isn=0),
            "network": Network(capacity=4, reorder=False),
            "isn": "free",
        },
        without={"rules": RFC_9293},
        with_it={"rules": NO_CROSSING},
        claim=connected_to_a_listener,
        deeper=("verify self_connect", "verify simultaneous_open"),
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
        world={"b": User(passive_opens=2, crashes=1), "network": Network(capacity=3, duplicate=1), "bits": 4},
        without={"a": User(active_opens=1, first_isn=0), "fast_open": "on"},
        with_it={
            "a": User(active_opens=1, first_isn=0, retransmissions=1),
            "fast_open": "off",
            "syn_text": "on",
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
        name="fin-wait-2",
        cite="RFC 9293 3.6, 3.10.4",
        world="close_wait_leak",
        claim="leaves_fin_wait_2",
        kept="leaves_fin_wait_2_if_closed",
        then=("CLOSE",),
        deeper=("verify close_wait_leak", "verify fin_wait_2_forgotten"),
    ),
    Topic(
        name="reset-after-answer",
        aliases=("econnreset",),
        cite="RFC 9293 3.6.1 (MAY-1, SHLD-3); RFC 2525 2.17",
        world={
            "a": User(sends=1),
            "b": User(sends=1, closes=1),
            "network": Network(capacity=3),
            "bits": 4,
            "established": True,
        },
        without={"half_duplex": "on"},
        with_it={"half_duplex": "off"},
        claim=client_is_not_reset,
        deeper=("verify half_duplex_close", "verify reset_overtakes_text"),
    ),
    Topic(
        name="idle-reset",
        aliases=("nat",),
        cite="RFC 5382 5; RFC 9293 3.10.7.1",
        world={"a": User(sends=1, retransmissions=1), "b": User(), "bits": 4, "established": True},
        without={"network": Network(rebinds=1)},
        with_it={"network": Network(rebinds=0)},
        claim=idle_is_not_reset,
        deeper=("verify nat_rebinding", "verify keep_alive_outage"),
    ),
    Topic(
        name="keep-alive",
        cite="RFC 9293 3.8.4 (MUST-24 to MUST-29)",
        world={"a": User(), "b": User(crashes=1), "network": Network(when_full="block"), "established": True},
        without={"keep_alive": "off"},
        with_it={"keep_alive": "one"},
        claim=silence_is_found_out,
        kept=found_out_by_a_probe,
        then=("keep-alive",),
        deeper=("verify keep_alive_cures", "verify keep_alive_outage", "verify idle_half_open"),
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
    Topic(
        name="address-in-use",
        aliases=("so-reuseaddr",),
        cite="RFC 9293 3.10.1, 3.6.1 (MUST-13)",
        world={
            "a": User(sends=1, closes=1, active_opens=1),
            "b": User(closes=1, passive_opens=1),
            "network": Network(capacity=3, duplicate=1, when_full="block"),
            "bits": 4,
            "established": True,
            "isn": "zero",
            "time_wait_rst": "ignore",
            "time_wait_restart": "ack_bearing",
        },
        without={"time": Time(msl=1, time_wait=0)},
        with_it={"time": Time(msl=1, time_wait=3)},
        claim=promises.no_stale_data(),
        deeper=("verify time_wait_zero_old_octet", "sweep time-wait"),
    ),
    Topic(
        name="tw-reuse",
        aliases=("tcp-tw-reuse",),
        cite="RFC 9293 3.4.1, 3.6.1 (MAY-2); RFC 6191",
        world={
            "a": User(sends=1, closes=1, active_opens=1),
            "b": User(closes=1, passive_opens=1),
            "network": Network(capacity=3, duplicate=1, when_full="block"),
            "time": Time(msl=1, time_wait=0),
            "bits": 5,
            "established": True,
            "time_wait_rst": "ignore",
        },
        without={"isn": "zero"},
        with_it={"isn": "last_used_plus"},
        claim=promises.no_stale_data(),
        deeper=("verify time_wait_zero_old_octet", "verify time_wait_meets_new_syn"),
    ),
)
"""In the order of a connection's life."""
