"""An end that says nothing to an ACK of what it never sent ends the loop, and the ends stay out of step.

Source: Linux, not RFC 9293 3.10.7.4 fifth; hazard H52, its other side; promise L5.  Nothing is in flight soon
after the old octet.  But B takes A's next number for one that it has: it acknowledges A's FIN without
having seen it, and A waits for the end of a connection that B believes open.  That is so in
`old_octet_ack_loop`, too; silence cures the noise.
"""

from tcpmodel import Always, LeadsTo, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, FIN_WAIT_2, KINDS, arrive, at, inc, misdelivered, nothing_in_flight, promises

system = connection(
    a=User(sends=1, closes=2, active_opens=1),
    b=User(closes=1, passive_opens=1),
    network=Network(capacity=3, duplicate=1, when_full="block"),
    bits=4,
    established=True,
    isn="zero",
    unsent_ack="dropped",
)
connected_again = both(*(promises.is_in(x, ESTABLISHED) for x in "AB"), at("A", equal(inc, 2)))
out_of_step = both(connected_again, at("B", misdelivered))
claims = [
    Witness("out_of_step", out_of_step & nothing_in_flight(), says="the old octet was delivered; all is silent"),
    LeadsTo(
        "falls_silent_after_an_old_octet",
        out_of_step,
        nothing_in_flight(),
        (*arrive("A", *KINDS), *arrive("B", *KINDS)),
        says="after an old octet there comes a moment with nothing in flight",
    ),
    Always(
        "nobody_is_left_closing",
        ~both(promises.is_in("A", FIN_WAIT_2), promises.is_in("B", ESTABLISHED), nothing_in_flight()),
        needs=promises.is_in("A", FIN_WAIT_2),
        says="where all is silent A's FIN is not acknowledged by a B that knows nothing of it",
        expected="fails",
    ),
    promises.typing(),
]
hazards = {"H52": "falls_silent_after_an_old_octet"}
broken_by = {"falls_silent_after_an_old_octet": {"unsent_ack": "answered"}}
