"""Nobody answers: the caller repeats its SYN, and its user timeout ends the attempt.

Source: RFC 9293 3.10.8 and 3.8.3 (MUST-20).  The listener may have answered every SYN; it is left in
SYN-RECEIVED until its own timeout, or until its SYN,ACK draws a reset from CLOSED.  A timeout sends nothing.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import CLOSED, SYN_RECEIVED, hygiene, mutants, promises, service

system = connection(
    a=User(active_opens=1, sends=1, retransmissions=1, timeouts=1, first_isn=0),
    b=User(passive_opens=1, retransmissions=1, timeouts=1, first_isn=4),
    network=Network(lose=1),
)
claims = [
    Witness("gives_up", promises.has_ended("A", "timed out"), says="the caller's timeout ends the attempt"),
    Witness(
        "left_waiting",
        both(promises.is_in("A", CLOSED), promises.is_in("B", SYN_RECEIVED)),
        says="the listener waits for a caller that has given up",
    ),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.typing(),
    service.resets_have_a_reason(),
    hygiene.all_is_forgotten(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.all_is_settled(),
]
broken_by = {
    "typing": mutants.timeout_leads_to_close_wait,
    "resets_have_a_reason": mutants.timeout_resets,
    "all_is_forgotten": mutants.timeout_forgets_nothing,
}
