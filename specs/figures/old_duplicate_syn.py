"""An old SYN makes the listener answer; the caller's reset brings it back, and the new SYN succeeds.

Source: RFC 9293 figure 8; hazard H04 (10 steps).  Without retransmission there is a dead end: where
the new SYN overtakes the reset, a listener in SYN-RECEIVED returns to LISTEN and swallows it, and the
caller waits for ever (8 steps; 3.10.7.4 fourth check).  `old_duplicate_syn_repeated` lets the caller
repeat its SYN.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import LISTEN, at, hygiene, inc, mutants, promises

system = connection(
    a=User(active_opens=2, aborts=1, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(capacity=3),
)
recovered = both(promises.both_established().predicate, at("B", equal(inc, 2)))
claims = [
    Witness("figure_8", recovered, says="the listener was misled by the old SYN and then established with the new one"),
    promises.stale_syn_reaches("B", LISTEN),
    promises.agreement_on_entry(),
    promises.no_false_established(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    promises.nobody_waits(expected="fails"),
]
hazards = {"H04": "figure_8"}
broken_by = {"agreement_on_entry": mutants.syn_sent_takes_any_ack, "no_false_established": {"handshake": "two_echo"}}
