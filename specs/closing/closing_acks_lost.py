"""Both ends close at once, and both ACKs are lost: each FIN that is sent again repairs the end that sent it.

Source: RFC 9293 figure 13, 3.8.1 and 3.10.8; draft-gont-tcpm-tcp-seq-validation; hazards H43 and H78.  A repeated
FIN lies in front of CLOSING's window; it is answered with an ACK, which moves its sender on to TIME-WAIT.
The ACK that it carries is not looked at (3.10.7.4 first), so it repairs one end, in 9 steps from ESTABLISHED or 14
with the handshake, which is the prototype's length.  The catalogue has one FIN repair both ends; by the
RFC's text that takes both FINs, and 12 steps.
SND.NXT must not go back to the FIN when it is sent again: the ACK would then lie in front of the peer's
window, which is answered with an ACK that does as well, and so for ever (BSD's ACK war).
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection, either, equal
from tcpmodel.tcp import (
    BARE_ACKS,
    CLOSING,
    FINS,
    RESETS,
    arrive,
    at,
    hygiene,
    mutants,
    nothing_in_flight,
    promises,
    repeats,
    rtx_budget,
)

user = User(closes=1, retransmissions=1)
system = connection(a=user, b=user, network=Network(capacity=3, lose=2, when_full="block"), bits=4, established=True)
two_lost = equal(system.variable("network.left.lose"), 0)
owed_once = both(*(at(end, equal(rtx_budget, 1)) for end in "AB"))
acks_lost = both(*(promises.is_in(end, CLOSING) for end in "AB"), two_lost, owed_once, nothing_in_flight())
network = (*arrive("A", FINS, RESETS, BARE_ACKS), *arrive("B", FINS, RESETS, BARE_ACKS))
claims = [
    Witness("both_acks_lost", acks_lost, says="both FINs have arrived, and both ACKs are lost"),
    LeadsTo(
        "lost_acks_are_made_good",
        acks_lost,
        ~either(*(promises.is_in(end, CLOSING) for end in "AB")),
        (*repeats("A", "B"), *network),
        says="two ends that are CLOSING, and whose ACKs are lost, both come out of it",
    ),
    promises.falls_silent(*network),
    promises.whole_stream(),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
hazards = {"H43": "lost_acks_are_made_good", "H78": "falls_silent"}
broken_by = {
    "falls_silent": mutants.retransmission_rewinds_snd_nxt,
    "lost_acks_are_made_good": mutants.retransmission_rewinds_snd_nxt,
}
