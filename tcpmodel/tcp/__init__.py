"""RFC 9293's connection lifecycle in seven rooms: `rfc9293` is read first, `world` makes it a transition system.

The names that specs use stand here: the states, the variables of an end, segments in flight, the claims and the
fairness that they take, the rules and what changes them, the proofs.  A name is imported when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tcpmodel import public

if TYPE_CHECKING:
    from tcpmodel.tcp.claims import fairness, hygiene, promises, provable, service
    from tcpmodel.tcp.claims.fairness import (
        BARE_ACKS,
        FINS,
        KINDS,
        RESETS,
        SYN_ACKS,
        SYNS,
        TEXTS,
        arrive,
        calls_close,
        repeats,
        some_arrive,
        time_wait_runs_out,
    )
    from tcpmodel.tcp.claims.situations import synchronized
    from tcpmodel.tcp.knobs.extensions import held
    from tcpmodel.tcp.knobs.isn import reach
    from tcpmodel.tcp.mistakes import mutants
    from tcpmodel.tcp.observers.ghosts import delivered, inc, misdelivered, peer, stale_fin
    from tcpmodel.tcp.observers.told import SAYINGS, told
    from tcpmodel.tcp.proofs import clocked, invariant, outlasting, repairing, unbounded
    from tcpmodel.tcp.rfc9293.calls import MOST_QUEUED
    from tcpmodel.tcp.rfc9293.checks import REFUSED, RESET
    from tcpmodel.tcp.rfc9293.ends import at, each_end, in_flight, nothing_in_flight, other_end, some_end
    from tcpmodel.tcp.rfc9293.notation import segment
    from tcpmodel.tcp.rfc9293.rewriting import row
    from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules
    from tcpmodel.tcp.rfc9293.segment import ACK, FIN, OUT, RST, SYN, Segment, emit, fields_of, seg
    from tcpmodel.tcp.rfc9293.tcb import (
        CLOSE_WAIT,
        CLOSED,
        CLOSING,
        ESTABLISHED,
        EVERY_STATE,
        FIN_WAIT_1,
        FIN_WAIT_2,
        LAST_ACK,
        LISTEN,
        STATE,
        SYN_RECEIVED,
        SYN_SENT,
        TIME_WAIT,
        all_acknowledged,
        in_state,
        irs,
        isn_clock,
        iss,
        passive,
        queued,
        rcv,
        rtx_budget,
        sent_fin,
        snd,
        something_outstanding,
        state,
        syn_outstanding,
        theirs,
        time_wait_elapsed,
    )
    from tcpmodel.tcp.rfc9293.timeouts import TIMED_OUT
    from tcpmodel.tcp.world import wrapping
    from tcpmodel.tcp.world.path import acts, in_name_of, takes
else:  # else every name would pass for one that there is

    def __getattr__(name: str) -> Any:
        return public.attribute(__name__, name)


__all__ = [
    "ACK",
    "BARE_ACKS",
    "CLOSED",
    "CLOSE_WAIT",
    "CLOSING",
    "ESTABLISHED",
    "EVERY_STATE",
    "FIN",
    "FINS",
    "FIN_WAIT_1",
    "FIN_WAIT_2",
    "KINDS",
    "LAST_ACK",
    "LISTEN",
    "MOST_QUEUED",
    "OUT",
    "REFUSED",
    "RESET",
    "RESETS",
    "RFC_9293",
    "RST",
    "SAYINGS",
    "STATE",
    "SYN",
    "SYNS",
    "SYN_ACKS",
    "SYN_RECEIVED",
    "SYN_SENT",
    "TEXTS",
    "TIMED_OUT",
    "TIME_WAIT",
    "Rules",
    "Segment",
    "acts",
    "all_acknowledged",
    "arrive",
    "at",
    "calls_close",
    "clocked",
    "delivered",
    "each_end",
    "emit",
    "fairness",
    "fields_of",
    "held",
    "hygiene",
    "in_flight",
    "in_name_of",
    "in_state",
    "inc",
    "invariant",
    "irs",
    "isn_clock",
    "iss",
    "misdelivered",
    "mutants",
    "nothing_in_flight",
    "other_end",
    "outlasting",
    "passive",
    "peer",
    "promises",
    "provable",
    "queued",
    "rcv",
    "reach",
    "repairing",
    "repeats",
    "row",
    "rtx_budget",
    "seg",
    "segment",
    "sent_fin",
    "service",
    "snd",
    "some_arrive",
    "some_end",
    "something_outstanding",
    "stale_fin",
    "state",
    "syn_outstanding",
    "synchronized",
    "takes",
    "theirs",
    "time_wait_elapsed",
    "time_wait_runs_out",
    "told",
    "unbounded",
    "wrapping",
]


def __dir__() -> list[str]:
    return __all__
