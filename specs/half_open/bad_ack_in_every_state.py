"""An ACK of what was never sent draws an ACK from every state; where the peer has crashed, that finds it out.

Source: RFC 9293 3.5.2 group 3: an unacceptable acknowledgment number is answered with an empty ACK, and the connection
remains in the same state.  A stranger who knows B's RCV.NXT forges the ACK; A, which is CLOSED, resets whoever answers
it.  One segment may be lost, so that B may be in any state for ever.  TIME-WAIT alone takes every ACK for a sign of
life (`time_wait_bare_ack`).
"""

from tcpmodel import Always, Attacker, LeadsTo, Network, User, before, both, connection, equal, every, implies
from tcpmodel.tcp import (
    BARE_ACKS,
    CLOSED,
    FINS,
    OUT,
    RESETS,
    TIME_WAIT,
    arrive,
    at,
    fields_of,
    hygiene,
    in_flight,
    mutants,
    promises,
    rcv,
    sent_fin,
    service,
    snd,
    theirs,
)

system = connection(
    a=User(closes=1, crashes=1),
    b=User(closes=1),
    network=Network(lose=1, reorder=False, when_full="block"),
    attacker=Attacker(acks=1, knows=("seq",)),
    established=True,
)
left_to_lose = system.variable("network.left.lose")
bad = in_flight(
    "A",
    lambda segment, sender: (
        equal(sender, 0)
        & ~segment.ctl.rst
        & equal(segment.seq, theirs(rcv.nxt))
        & before(theirs(snd.nxt), segment.ack)
        & before(theirs(snd.nxt) + 1, segment.ack)
    ),
)
nothing_more_is_lost = equal(left_to_lose, 0)
each = fields_of("each")
fin_has_arrived = both(
    equal(left_to_lose, 1), at("B", sent_fin), ~in_flight("B", lambda segment, sender: segment.ctl.fin)
)
half_open = at("B", promises.synchronized) & ~promises.is_in("B", TIME_WAIT)
claims = [
    *service.meets_each_state("B", both(bad, nothing_more_is_lost), says="an ACK of what was never sent"),
    LeadsTo(
        "found_out",
        both(half_open, promises.is_in("A", CLOSED), bad, nothing_more_is_lost),
        ~half_open,
        (*arrive("B", BARE_ACKS, FINS, RESETS), *arrive("A", BARE_ACKS, FINS)),
        says="where A is CLOSED and nothing more is lost, an ACK of what B has not sent has B leave the connection",
    ),
    Always(
        "begins_behind_the_fin",
        implies(fin_has_arrived, at("B", every(OUT, "each", each.ctl.rst | equal(each.seq, snd.nxt)))),
        needs=both(fin_has_arrived, in_flight("B", lambda segment, sender: segment.ctl.ack)),
        says="where nothing was lost and B's FIN has arrived, whatever else B has in flight begins behind it",
    ),
    promises.typing(),
    hygiene.own_numbers(),
]
broken_by = {
    "found_out": mutants.last_ack_swallows_bad_acks,
    "begins_behind_the_fin": mutants.retransmission_rewinds_snd_nxt,
}
