"""B aborts in SYN-RECEIVED, SYN-SENT drops the reset, and the SYN that is sent again draws one that counts.

Source: RFC 9293 3.10.5 and 3.10.7.1; promise L2; hazard H23.  The sibling of `abort_unheard` with retransmission:
CLOSED answers the repeated SYN with a reset that acknowledges it.
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import RESETS, SYN_SENT, SYNS, arrive, at, inc, mutants, nothing_in_flight, promises, repeats

system = connection(
    a=User(active_opens=1, retransmissions=None, first_isn=0),
    b=User(passive_opens=1, aborts=1, retransmissions=None, first_isn=4),
    network=Network(lose=None, when_full="block"),
)
aborted = both(promises.is_in("A", SYN_SENT), promises.has_ended("B", "aborted"), at("B", equal(inc, 1)))
claims = [
    Witness("unheard", aborted & nothing_in_flight(), says="B is gone, and nothing is in flight to tell A"),
    Witness("refused", promises.has_ended("A", "refused"), says="the caller learns that the port is closed"),
    LeadsTo(
        "caller_is_told",
        aborted,
        ~promises.is_in("A", SYN_SENT),
        (*repeats("A"), *arrive("A", RESETS), *arrive("B", SYNS)),
        says="a caller whose SYN B took comes to know that B has aborted",
    ),
    promises.typing(),
]
hazards = {"H23": "caller_is_told"}
broken_by = {"caller_is_told": mutants.syn_is_not_repeated}
