"""An ABORT's reset stands exactly behind all that was sent: where it arrives in order, it is obeyed at once.

Source: RFC 9293 3.10.5 (SEQ=SND.NXT) and 3.10.7.4 second (a reset must be at RCV.NXT, RFC 5961 3.2).  With
another number the reset would be challenged or dropped, and the connection would end all the same: the
answer to the challenge, or to the acknowledgment of the octet, resets it later.
"""

from tcpmodel import Always, Network, User, Witness, connection, equal, implies
from tcpmodel.tcp import hygiene, in_flight, promises

system = connection(a=User(sends=1, aborts=1), b=User(), network=Network(reorder=False), established=True)
b_has_spoken = in_flight("B", lambda segment, sender: segment.ctl.ack)
nothing_sent = equal(system.variable("A.left.SEND"), 1)
claims = [
    Witness(
        "reset_before_the_answer",
        promises.has_ended("B", "reset") & b_has_spoken,
        says="B is reset while its acknowledgment of the octet is on its way",
    ),
    Always(
        "no_challenge",
        implies(nothing_sent, ~b_has_spoken),
        needs=nothing_sent & promises.has_ended("B", "reset"),
        says="where nothing was sent before it, the reset alone ends the connection",
    ),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.all_is_settled(),
]
