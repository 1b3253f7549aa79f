"""B's reset overtakes the octet that B sent before: A never gets to read it.

Source: RFC 9293 3.10.5 and 3.10.7.4 second; hazard H42 (5 steps from ESTABLISHED, 3 under RFC 793).  ABORT promises
nothing about what was sent, and RFC 5961 delays the reset by a challenge only: the second reset lies where
the octet should be.  Under RFC 793 the first is obeyed at once.  What had arrived and was not read yet is
flushed, too, which is not to be seen here, where text is handed over as it arrives.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import at, delivered, hygiene, in_flight, promises

system = connection(a=User(), b=User(sends=1, aborts=1), network=Network(capacity=3), established=True)
was_reset = promises.has_ended("A", "reset")
text_on_its_way = in_flight("B", lambda segment, sender: segment.has_text)
claims = [
    Witness("read_in_time", at("A", equal(delivered, 1)), says="the octet arrives before the reset"),
    Always(
        "nothing_unread_is_left_behind",
        ~both(was_reset, text_on_its_way),
        needs=was_reset,
        says="no end is reset while an octet of its peer is on its way",
        expected="fails",
    ),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
]
hazards = {"H42": "nothing_unread_is_left_behind"}
