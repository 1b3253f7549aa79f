"""Text crosses text and FINs cross FINs; in order and without loss, every ACK is taken for what it acknowledges.

Source: RFC 9293 figure 13 and 3.10.7.4 fifth: an ACK stands at SND.NXT, behind all that was sent, or it would be
unacceptable to a peer that has received it; and in CLOSING an ACK of the text alone still advances SND.UNA.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal, implies
from tcpmodel.tcp import CLOSING, TIME_WAIT, at, delivered, hygiene, in_flight, promises, rcv, snd, theirs

user = User(sends=1, closes=1)
system = connection(
    a=user, b=user, network=Network(capacity=8, reorder=False, when_full="block"), bits=4, established=True
)
fin_is_acknowledged = in_flight("B", lambda segment, sender: equal(segment.ack, theirs(snd.nxt)))
less_is_acknowledged = in_flight("B", lambda segment, sender: ~equal(segment.ack, theirs(snd.nxt)))
last_ack_comes = both(promises.is_in("A", CLOSING), fin_is_acknowledged, ~less_is_acknowledged)
all_received = promises.synchronized & equal(theirs(rcv.nxt), snd.nxt)


def old_number(segment, sender):
    """An ACK and nothing else, at another number than the next to be sent."""
    return segment.ctl.ack & ~segment.has_text & ~segment.ctl.fin & ~equal(segment.seq, snd.nxt)


claims = [
    Witness(
        "both_delivered",
        both(*(promises.is_in(end, TIME_WAIT) & at(end, equal(delivered, 1)) for end in "AB")),
        says="both octets have arrived, both ends are in TIME-WAIT",
    ),
    Always(
        "text_is_acknowledged_first",
        implies(last_ack_comes, at("A", equal(snd.una + 1, snd.nxt))),
        needs=last_ack_comes,
        says="where only the ACK of the FIN is on its way, only the FIN is not acknowledged",
    ),
    Always(
        "acks_stand_at_snd_nxt",
        both(*(implies(at(end, all_received), ~in_flight(end, old_number)) for end in "AB")),
        needs=at("A", all_received),
        says="whoever has received everything gets no ACK with an old number",
    ),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
    hygiene.all_is_settled(),
]
