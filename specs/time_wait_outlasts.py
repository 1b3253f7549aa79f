"""TIME-WAIT lasts long enough, proved with clocks at 32 bits: a lost last ACK is repaired, and nothing old is left.

Source: RFC 9293 3.6.1 (MUST-13) and 3.10.7.4; hazards H45, H46, H49.  With MSL 1, a retransmission timer of 2 ticks and
one loss, and a TIME-WAIT of 4 ticks that every segment it answers starts over: LAST-ACK and CLOSING are never
reset, and when TIME-WAIT is over nothing is in flight that a new ISS could clash with.  `tcpmodel prove
time_wait_outlasts` shows it by induction for any number of segments in flight, repeated and reordered at will; each of
the changes below breaks it.  4 ticks are what `tcpmodel sweep time-wait` finds; the run `late` needs the fourth.
`tcpmodel verify time_wait_outlasts` explores a small system of the same rules, and evaluates every clause of the
invariant of `tcpmodel.tcp.repairing` in every state.
"""

from dataclasses import replace

from tcpmodel import Network, Time, Tooth, Witness, at_least, both, equal
from tcpmodel.tcp import CLOSED, LAST_ACK, TIME_WAIT, at, outlasting, promises, repairing, time_wait_elapsed

CASE = repairing.Case("ack_bearing", msl=1, rto=2, losses=1)
SMALL = {"bits": 3, "window": 2, "network": Network(capacity=4, lose=CASE.losses, when_full="block")}
system = outlasting.closing(CASE, **SMALL)
lost = equal(system.variable("network.left.lose"), 0)
late = at("A", at_least(time_wait_elapsed, CASE.lasts - 1))
claims = [
    Witness(
        "late",
        both(promises.is_in("A", TIME_WAIT), promises.is_in("B", LAST_ACK), lost, late),
        says="in the last tick of A's TIME-WAIT B still waits for the ACK that was lost",
    ),
    Witness(
        "repaired",
        both(promises.is_in("A", TIME_WAIT), promises.is_in("B", CLOSED), promises.has_ended("B", "closed"), lost),
        says="B closed after a loss",
    ),
    *outlasting.claims(CASE),
    *repairing.invariant(CASE),
]
SHORT = {"time": Time(msl=CASE.msl, rto=CASE.rto, time_wait=CASE.lasts - 1)}
broken_by = dict.fromkeys(("nobody_leaves_a_waiting_peer", "passive_closer_succeeds"), SHORT)

OVER, ANSWER = "TIME-WAIT has lasted long enough", "TIME-WAIT starts over at an unacceptable ACK"


def proof():
    """Made when it is asked for: with its teeth it is six systems."""
    return outlasting.proven(
        CASE,
        Tooth(
            "a_tick_shorter",
            "TIME-WAIT lasts a tick less",
            outlasting.closing(replace(CASE, time_wait=CASE.lasts - 1)),
            breaks=OVER,
            hazard="H45",
            spec="last_ack_lost",
        ),
        Tooth(
            "no_time_wait",
            "TIME-WAIT is over at once",
            outlasting.closing(replace(CASE, time_wait=0)),
            breaks=OVER,
            hazard="H46",
            spec="no_time_wait_ack_lost",
        ),
        Tooth(
            "no_reply",
            "a FIN that comes again is not acknowledged, nor any other unacceptable segment",
            outlasting.closing(CASE, throttled="all"),
            breaks=ANSWER,
            hazard="H46",
            spec="no_time_wait_ack_lost",
        ),
        Tooth(
            "by_the_letter",
            "TIME-WAIT answers a FIN that comes again, and does not start over",
            outlasting.closing(CASE, time_wait_restart="literal"),
            breaks="an unacceptable segment is answered with an ACK",
            hazard="H49",
            spec="time_wait_literal_restart",
        ),
        Tooth(
            "uncounted_losses",
            "segments also die of age, and nobody counts them",
            outlasting.closing(CASE, time=Time(msl=CASE.msl, rto=CASE.rto, time_wait=CASE.lasts, prompt=False)),
            breaks="time passes",
            hazard="H45",
            spec="last_ack_lost",
        ),
    )
