"""The peer's FIN comes while a CLOSE waits behind queued text: CLOSING and TIME-WAIT follow, or LAST-ACK alone.

Source: RFC 9293 3.10.2 and 3.10.4.  An octet queued while calling is still to be sent when A's user calls CLOSE.  The
RFC enters FIN-WAIT-1 "in any case", so the peer's FIN leads to CLOSING and to TIME-WAIT (`queued_close="at_once"`).
By default the state changes when the FIN is sent; the peer's FIN then finds A ESTABLISHED, and A ends in LAST-ACK
without TIME-WAIT, although its user closed first.
"""

from tcpmodel import LeadsTo, Network, User, Witness, at_least, both, connection, equal, weak
from tcpmodel.tcp import (
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    KINDS,
    TIME_WAIT,
    arrive,
    at,
    calls_close,
    hygiene,
    promises,
    queued,
)

system = connection(
    a=User(active_opens=1, sends=1, closes=1, first_isn=0),
    b=User(passive_opens=1, closes=1, first_isn=8),
    network=Network(reorder=False, when_full="block"),
    bits=4,
    queued_close="at_once",
)
called = equal(system.variable("A.left.CLOSE"), 0)
closed_first = both(called, promises.is_in("A", ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2))
ends = [*arrive("A", *KINDS), *arrive("B", *KINDS), *calls_close("B"), weak("A: queue is sent")]
claims = [
    Witness(
        "fins_cross_in_front_of_text",
        both(promises.is_in("A", CLOSING), at("A", at_least(queued.text, 1) & queued.fin)),
        says="A has taken the peer's FIN and has still to send its octet and its own",
    ),
    Witness("crossing_fins", both(*(promises.is_in(end, TIME_WAIT) for end in "AB")), says="both ends wait"),
    LeadsTo(
        "who_closes_first_waits",
        closed_first,
        promises.is_in("A", TIME_WAIT),
        ends,
        says="where A's user calls CLOSE before the peer's FIN has come, A comes to TIME-WAIT",
    ),
    hygiene.all_is_settled(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
]
broken_by = {"who_closes_first_waits": {"queued_close": "waits"}}
