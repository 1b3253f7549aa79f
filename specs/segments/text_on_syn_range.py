"""With an octet on the SYN its ACK may be one of two numbers, so an old SYN one number higher is taken for the new one.

Source: RFC 9293 3.10.7.3 (the note on SEG.ACK =< ISS and SEG.ACK > SND.NXT); hazard H17.  B answers an old SYN numbered
ISS+1; its SYN,ACK acknowledges ISS+2, the octet of A's new SYN, and both believe in numbers that differ by one.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import SYN_SENT, at, in_flight, inc, iss, promises

system = connection(
    a=User(active_opens=2, aborts=1),
    b=User(passive_opens=1),
    network=Network(capacity=2),
    syn_text="on",
    isn="free",
    bits=4,
)
claims = [
    Witness(
        "old_syn_is_one_higher",
        both(
            promises.is_in("A", SYN_SENT),
            at("A", equal(inc, 2)),
            in_flight("A", lambda s, sender: both(s.ctl.syn, equal(sender, 1), equal(s.seq, iss + 1))),
        ),
        says="A has called anew, and its old SYN, in flight, is one number higher than the new one",
    ),
    promises.both_established(),
    promises.sequence_agreement(expected="fails"),
]
hazards = {"H17": "sequence_agreement"}
