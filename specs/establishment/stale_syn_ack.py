"""An old SYN,ACK reaches the caller's next attempt: it acknowledges the wrong number and is reset.

Source: RFC 9293 3.10.7.3 first and 3.5.2 group 2; hazard H06.  The answer to the first attempt is
duplicated; one copy finds the caller gone and sends the listener back to LISTEN, the other finds it in
SYN-SENT again.  The reset that it draws carries the old number: LISTEN drops it.  Whom such a reset can
hurt is a listener that has taken a SYN again, where the numbers fit (hazard H55).
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import LISTEN, SYN_SENT, at, in_flight, inc, mutants, promises

system = connection(
    a=User(active_opens=2, aborts=1, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(capacity=3, duplicate=1),
)
second_attempt = both(promises.is_in("A", SYN_SENT), at("A", equal(inc, 2)), promises.is_in("B", LISTEN))
old_answer = in_flight("B", lambda segment, sender: segment.ctl.syn & segment.ctl.ack)
old_reset = in_flight("A", lambda segment, sender: segment.ctl.rst & equal(sender, 2))
claims = [
    Witness("old_syn_ack_at_syn_sent", both(second_attempt, old_answer), says="an old SYN,ACK finds a new attempt"),
    Witness("listen_is_reset", both(second_attempt, old_reset), says="a reset is on its way to a listener"),
    Witness(
        "connected_all_the_same",
        both(promises.both_established().predicate, at("A", equal(inc, 2)), old_reset),
        says="the reset is still in flight when the second attempt has succeeded",
    ),
    promises.agreement_on_entry(),
    promises.no_false_established(),
    promises.no_stale_control(),
    promises.typing(),
]
hazards = {"H06": "agreement_on_entry"}
broken_by = {"agreement_on_entry": mutants.syn_sent_takes_any_ack}
