"""Two callers in a network that reorders, repeats and loses: they still agree.

Source: RFC 9293 3.5 (MUST-10, MUST-11); hazards H09 and H12.  A caller that a reset or a second SYN takes
out of SYN-RECEIVED does not become a listener.  Where a SYN,ACK overtakes the SYN in front of it, the end
that is still in SYN-SENT is established by it in one step, so 5 steps suffice here.
"""

from tcpmodel import Network, User, connection
from tcpmodel.tcp import hygiene, mutants, promises

system = connection(
    a=User(active_opens=1, retransmissions=1, first_isn=0),
    b=User(active_opens=1, retransmissions=1, first_isn=4),
    network=Network(capacity=3, duplicate=1, lose=1),
)
claims = [
    promises.both_established(),
    promises.agreement_on_entry(),
    promises.sequence_agreement(),
    promises.no_stale_control(),
    promises.callers_never_listen(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H09": "agreement_on_entry", "H12": "callers_never_listen"}
calling_again = {
    "a": User(active_opens=2, aborts=1, retransmissions=1, first_isn=0),
    "network": Network(old_duplicates=False),
}
broken_by = {
    "agreement_on_entry": {"rules": mutants.syn_sent_takes_any_ack, **calling_again},
    "callers_never_listen": mutants.reset_always_listens,
}
