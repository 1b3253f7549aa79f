"""A SYN with an octet is sent again: the SYN in front of the window is trimmed off, and the listener stays where it is.

Source: RFC 9293 3.10.7.4 first (what lies outside the window is trimmed off, "including SYN and FIN").  A repeated
SYN alone is not acceptable in SYN-RECEIVED; with text behind it, it is, since its octet is in the window.  Taken for a
second SYN it would send B back to LISTEN, which resets A at its next segment, and nobody has aborted anything.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, SYN_RECEIVED, at, delivered, hygiene, in_flight, irs, mutants, promises, theirs

system = connection(
    a=User(active_opens=1, retransmissions=2),
    b=User(passive_opens=1),
    network=Network(capacity=2),
    syn_text="on",
    bits=4,
)
claims = [
    Witness(
        "repeated_syn_meets_syn_received",
        both(
            promises.is_in("B", SYN_RECEIVED),
            in_flight("A", lambda s, sender: both(s.ctl.syn, s.has_text, equal(s.seq, theirs(irs)))),
        ),
        says="B has answered A's SYN, which is in flight once more, with its octet",
    ),
    Witness(
        "octet_is_delivered",
        both(promises.is_in("B", ESTABLISHED), at("B", equal(delivered, 1))),
        says="B has delivered the octet that came again",
    ),
    Always(
        "caller_is_not_reset",
        ~promises.has_ended("A", "reset"),
        needs=both(promises.is_in("A", ESTABLISHED), in_flight("A", lambda s, sender: s.ctl.syn & s.has_text)),
        says="A's connection is never reset",
    ),
    promises.agreement_on_entry(),
    promises.no_stale_data(),
    hygiene.acknowledged_is_received(),
]
broken_by = {"caller_is_not_reset": mutants.syn_is_not_trimmed}
