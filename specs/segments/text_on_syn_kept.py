"""The SYN carries an octet, and the listener keeps it: delivered once the handshake is complete, it is sent only once.

Source: RFC 9293 3.5, 3.10.7.2 third and 3.10.7.3 fourth ("queued for processing later"); hazard H16.  B acknowledges
the SYN alone, and hands the octet over when its own SYN is acknowledged, also where it has called CLOSE meanwhile.
Nobody repeats anything here, so a listener that does not keep it (`text_on_syn`) never delivers the octet.
"""

from tcpmodel import Always, LeadsTo, Network, User, Witness, both, connection, equal, implies
from tcpmodel.tcp import (
    ESTABLISHED,
    FIN_WAIT_1,
    KINDS,
    SYN_RECEIVED,
    arrive,
    at,
    delivered,
    hygiene,
    in_flight,
    irs,
    promises,
    syn_outstanding,
    theirs,
)

system = connection(
    a=User(active_opens=1),
    b=User(passive_opens=1, closes=1),
    network=Network(capacity=2, duplicate=1),
    syn_text="kept",
    bits=4,
)
syn_is_kept = in_flight("A", lambda s, sender: both(s.ctl.syn, s.has_text, equal(s.seq, theirs(irs))))
claims = [
    Witness(
        "octet_is_delivered",
        both(promises.is_in("B", ESTABLISHED), at("B", equal(delivered, 1))),
        says="B has delivered the octet that came with the SYN",
    ),
    Witness(
        "octet_is_delivered_after_close",
        both(promises.is_in("B", FIN_WAIT_1), at("B", equal(delivered, 1))),
        says="B, which has called CLOSE, has delivered the octet",
    ),
    Always(
        "nothing_before_the_handshake",
        at("B", implies(syn_outstanding, equal(delivered, 0))),
        needs=promises.is_in("B", SYN_RECEIVED),
        says="B delivers nothing before its SYN is acknowledged",
    ),
    LeadsTo(
        "what_is_kept_is_delivered",
        both(promises.is_in("B", ESTABLISHED), syn_is_kept),
        at("B", equal(delivered, 1)),
        arrive("B", *KINDS),
        says="the octet of a SYN that is kept is delivered in the end to an end that is ESTABLISHED",
    ),
    promises.whole_stream(),
    promises.agreement_on_entry(),
    promises.no_stale_data(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H16": "nothing_before_the_handshake"}
broken_by = {
    "what_is_kept_is_delivered": {"syn_text": "on"},
    "nothing_before_the_handshake": {"syn_text": "off", "fast_open": "on"},
}
