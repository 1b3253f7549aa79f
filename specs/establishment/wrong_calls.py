"""Every call that the RFC answers with an error, in every state: nothing changes.

Source: RFC 9293 3.10.1 to 3.10.5.  Calls answered with an error are steps that lead back to where they
start, so they add steps but no states.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import CLOSE_WAIT, FIN_WAIT_2, hygiene, promises

system = connection(
    a=User(active_opens=1, sends=1, closes=1, wrong_calls=True, first_isn=0),
    b=User(passive_opens=1, sends=2, closes=1, aborts=1, wrong_calls=True, first_isn=8),
    network=Network(reorder=False),
    bits=4,
)
claims = [
    Witness(
        "half_closed",
        both(promises.is_in("A", FIN_WAIT_2), promises.is_in("B", CLOSE_WAIT)),
        says="calls are tried in the middle of a close, too",
    ),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.all_is_forgotten(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
