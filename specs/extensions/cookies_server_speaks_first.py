"""With SYN cookies the client's ACK is lost, and the client waits for a greeting that nobody will send.

Source: RFC 4987 3.6; hazard H27 (5 steps; the catalogue estimates 6).  The server remembers nothing, so it
has nothing to send again; the client's handshake is complete, so it has nothing to send again either.
`cookies_client_speaks_first` is the same world where the client has something to say.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import ESTABLISHED, KINDS, LISTEN, arrive, nothing_in_flight, promises, repeats

system = connection(
    a=User(active_opens=1, retransmissions=None, first_isn=0),
    b=User(passive_opens=1, retransmissions=None),
    network=Network(lose=None, when_full="block"),
    listener="cookies",
)
claims = [
    promises.both_established(),
    Witness(
        "waits_in_vain",
        both(promises.is_in("A", ESTABLISHED), promises.is_in("B", LISTEN), nothing_in_flight()),
        says="A is ESTABLISHED, and B has never heard of it",
    ),
    promises.caller_is_met(*repeats("A", "B"), *arrive("A", *KINDS), *arrive("B", *KINDS), expected="fails"),
    promises.agreement_on_entry("B"),
    promises.typing(),
]
hazards = {"H27": "caller_is_met"}
