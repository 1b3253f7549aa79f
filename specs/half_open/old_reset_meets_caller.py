"""A reset of the connection before meets a caller, or the connection that it makes: nobody obeys it.

Source: RFC 9293 3.10.7.3 second: in SYN-SENT only a reset that acknowledges the SYN is obeyed; and
3.10.7.4 first: outside the window a reset is dropped.  A aborted; B, which does not know yet, aborts as well and
calls again.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, SYN_SENT, at, hygiene, in_flight, inc, promises

system = connection(
    a=User(aborts=1, passive_opens=1), b=User(aborts=1, active_opens=1), network=Network(capacity=3), established=True
)
old_reset = in_flight("A", lambda segment, sender: both(segment.ctl.rst, ~segment.ctl.ack, equal(sender, 1)))
again = at("B", equal(inc, 2))
own_syn = in_flight("B", lambda segment, sender: segment.ctl.syn)
claims = [
    Witness("old_reset_at_caller", old_reset & promises.is_in("B", SYN_SENT), says="the old reset meets a caller"),
    Witness(
        "old_reset_at_established",
        both(old_reset, promises.is_in("B", ESTABLISHED), again),
        says="the old reset meets the new connection",
    ),
    Always(
        "refused_by_an_answer",
        ~(promises.has_ended("B", "refused") & own_syn),
        needs=promises.has_ended("B", "refused"),
        says="a caller is refused only when its SYN has arrived",
    ),
    promises.no_stale_control(),
    promises.agreement_on_entry(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
