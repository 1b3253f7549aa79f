"""Two callers in a network that loses without limit, but not everything, become connected.

Source: RFC 9293 3.5 (MUST-10) and 3.8.1; promise L1; hazard H09.  The sibling of `crossing_opens` with endless
retransmission.  It is enough that the SYNs of one of them arrive; of SYN,ACKs and ACKs both must be heard.  A
caller whose SYN came before the other OPEN is refused by CLOSED, so the claim is about two callers with no
reset in flight.
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection
from tcpmodel.tcp import (
    BARE_ACKS,
    SYN_ACKS,
    SYN_RECEIVED,
    SYN_SENT,
    SYNS,
    arrive,
    in_flight,
    nothing_in_flight,
    promises,
    repeats,
)

system = connection(
    a=User(active_opens=1, retransmissions=None, first_isn=0),
    b=User(active_opens=1, retransmissions=None, first_isn=4),
    network=Network(lose=None, when_full="block"),
)
resets = [in_flight(end, lambda segment, sender: segment.ctl.rst) for end in "AB"]
calling = both(*(promises.is_in(end, SYN_SENT) for end in "AB"), *(~reset for reset in resets))
crossed = both(promises.is_in("A", SYN_RECEIVED), promises.is_in("B", SYN_RECEIVED))
connected = promises.both_established()
claims = [
    Witness("crossed", crossed & nothing_in_flight(), says="the SYNs have crossed, all else was lost"),
    connected,
    LeadsTo(
        "callers_become_connected",
        calling,
        connected.predicate,
        (*repeats("A", "B"), *arrive("A", SYN_ACKS, BARE_ACKS), *arrive("B", SYNS, SYN_ACKS, BARE_ACKS)),
        says="while no reset is in flight, two callers become connected with each other",
    ),
    promises.agreement_on_entry(),
    promises.typing(),
]
hazards = {"H09": "callers_become_connected"}
broken_by = {"callers_become_connected": {"throttled": "all"}}
