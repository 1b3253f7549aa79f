"""SYN-RECEIVED takes an ACK of its ISS for one of its SYN, as RFC 793 has it: ESTABLISHED, and nobody has its SYN.

Source: RFC 793 3.9 (SND.UNA =< SEG.ACK), which erratum 3301 and RFC 9293 3.10.7.4 fifth made SND.UNA < SEG.ACK;
Linux 6.18 and libslirp do so after crossing SYNs.  An attacker sends the ACK here: he need not guess B's next number.
"""

from tcpmodel import Attacker, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, at, hygiene, iss, promises, snd

system = connection(
    a=User(active_opens=1),
    b=User(active_opens=1),
    network=Network(capacity=2),
    attacker=Attacker(target="B", acks=1, knows=("seq",), misses_by=1),
    handshake_ack="rfc793",
)
claims = [
    Witness(
        "established_by_ack_of_iss",
        both(promises.is_in("B", ESTABLISHED), at("B", equal(snd.una, iss))),
        says="B is ESTABLISHED, and its SYN is not acknowledged",
    ),
    promises.established_is_acknowledged(expected="fails"),
    hygiene.own_numbers(),
]
