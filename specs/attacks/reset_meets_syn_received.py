"""A forged reset meets a listener's SYN-RECEIVED: outside of the window it is dropped, in the window it is challenged.

Source: RFC 9293 3.10.7.4 first and second; RFC 5961 3.2.  At RCV.NXT it sends the listener back to LISTEN,
and so does a forged SYN in the window (fourth check), which later states challenge.
"""

from tcpmodel import Attacker, LeadsTo, Network, User, Witness, both, connection, equal, within
from tcpmodel.tcp import (
    BARE_ACKS,
    LISTEN,
    RESETS,
    SYN_RECEIVED,
    arrive,
    hygiene,
    in_flight,
    mutants,
    promises,
    rcv,
    theirs,
)

system = connection(
    a=User(active_opens=1, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(reorder=False, when_full="block"),
    attacker=Attacker(resets=1, syns=1),
)


def left(forgeries):
    """The attacker has not forged any of these."""
    return equal(system.variable(f"attacker.left.{forgeries}"), 1)


reset = in_flight("A", lambda segment, sender: segment.ctl.rst)
outside = in_flight("A", lambda s, sender: s.ctl.rst & ~within(s.seq, theirs(rcv.nxt), 2))
not_next = in_flight("A", lambda s, sender: s.ctl.rst & ~equal(s.seq, theirs(rcv.nxt)))
syn = in_flight("A", lambda segment, sender: segment.ctl.syn)
syn_ack = in_flight("B", lambda segment, sender: segment.ctl.syn)
bare_ack = in_flight("B", lambda segment, sender: ~segment.ctl.syn & ~segment.ctl.rst)
sent_back = promises.is_in("B", LISTEN) & promises.has_ended("B", "reset")
waits = promises.is_in("B", SYN_RECEIVED)
claims = [
    Witness("sent_back_by_a_reset", sent_back & left("syns"), says="a reset at RCV.NXT has B listen again"),
    Witness(
        "sent_back_by_a_syn",
        both(sent_back, left("resets"), syn_ack),
        says="a second SYN has B listen again: nobody has had its SYN,ACK yet that could have reset it",
    ),
    LeadsTo(
        "is_challenged",
        both(waits, not_next, ~syn, left("syns")),
        both(~reset, ~sent_back),
        arrive("B", RESETS, BARE_ACKS),
        says="a reset that is not at RCV.NXT does not send B back to LISTEN, where A has called",
    ),
    LeadsTo(
        "is_dropped",
        both(waits, outside, ~syn, ~bare_ack, left("syns")),
        both(~reset, ~bare_ack),
        arrive("B", RESETS, BARE_ACKS),
        says="B does not answer a reset outside of its window",
    ),
    promises.typing(),
    hygiene.own_numbers(),
]
broken_by = {"is_challenged": {"rst_5961": "off"}, "is_dropped": mutants.stray_reset_is_answered}
