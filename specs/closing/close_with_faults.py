"""Closing with an octet in front of the FIN, in a network that reorders, repeats and loses.

Source: RFC 9293 3.6; hazard H44.  The FIN is sequenced: it is consumed only after the text in front of it.  Out of
order it takes 3 steps from ESTABLISHED to lose an octet (SEND, CLOSE, the FIN); the prototype counted 4.
TIME-WAIT may end at any moment here, so `passive_closer_succeeds` fails: LAST-ACK can be reset once
TIME-WAIT is over.  `last_ack_lost` shows the length at which it holds.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSE_WAIT, ESTABLISHED, at, delivered, hygiene, in_flight, iss, mutants, promises, snd

system = connection(
    a=User(closes=1, sends=1, retransmissions=1),
    b=User(closes=1),
    network=Network(capacity=4, duplicate=1, lose=1),
    bits=4,
    established=True,
)
text_lost = equal(system.variable("network.left.lose"), 0)
fin_first = both(
    at("A", equal(snd.nxt, iss + 3)),
    promises.is_in("B", ESTABLISHED),
    at("B", equal(delivered, 0)),
    text_lost,
    ~in_flight("A", lambda segment, sender: segment.has_text),
    in_flight("A", lambda segment, sender: segment.ctl.fin),
)
claims = [
    Witness("text_lost_before_fin", fin_first, says="the FIN is in flight, the text in front of it is lost"),
    Witness(
        "closed_after_loss",
        both(promises.is_in("B", CLOSE_WAIT), at("B", equal(delivered, 1)), text_lost),
        says="after a loss, the FIN is consumed with all the text delivered",
    ),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.passive_closer_succeeds(expected="fails"),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
hazards = {"H44": "whole_stream"}
broken_by = {"whole_stream": {"rules": mutants.fin_out_of_order, "a": User(closes=1, sends=1), "network": Network()}}
