"""What users queue before ESTABLISHED goes out afterwards: octets in order, then the FIN; all of it arrives.

Source: RFC 9293 3.10.2 and 3.10.4.  The network keeps order and loses nothing, so nothing needs repeating: where
the system stops, everything that was sent or queued has been acknowledged.
"""

from tcpmodel import Always, Network, User, Witness, at_least, both, connection, equal, implies, within
from tcpmodel.tcp import (
    CLOSE_WAIT,
    CLOSING,
    FIN_WAIT_2,
    LAST_ACK,
    TIME_WAIT,
    at,
    delivered,
    hygiene,
    in_flight,
    promises,
    queued,
    rcv,
    sent_fin,
    snd,
    syn_outstanding,
)

system = connection(
    a=User(active_opens=1, sends=3, closes=2, first_isn=3),
    b=User(passive_opens=1, sends=1, closes=1, first_isn=12),
    network=Network(capacity=8, reorder=False, when_full="block"),
    bits=4,
)
closes = {end: (system.variable(f"{end}.left.CLOSE"), most) for end, most in (("A", 2), ("B", 1))}
claims = [
    Witness("two_octets_wait", at("A", at_least(queued.text, 2)), says="two octets wait for ESTABLISHED"),
    Witness(
        "queued_behind_the_peers_fin",
        both(promises.is_in("A", CLOSE_WAIT), at("A", at_least(queued.text, 1) & queued.fin)),
        says="the peer has closed before the queue is sent",
    ),
    Witness(
        "octet_acknowledges_the_fin",
        both(
            promises.is_in("A", CLOSE_WAIT),
            at("A", at_least(queued.text, 1)),
            in_flight("A", lambda segment, sender: segment.has_text & equal(segment.ack, rcv.nxt)),
        ),
        says="the first octet from the queue acknowledges the peer's FIN",
    ),
    Witness(
        "all_delivered",
        both(promises.is_in("B", TIME_WAIT), at("B", equal(delivered, 3))),
        says="all of A's octets and its FIN have arrived",
    ),
    Always(
        "window_is_kept",
        at("A", syn_outstanding | sent_fin | within(snd.nxt, snd.una, 3)),
        says="no more than two octets are sent that are not acknowledged",
    ),
    Always(
        "closes_when_told",
        both(*(implies(at(end, sent_fin), ~equal(left, most)) for end, (left, most) in closes.items())),
        needs=both(*(at(end, sent_fin) for end in closes)),
        says="a FIN is sent only after CLOSE",
    ),
    Always(
        "fin_comes_last",
        both(*(at(end, implies(sent_fin, equal(queued.text, 0) & ~queued.fin)) for end in closes)),
        needs=at("A", queued.fin),
        says="nothing stays queued behind the FIN",
    ),
    Always(
        "second_closer_is_not_closing",
        ~(promises.is_in("A", CLOSING) & promises.is_in("B", FIN_WAIT_2)),
        needs=promises.is_in("A", LAST_ACK) & promises.is_in("B", FIN_WAIT_2),
        says="who closes after the peer's FIN waits in LAST-ACK, not in CLOSING",
    ),
    hygiene.all_is_settled(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
]
