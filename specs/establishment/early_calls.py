"""SEND and CLOSE before the connection is established: what waits, what goes out at once, what gives up.

Source: RFC 9293 3.10.2 and 3.10.4.  In SYN-RECEIVED a CLOSE with nothing to send emits its FIN although
our SYN is not acknowledged: figure 5 draws the arrow, and hazards H21 and H22 live there.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import FIN_WAIT_1, at, delivered, hygiene, mutants, promises, queued, syn_outstanding

system = connection(
    a=User(active_opens=1, sends=1, closes=1, first_isn=0),
    b=User(passive_opens=1, sends=1, closes=1, first_isn=8),
    network=Network(capacity=3, reorder=False),
    bits=4,
)
claims = [
    Witness("close_waits", at("B", queued.fin), says="a CLOSE waits behind an octet that waits for ESTABLISHED"),
    Witness(
        "fin_before_established",
        both(promises.is_in("B", FIN_WAIT_1), at("B", syn_outstanding)),
        says="B has sent a FIN although its SYN is not acknowledged",
    ),
    Witness(
        "queued_octet_delivered",
        both(*(at(end, equal(delivered, 1)) for end in "AB")),
        says="both octets arrive",
    ),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.all_is_forgotten(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
broken_by = {"whole_stream": mutants.fin_out_of_order}
