"""An old octet moves B's RCV.NXT past what A has sent, and the two acknowledge each other for ever.

Source: RFC 1337, H2; RFC 9293 3.10.7.4 first and fifth; hazard H52; promise L5.  A closes, does not wait and
calls again with its old numbers, and an octet of its first connection is delivered.  A answers B's ACK of
what it never sent, B answers A's ACK in front of its window, one for one: the cycle has two steps, and
every segment arrives.  `old_octet_silence` is silent about the first.
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, KINDS, arrive, at, inc, misdelivered, nothing_in_flight, promises

system = connection(
    a=User(sends=1, closes=1, active_opens=1),
    b=User(closes=1, passive_opens=1),
    network=Network(capacity=3, duplicate=1, when_full="block"),
    bits=4,
    established=True,
    isn="zero",
)
connected_again = both(*(promises.is_in(x, ESTABLISHED) for x in "AB"), at("A", equal(inc, 2)))
out_of_step = both(connected_again, at("B", misdelivered))
claims = [
    Witness(
        "silent_and_established",
        both(connected_again, nothing_in_flight(), at("B", ~misdelivered)),
        says="where no old octet comes the ends leave each other alone",
    ),
    Witness("out_of_step", out_of_step, says="the old octet was delivered, and the ends are ESTABLISHED"),
    LeadsTo(
        "falls_silent_after_an_old_octet",
        out_of_step,
        nothing_in_flight(),
        (*arrive("A", *KINDS), *arrive("B", *KINDS)),
        says="after an old octet there comes a moment with nothing in flight",
        expected="fails",
    ),
    promises.typing(),
]
hazards = {"H52": "falls_silent_after_an_old_octet"}
