"""A crashes with an octet in flight and calls again at once; the old octet enters the new connection.

Source: RFC 9293 3.4.3 (quiet time); hazard H32.  The prototype needed 8 events from ESTABLISHED with a
listener that listens again by itself; here B's user calls OPEN, which is the 9th step.
"""

from tcpmodel import Network, User, Witness, connection, equal
from tcpmodel.tcp import hygiene, in_flight, inc, mutants, promises

system = connection(
    a=User(crashes=1, active_opens=1, sends=1),
    b=User(passive_opens=1),
    network=Network(capacity=3, duplicate=1),
    isn="free",
    established=True,
)
stale_octet = in_flight("A", lambda segment, sender: segment.has_text & ~equal(sender, inc))
claims = [
    Witness("old_octet_survives", stale_octet, says="an octet of the forgotten incarnation is in flight"),
    promises.no_stale_data(expected="fails"),
    promises.agreement_on_entry(expected="fails"),
    promises.established_is_acknowledged(),
    promises.typing(),
    hygiene.all_is_forgotten(),
    hygiene.own_numbers(),
]
hazards = {"H32": "no_stale_data"}
broken_by = {"established_is_acknowledged": mutants.syn_received_takes_ack_of_iss}
