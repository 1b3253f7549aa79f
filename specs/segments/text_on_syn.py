"""The SYN carries an octet: the listener acknowledges the SYN alone, and the octet comes again once it is ESTABLISHED.

Source: RFC 9293 3.5 and 3.10.7.2 third; hazards H16 and H17.  Nothing is handed over before the handshake is complete,
so an old SYN delivers nothing.  A caller's SYN,ACK may acknowledge the SYN or the octet with it, two numbers.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal, implies
from tcpmodel.tcp import (
    ESTABLISHED,
    SYN_RECEIVED,
    at,
    delivered,
    hygiene,
    in_flight,
    promises,
    synchronized,
)

system = connection(
    a=User(active_opens=1, retransmissions=2),
    b=User(passive_opens=1),
    network=Network(capacity=2, duplicate=1),
    syn_text="on",
    bits=4,
)
claims = [
    Witness(
        "syn_with_text_meets_the_listener",
        in_flight("A", lambda s, sender: s.ctl.syn & s.has_text),
        says="a SYN with an octet is in flight",
    ),
    Witness(
        "octet_is_delivered",
        both(promises.is_in("B", ESTABLISHED), at("B", equal(delivered, 1))),
        says="B has delivered the octet that came again",
    ),
    Always(
        "nothing_before_established",
        at("B", implies(~synchronized, equal(delivered, 0))),
        needs=promises.is_in("B", SYN_RECEIVED),
        says="B delivers nothing before it is ESTABLISHED",
    ),
    promises.agreement_on_entry(),
    promises.no_stale_data(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H16": "nothing_before_established"}
broken_by = {"nothing_before_established": {"fast_open": "on", "syn_text": "off"}}
