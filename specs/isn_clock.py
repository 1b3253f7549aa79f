"""An ISN clock gives ISSs that lie apart from all that is about: what the unbounded proof assumes, proved of a host.

Source: RFC 6528 3; RFC 9293 3.4.1 and 3.4.3; hazards H31, H32, H34.  `tcpmodel prove isn_clock` shows by induction at
32 bits that ISSs from a clock of 250,000 numbers a second are what `unbounded` assumes of ISSs, for a window of 65,535
and 2^20 numbers a connection, any number of connections and of segments: if no connection outruns the clock, an end
waits 4.5 s between its last number and its next OPEN, and nothing of a connection is left 4.77 hours after its OPEN.
Each of the changes below breaks it.  With a wait of 8.7 s connections may be as fast as they like.
`tcpmodel verify isn_clock` explores a small system of the same rules.
"""

from dataclasses import replace

from tcpmodel import Tooth, Witness, both, equal, some, within
from tcpmodel.tcp import clocked

HOST = clocked.Clocked()
SMALL = clocked.Clocked(bits=5, window=2, span=2)
system = clocked.clocked(SMALL)
claims = [
    Witness(
        "old_number_is_about",
        both(clocked.is_open, some("about", "n", ~equal(clocked.its_iss, clocked.iss))),
        says="there is a connection while a number of an older one is about",
    ),
    Witness("comes_round", ~within(clocked.clock, 0, 31) & ~clocked.is_open, says="the clock comes round"),
    *clocked.claims(SMALL),
    *clocked.invariant(SMALL),
]


def proof():
    """Made when it is asked for."""
    return clocked.proven(
        HOST,
        Tooth(
            "too_fast",
            "connections use numbers faster than the clock gives them",
            clocked.clocked(replace(HOST, keeps_pace=False, wait=HOST.waits)),
            breaks=clocked.USES,
            hazard="H34",
            spec="slow_isn_clock",
        ),
        Tooth(
            "no_wait",
            "the end opens again at once, after a crash without quiet time, after an abort",
            clocked.clocked(replace(HOST, wait=0)),
            breaks=clocked.OPENS,
            hazard="H32",
            spec="crash_without_quiet_time",
        ),
        Tooth(
            "too_long",
            "numbers are about until the clock has come round to where it was at their OPEN",
            clocked.clocked(replace(HOST, life=(1 << HOST.bits) - 1)),
            breaks=clocked.TICKS,
            hazard="H34",
            spec="isn_clock_laps",
        ),
        Tooth(
            "key_changes",
            "the secret key changes while numbers are about",
            clocked.clocked(HOST, changing_key=True),
            breaks=clocked.REKEYS,
            hazard="H31",
            spec="isn_key_changed",
        ),
    )
