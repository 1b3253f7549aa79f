"""A crashes and keeps quiet long enough; B, which knows nothing of it, sends an octet that the next connection takes.

Source: RFC 9293 3.4.3; hazard H32.  Quiet time is for the numbers of the host that crashed.  The survivor goes on
sending until A's SYN has led to its reset, and what it sent then outlives that reset: its new ISS must not make the
old octet fit.  `survivors_octet_outnumbered` has a survivor whose numbers go on.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import SYN_SENT, in_flight, inc, promises

system = connection(
    a=User(crashes=1, active_opens=1),
    b=User(passive_opens=1, sends=1),
    network=Network(capacity=3, duplicate=1),
    time=Time(msl=1, time_wait=0, quiet=2),
    isn="free",
    established=True,
)
old_octet = in_flight("B", lambda segment, sender: segment.has_text & ~equal(sender, inc))
claims = [
    Witness(
        "octet_meets_the_new_call",
        both(promises.is_in("A", SYN_SENT), old_octet),
        says="A calls again while an octet of B's last incarnation is in flight",
    ),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
hazards = {"H32": "no_stale_data"}
