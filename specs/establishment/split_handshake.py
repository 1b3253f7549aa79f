"""A server answers a SYN with a SYN of its own, and the caller's SYN,ACK makes the caller look like the server.

Source: Beardsley and Qian 2010; RFC 9293 3.10.7.3 fourth; hazard H19.  To the caller this is a simultaneous
open, which it must support (MUST-10), so the ends agree as ever; who watches between them and takes the
sender of the first SYN,ACK for the server is wrong.  It leaves the caller in the 4th step and
arrives in the 5th, which is what the catalogue estimates.
"""

from tcpmodel import Always, Network, User, connection
from tcpmodel.tcp import in_flight, promises

system = connection(
    a=User(active_opens=1, retransmissions=1, first_isn=0),
    b=User(passive_opens=1, retransmissions=1, first_isn=4),
    network=Network(capacity=3, lose=1),
    handshake="split",
)
callers_syn_ack = in_flight("A", lambda segment, sender: segment.ctl.syn & segment.ctl.ack)
claims = [
    promises.both_established(),
    Always(
        "the_server_sends_the_syn_ack",
        ~callers_syn_ack,
        needs=promises.both_established().predicate,
        says="no SYN,ACK comes from the end that called first",
        expected="fails",
    ),
    promises.agreement_on_entry(),
    promises.sequence_agreement(),
    promises.no_false_established(),
    promises.typing(),
]
hazards = {"H19": "the_server_sends_the_syn_ack"}
