"""The world of `three_way_stale_syn` with every initial sequence number: 1.8 million states with their claims.

Source: RFC 9293 3.5; hazard H03.  The benchmark's spec (a).
"""

from tcpmodel import Network, User, connection
from tcpmodel.tcp import promises

system = connection(
    a=User(active_opens=2, aborts=1, sends=1),
    b=User(passive_opens=1),
    network=Network(lose=1, duplicate=1),
)
claims = [
    promises.no_false_established(),
    promises.agreement_on_entry(),
    promises.sequence_agreement(),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.established_is_acknowledged(),
    promises.typing(),
]
