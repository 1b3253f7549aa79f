"""The new SYN overtakes the reset and is swallowed; repeating it repairs the open.

Source: RFC 9293 figure 8 and the remark below it; hazard H04.  The prototype needed 12 events for the
run in which the swallowed SYN is repeated after the reset came back; ours needs 10, because the SYN may
be repeated early and the reset need not have arrived.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import at, hygiene, inc, mutants, promises, rtx_budget

system = connection(
    a=User(active_opens=2, aborts=1, retransmissions=1, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(capacity=3),
)
recovered = both(promises.both_established().predicate, at("B", equal(inc, 2)), at("A", equal(rtx_budget, 0)))
claims = [
    Witness("repeated", recovered, says="the listener was misled, the SYN was repeated, and both are ESTABLISHED"),
    promises.agreement_on_entry(),
    promises.no_false_established(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H04": "repeated"}
broken_by = {"agreement_on_entry": mutants.syn_sent_takes_any_ack}
