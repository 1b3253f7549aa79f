"""Any number of incarnations, any number of segments in flight: what RFC 9293's rules keep true for ever, at 32 bits.

Source: RFC 9293 3.10 with RFC 5961; hazards H01, H14, H29, H33, H50, H54.  `tcpmodel prove unbounded` shows by
induction that every rule keeps `tcpmodel.tcp.invariant`, of which the claims are consequences: no stale
SYN yields a false ESTABLISHED, no stale octet is delivered, no stale FIN consumed.  It rests on ISSs that lie apart
from what is in flight and remembered; each of the changes below breaks it, and so would a claim that TCP does not keep.
Sizes are those of a host: a window of 65,535 and 2^20 numbers an incarnation, which leave an ISS wherever the remains
of 992 old incarnations lie.  With the largest window and 2^29 numbers each step keeps the invariant, too, but there no
OPEN is possible where the remains of two are about.
`tcpmodel verify unbounded` explores a small system of the same rules, and evaluates every clause in every state.
"""

from dataclasses import replace

from tcpmodel import Network, Tooth, User, connection
from tcpmodel.tcp import hygiene, invariant, promises, provable, reach, unbounded

WINDOW, SPAN = 2, 4
system = connection(
    a=User(active_opens=2, sends=1, crashes=1, first_isn=0),
    b=User(active_opens=1, closes=1, first_isn=5),
    network=Network(capacity=2),
    bits=5,
    window=WINDOW,
    span=SPAN,
    isn="apart",
    ghosts="both",
)
claims = [
    promises.both_established(),
    promises.agreement_on_entry(),
    provable.agreement(),
    promises.sequence_agreement(),
    promises.no_stale_data(),
    promises.whole_stream(),
    provable.no_stale_fin(),
    provable.no_foreign_reset(),
    promises.established_is_acknowledged(),
    promises.typing(),
    hygiene.acknowledged_is_received(),
    hygiene.own_numbers(),
    *invariant.invariant(span=SPAN, far=reach(units=SPAN, window=WINDOW)),
]

CALL, ANSWER = "an active OPEN sends a SYN", "LISTEN answers a SYN with SYN,ACK"


def proof():
    """Made when it is asked for: with its teeth it is seven systems."""
    return unbounded.proven(
        Tooth(
            "any_iss",
            "no ISS is kept apart from anything",
            unbounded.unbounded(isn="free"),
            breaks=CALL,
            hazard="H33",
            spec="abort_and_reopen",
        ),
        Tooth(
            "fresh_on_one_side",
            "an old SYN may lie just below the new one, inside the window that the new one opens",
            unbounded.unbounded(isn="fresh"),
            breaks=CALL,
            hazard="H14",
            spec="stale_syn_in_window",
        ),
        Tooth(
            "iss_zero",
            "every ISS is 0",
            unbounded.unbounded(isn="zero"),
            breaks=CALL,
            hazard="H29",
            spec="isn_zero_replay",
        ),
        Tooth(
            "server_repeats_its_iss",
            "the server's ISS is always 0, the client's is kept apart",
            unbounded.unbounded(b=replace(unbounded.ANYTHING, isn="zero")),
            breaks=ANSWER,
            hazard="H29",
            spec="server_isn_repeats",
        ),
        Tooth(
            "two_segments",
            "a listener is ESTABLISHED at the first SYN, a caller at any SYN,ACK",
            unbounded.unbounded(handshake="two_blind"),
            breaks=ANSWER,
            hazard="H01",
            spec="two_way_stale_syn",
        ),
        Tooth(
            "two_segments_echoed",
            "a listener is ESTABLISHED at the first SYN; a caller checks that its own SYN is acknowledged",
            unbounded.unbounded(handshake="two_echo"),
            breaks=ANSWER,
            hazard="H01",
            spec="two_way_echo",
        ),
        Tooth(
            "no_reset_ends_time_wait",
            "S8: an old segment of the peer, answered by TIME-WAIT, brings a reset that is exact",
            unbounded.unbounded(),
            breaks="a reset ends TIME-WAIT",
            hazard="H50",
            spec="time_wait_assassination",
            also=(promises.time_wait_integrity(),),
        ),
        Tooth(
            "no_new_syn_ends_time_wait",
            "S8: a new SYN of the peer, answered by TIME-WAIT, brings a reset that is exact",
            unbounded.unbounded(),
            breaks="a reset ends TIME-WAIT",
            hazard="H54",
            spec="time_wait_meets_new_syn",
            also=(promises.time_wait_integrity(),),
        ),
    )
