"""A forged ACK meets SYN-RECEIVED: the listener answers it with a reset that fits nobody, and stays.

Source: RFC 9293 3.10.7.4 fifth: <SEQ=SEG.ACK><CTL=RST>; RFC 5961 3.2.  The attacker knows what the listener expects,
but not its ISS.  The number that he got wrong comes back in the reset, so an ESTABLISHED caller does not obey it.
"""

from tcpmodel import Always, Attacker, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, SYN_RECEIVED, hygiene, in_flight, inc, promises

system = connection(
    a=User(active_opens=1, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(capacity=3),
    attacker=Attacker(acks=1, knows=("seq",)),
)
answer = in_flight("B", lambda segment, sender: segment.ctl.rst & equal(sender, inc))
claims = [
    Witness(
        "answered", both(promises.is_in("B", SYN_RECEIVED), answer), says="the listener resets whoever sent the ACK"
    ),
    Always(
        "caller_survives",
        ~promises.has_ended("A", "reset"),
        needs=answer & promises.is_in("A", ESTABLISHED),
        says="the caller does not obey that reset",
    ),
    promises.both_established(),
    promises.agreement_on_entry(),
    promises.typing(),
    hygiene.own_numbers(),
]
