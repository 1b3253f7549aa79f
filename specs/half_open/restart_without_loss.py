"""A crashes and calls again: one reset tells B, and nothing is left in flight; answered by a SYN, B answers for ever.

Source: RFC 9293 figure 9 and 3.10.7.3 (first), picoTCP issue 114; promises L2 and L5.  The world of `restart_elsewhere`
without loss and without a timer.  Were A's timer to run, each of its SYNs would go round for ever beside the first
where the mistake is made: the network fills up, no fair run stays within its bounds, and a claim that A leaves
SYN-SENT would be vacuous.  One SYN is enough to see it.
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection
from tcpmodel.tcp import BARE_ACKS, ESTABLISHED, RESETS, SYN_SENT, SYNS, arrive, hygiene, mutants, promises

system = connection(
    a=User(active_opens=1, crashes=1),
    b=User(),
    network=Network(when_full="block"),
    established=True,
)
all_arrives = (*arrive("A", BARE_ACKS), *arrive("B", SYNS, RESETS))
restarted = both(promises.is_in("A", SYN_SENT), promises.is_in("B", ESTABLISHED))
claims = [
    Witness("restarted", restarted, says="A calls again while B believes in the old connection"),
    LeadsTo(
        "is_found_out",
        restarted,
        ~restarted,
        all_arrives,
        says="who calls again and who has not noticed the crash find out about each other",
    ),
    promises.falls_silent(*all_arrives),
    promises.typing(),
    hygiene.own_numbers(),
]
broken_by = {
    "is_found_out": mutants.bad_ack_draws_the_syn,
    "falls_silent": mutants.bad_ack_draws_the_syn,
}
