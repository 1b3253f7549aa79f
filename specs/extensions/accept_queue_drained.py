"""The client's ACK is dropped while the server's application accepts nobody, and comes again until it does.

Source: Linux, tcp_abort_on_overflow=0; hazard H25.  The server repeats its SYN,ACK and the client answers
with an ACK: for ever where nobody accepts, and until both are ESTABLISHED where somebody does, provided
that the server does not give up (`full_accept_queue`, 6 steps).
"""

from tcpmodel import Network, User, Witness, both, connection, weak
from tcpmodel.tcp import BARE_ACKS, ESTABLISHED, SYN_ACKS, SYN_RECEIVED, arrive, nothing_in_flight, promises, repeats

patient = User(passive_opens=1, retransmissions=None, first_isn=4)
impatient = User(passive_opens=1, retransmissions=None, timeouts=1, first_isn=4)
system = connection(
    a=User(active_opens=1, retransmissions=None, first_isn=0),
    b=patient,
    network=Network(lose=None, when_full="block"),
    accept_queue="full",
)
exchanged = (*repeats("B"), *arrive("A", SYN_ACKS), *arrive("B", BARE_ACKS))
claims = [
    promises.both_established(),
    Witness(
        "dropped",
        both(promises.is_in("A", ESTABLISHED), promises.is_in("B", SYN_RECEIVED), nothing_in_flight()),
        says="A's ACK has come to nothing",
    ),
    promises.caller_is_met(*exchanged, name="met_though_nobody_accepts", expected="fails"),
    promises.caller_is_met(*exchanged, weak("B: accept")),
    promises.typing(),
]
hazards = {"H25": "caller_is_met"}
broken_by = {"caller_is_met": {"b": impatient}}
