"""A world in which any segment can be made to meet any connection state, by playing.

B is the end under test.  Its own connection has A's ISS 0 and B's ISS 8 (modulo 16, window 2).  A
segment with numbers of our choice comes from an earlier incarnation of A, which chose its ISS so, left
the segment in the network and crashed.
"""

from __future__ import annotations

from typing import NamedTuple

from tcp.playing import Move, arrives, at_end, last_rows, loses, picking, play, reply, state_of

from tcpmodel import Network, Time, Trace, User, connection
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.tcp.world.connection import sibling

ANYTHING = User(
    passive_opens=4, active_opens=4, sends=2, closes=4, aborts=4, crashes=4, retransmissions=None, timeouts=4
)
WORLD = connection(a=ANYTHING, b=ANYTHING, network=Network(capacity=8, lose=None), bits=4, isn="free")
TIMED_WORLD = sibling(WORLD, time=Time(msl=8, time_wait=3, rto=2))

EIGHT = (
    "SYN-RECEIVED",
    "ESTABLISHED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSE-WAIT",
    "CLOSING",
    "LAST-ACK",
    "TIME-WAIT",
)
"""The states of RFC 9293 3.10.7.4; B comes to SYN-RECEIVED from a passive OPEN."""


def way_to(state: str, *, of: int = 1) -> tuple[Move, ...]:
    """How B comes to one of the eight states; `of` is A's incarnation."""
    syn_received = (
        "B: passive OPEN",
        picking("A: active OPEN", 0),
        arrives("B", "<SEQ=0><CTL=SYN>", inc=of, pick=8),
    )
    established = (
        *syn_received,
        arrives("A", "<SEQ=8><ACK=1><CTL=SYN,ACK>"),
        arrives("B", "<SEQ=1><ACK=9><CTL=ACK>", inc=of),
    )
    fin_arrives = arrives("B", "<SEQ=1><ACK=9><CTL=FIN,ACK>", inc=of)
    fin_wait_1 = (*established, "B: CLOSE")
    fin_wait_2 = (*fin_wait_1, "A: segment arrives", arrives("B", "<SEQ=1><ACK=10><CTL=ACK>", inc=of))
    close_wait = (*established, "A: CLOSE", fin_arrives)
    closing = (*established, "A: CLOSE", "B: CLOSE", fin_arrives)
    last_ack = (*close_wait, "B: CLOSE")
    time_wait = (*fin_wait_2, "A: CLOSE", arrives("B", "<SEQ=1><ACK=10><CTL=FIN,ACK>", inc=of))
    ways = (syn_received, established, fin_wait_1, fin_wait_2, close_wait, closing, last_ack, time_wait)
    return dict(zip(EIGHT, ways, strict=True))[state]


def way_of_two_callers(*, of: int = 1) -> tuple[Move, ...]:
    """How B comes to SYN-RECEIVED from an active OPEN."""
    return (picking("A: active OPEN", 0), picking("B: active OPEN", 8), arrives("B", "<SEQ=0><CTL=SYN>", inc=of))


CRASH = ("A: crash", "B: crash")
SENDS_IT: dict[str, tuple[Move, ...]] = {
    "ACK": CRASH,
    "TEXT": (loses("A"), "A: SEND", *CRASH),
    "FIN": (loses("A"), "A: CLOSE", *CRASH),
    "RST": (loses("A"), "A: ABORT", "B: crash"),
}
SHAPES = {
    "SYN": "<SEQ={seq}><CTL=SYN>",
    "ACK": "<SEQ={seq}><ACK={ack}><CTL=ACK>",
    "TEXT": "<SEQ={seq}><ACK={ack}><CTL=ACK><DATA>",
    "FIN": "<SEQ={seq}><ACK={ack}><CTL=FIN,ACK>",
    "RST": "<SEQ={seq}><CTL=RST>",
}


def left_over(kind: str, seq: int, ack: int = 0) -> tuple[Move, ...]:
    """The play of an incarnation of A that leaves such a segment in flight towards B."""
    if kind == "SYN":
        return (picking("A: active OPEN", seq), "A: crash")
    opens = ("B: passive OPEN", picking("A: active OPEN", (seq - 1) % 16))
    return (*opens, arrives("B", pick=(ack - 1) % 16), "A: segment arrives", *SENDS_IT[kind])


def meeting(
    state: str, kind: str, seq: int, ack: int = 0, *, callers: bool = False, system: TransitionSystem = WORLD
) -> Trace:
    """The run at whose end such a segment of an earlier incarnation has reached B in this state.

    With `callers` B came to SYN-RECEIVED from an active OPEN.
    """
    way = way_of_two_callers(of=2) if callers else way_to(state, of=2)
    return play(system, *left_over(kind, seq, ack), *way, arrives("B", SHAPES[kind].format(seq=seq, ack=ack), inc=1))


class Met(NamedTuple):
    """What B did with the last segment of a run: the rows that acted, the reply, the state after."""

    rows: tuple[str, ...]
    reply: str
    state: str


def outcome(trace: Trace) -> Met:
    """What B did with the last segment; the reply `ACK` is <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>."""
    sent = reply(trace, of="B")
    acknowledgment = f"<SEQ={at_end(trace, 'B.snd.nxt')}><ACK={at_end(trace, 'B.rcv.nxt')}><CTL=ACK>"
    return Met(last_rows(trace), "ACK" if sent == acknowledgment else sent, state_of(trace, "B"))
