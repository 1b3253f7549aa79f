"""A proxy completes the handshake in a host's name that does not listen: the caller is ESTABLISHED with nobody.

Source: RFC 4987 3.2 (SYN proxies) and RFC 9293 3.5; promise S1.  What the caller's connect() says is that the proxy
answers.  When the proxy then hands over its text, CLOSED resets the caller: connected, and reset at the first octet.
"""

from tcpmodel import BOOL, TRUE, Network, Part, Row, User, Variable, Witness, both, connection, variable
from tcpmodel.tcp import ACK, CLOSED, ESTABLISHED, SYN, emit, in_name_of, promises, seg, takes

answered = variable("proxy.answered", BOOL, says="the proxy has answered", denies="the proxy has not answered")
proxy = Part(
    "proxy",
    variables=(Variable(answered),),
    rules=(
        takes(
            "proxy",
            "A",
            "answers a SYN",
            Row(
                "the proxy answers a SYN in B's name",
                "RFC 4987 3.2",
                when=(seg.ctl.syn, ~seg.ctl.ack),
                set={answered: TRUE},
                send=in_name_of("B", emit(seq=seg.seq, ack=seg.seq + 1, ctl=(SYN, ACK))),
            ),
            when=(~answered,),
        ),
    ),
)
system = connection(a=User(active_opens=1, sends=1), b=User(), network=Network(), path=[proxy], bits=4)
claims = [
    Witness(
        "connected_with_nobody",
        both(promises.is_in("A", ESTABLISHED), promises.is_in("B", CLOSED)),
        says="A is ESTABLISHED, and B is CLOSED and has never listened",
    ),
    Witness("reset_at_once", promises.has_ended("A", "reset"), says="A is reset by B's host"),
    promises.authenticity(expected="fails"),
    promises.typing(),
]
