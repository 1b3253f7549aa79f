"""A reset is answered by nobody: not even by a listener that has forgotten the call it refuses.

Source: RFC 9293 3.10.7.2 first and 3.5.2: a reset is never an answer to a reset.  A called a port where
nobody listens, gave up and listens itself when the refusal arrives.
"""

from tcpmodel import Always, User, Witness, both, connection
from tcpmodel.tcp import LISTEN, hygiene, in_flight, promises

system = connection(a=User(active_opens=1, aborts=1, passive_opens=1, first_isn=4), b=User())
refusal = in_flight("B", lambda segment, sender: segment.ctl.rst & segment.ctl.ack)
claims = [
    Witness(
        "refusal_at_listen", both(promises.is_in("A", LISTEN), refusal), says="the refusal is on its way to LISTEN"
    ),
    Always(
        "no_reset_answers_a_reset",
        ~in_flight("A", lambda segment, sender: segment.ctl.rst),
        needs=refusal,
        says="A never sends a reset",
    ),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.all_is_settled(),
]
