"""A host crashes, comes back and listens: what its peer still sends is answered with a reset that fits exactly.

Source: RFC 9293 3.10.7.2 second: <SEQ=SEG.ACK><CTL=RST>, so the peer need not challenge it (RFC 5961 3.2).
"""

from tcpmodel import Always, Network, User, Witness, both, connection
from tcpmodel.tcp import ESTABLISHED, LISTEN, hygiene, in_flight, promises

system = connection(
    a=User(crashes=1, passive_opens=1), b=User(sends=1), network=Network(reorder=False), established=True
)
half_open = both(promises.is_in("A", LISTEN), promises.is_in("B", ESTABLISHED))
claims = [
    Witness("half_open", half_open, says="A listens, B believes in the old connection"),
    Witness(
        "found_out", both(promises.is_in("A", LISTEN), promises.has_ended("B", "reset")), says="B is reset, A listens"
    ),
    Always(
        "no_challenge",
        ~in_flight("B", lambda segment, sender: segment.ctl.ack & ~segment.has_text),
        needs=promises.has_ended("B", "reset"),
        says="B never asks whether the reset was meant",
    ),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.all_is_settled(),
]
