"""Worlds of the matrix: small systems in which RFC 9293 with all its protections keeps its promises."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from tcpmodel.language.terms import both, either, named
from tcpmodel.studies.matrix import World
from tcpmodel.systems.claims import Always, LeadsTo
from tcpmodel.tcp.claims import promises, service
from tcpmodel.tcp.claims.fairness import (
    BARE_ACKS,
    FINS,
    KINDS,
    RESETS,
    SYN_ACKS,
    SYNS,
    TEXTS,
    arrive,
    repeats,
    time_wait_runs_out,
)
from tcpmodel.tcp.rfc9293.ends import ENDS, at, in_flight, nothing_in_flight
from tcpmodel.tcp.rfc9293.tcb import SYN_RECEIVED, SYN_SENT, something_outstanding
from tcpmodel.tcp.world.clock import Time
from tcpmodel.tcp.world.connection import connection
from tcpmodel.tcp.world.environment import Attacker, Network, User

PROTECTED: Mapping[str, Any] = {"time_wait_rst": "ignore", "time_wait_restart": "ack_bearing"}
"""Knobs that protect more than the RFC's text: TIME-WAIT obeys no reset, and starts over at every answer."""
FAIR = Network(lose=None, when_full="block")
"""Loses without limit, but not everything; the claims say what arrives."""

nobody_is_reset = Always(
    "nobody_is_reset",
    both(*(~promises.has_ended(end, "reset") for end in ENDS)),
    needs=~nothing_in_flight(),
    says="a stranger who does not know the right number ends no connection",
)
everything_arrives = (*arrive("A", *KINDS), *arrive("B", *KINDS))
connected = named("both ends are ESTABLISHED and took each other", promises.both_established().predicate)
callers_connect = LeadsTo(
    "callers_connect",
    both(*(promises.is_in(end, SYN_SENT) for end in ENDS)),
    connected | either(*(promises.has_ended(end, "refused") for end in ENDS)),
    (*repeats(*ENDS), *everything_arrives),
    says="two callers become connected, unless one was refused",
)
unanswered = at("A", something_outstanding) & ~in_flight("B", lambda segment, sender: segment.ctl.ack)


@cache
def worlds() -> tuple[World, ...]:
    """Every world; the systems are built when they are asked for."""
    return (
        World(
            "old SYNs",
            "A gives up a call and calls again; a segment may arrive twice",
            connection(
                a=User(active_opens=2, aborts=1, sends=1, first_isn=0),
                b=User(passive_opens=1, first_isn=0),
                network=Network(capacity=3, duplicate=1),
                **PROTECTED,
            ),
            {
                "established": promises.no_false_established(),
                "numbers": promises.sequence_agreement(),
                "data": promises.no_stale_data(),
                "control": promises.no_stale_control(),
                "service": service.listener_survives("B"),
            },
        ),
        World(
            "text and FIN",
            "A sends two octets and closes; a segment may be lost, and one may arrive twice",
            connection(
                a=User(sends=2, closes=1, retransmissions=1),
                b=User(closes=1),
                network=Network(capacity=4, lose=1, duplicate=1),
                bits=4,
                established=True,
                **PROTECTED,
            ),
            {
                "data": promises.no_stale_data(),
                "control": promises.no_stale_control(),
                "stream": promises.whole_stream(),
            },
        ),
        World(
            "two listeners",
            "A gives up a call and listens, as B does; segments are lost without limit",
            connection(
                a=User(active_opens=1, aborts=1, passive_opens=1, first_isn=0),
                b=User(passive_opens=1, retransmissions=None, first_isn=0),
                network=FAIR,
                **PROTECTED,
            ),
            {
                "service": promises.leaves(
                    "B", SYN_RECEIVED, *repeats("B"), *arrive("A", SYN_ACKS), *arrive("B", BARE_ACKS, RESETS)
                )
            },
        ),
        World(
            "closing",
            "both close, and one segment is lost",
            connection(
                a=User(closes=1, retransmissions=2),
                b=User(closes=1, retransmissions=2),
                network=Network(capacity=4, lose=1),
                time=Time(msl=1, rto=2, time_wait=4),
                bits=4,
                established=True,
                **PROTECTED,
            ),
            {
                "close": promises.passive_closer_succeeds(),
                "time_wait": promises.time_wait_integrity(),
            },
        ),
        World(
            "calling again",
            "B sends an octet, both close, and as soon as TIME-WAIT is over B calls again; any ISN may come",
            connection(
                a=User(closes=1, passive_opens=1),
                b=User(sends=1, closes=1, retransmissions=1, active_opens=1),
                network=Network(capacity=4),
                time=Time(msl=1, rto=2, time_wait=3),
                bits=4,
                isn="free",
                established=True,
                **PROTECTED,
            ),
            {"data": promises.no_stale_data(), "time_wait": promises.time_wait_integrity()},
        ),
        World(
            "crash",
            "A crashes with an octet in flight, any ISN may come, and A calls again",
            connection(
                a=User(sends=1, crashes=1, active_opens=1),
                b=User(passive_opens=1),
                network=Network(capacity=3, duplicate=1),
                time=Time(msl=1, quiet=2),
                isn="free",
                established=True,
                **PROTECTED,
            ),
            {"data": promises.no_stale_data()},
        ),
        World(
            "strangers",
            "somebody off the path forges a reset and a SYN, and does not know the right number",
            connection(
                a=User(),
                b=User(),
                attacker=Attacker(resets=1, syns=1),
                established=True,
                **PROTECTED,
            ),
            {"control": nobody_is_reset},
        ),
        World(
            "a lossy network",
            "A calls, B listens, and segments are lost without limit",
            connection(
                a=User(active_opens=1, retransmissions=None, first_isn=0),
                b=User(passive_opens=1, retransmissions=None, first_isn=0),
                network=FAIR,
                **PROTECTED,
            ),
            {"opens": promises.establishment(*repeats(*ENDS), *arrive("A", SYN_ACKS), *arrive("B", SYNS, BARE_ACKS))},
        ),
        World(
            "two callers",
            "both call, and segments are lost without limit",
            connection(
                a=User(active_opens=1, retransmissions=None, first_isn=0),
                b=User(active_opens=1, retransmissions=None, first_isn=0),
                network=FAIR,
                **PROTECTED,
            ),
            {"opens": callers_connect},
        ),
        World(
            "nobody there",
            "A calls where nobody listens, and segments are lost without limit",
            connection(a=User(active_opens=1, retransmissions=None, first_isn=0), b=User(), network=FAIR, **PROTECTED),
            {
                "opens": promises.leaves("A", SYN_SENT, *repeats("A"), *arrive("A", RESETS), *arrive("B", SYNS)),
            },
        ),
        World(
            "half-open",
            "B aborts and its reset is lost; A sends an octet",
            connection(
                a=User(sends=1, retransmissions=None),
                b=User(aborts=1),
                network=FAIR,
                established=True,
                **PROTECTED,
            ),
            {
                "finds_out": promises.half_open_is_found_out(
                    "A", *repeats("A"), *arrive("A", RESETS), *arrive("B", TEXTS), given=unanswered
                )
            },
        ),
        World(
            "a peer that has closed",
            "A sends an octet, B closes, and segments are lost without limit",
            connection(
                a=User(sends=1, retransmissions=None),
                b=User(closes=1, retransmissions=None),
                network=FAIR,
                bits=4,
                established=True,
                **PROTECTED,
            ),
            {
                "recovers": service.sent_is_acknowledged(
                    "A", *repeats("A"), *arrive("A", BARE_ACKS), *arrive("B", TEXTS)
                ),
                "heard": service.peer_hears_of_close("B", *repeats("B"), *arrive("A", FINS)),
            },
        ),
        World(
            "both have closed",
            "both call CLOSE, and segments are lost without limit",
            connection(
                a=User(closes=1, retransmissions=None),
                b=User(closes=1, retransmissions=None),
                network=FAIR,
                bits=4,
                established=True,
                **PROTECTED,
            ),
            {
                "ends": promises.termination(
                    *repeats(*ENDS),
                    *time_wait_runs_out(*ENDS),
                    *arrive("A", FINS, RESETS),
                    *arrive("B", FINS, RESETS, BARE_ACKS),
                )
            },
        ),
        World(
            "nothing to say",
            "A gives up a call and calls again; nothing is lost and nobody sends",
            connection(
                a=User(active_opens=2, aborts=1, first_isn=0),
                b=User(passive_opens=1, first_isn=0),
                network=Network(capacity=3, when_full="block"),
                **PROTECTED,
            ),
            {"silence": promises.falls_silent(*everything_arrives)},
        ),
    )


def world(name: str) -> World:
    """The world of this name."""
    return next(w for w in worlds() if w.name == name)
