"""Old text straddles the new window's left edge: its first octet is trimmed off, its second is delivered as new.

Source: RFC 9293 3.4.1, 3.4.3, and table 6 (3.10.7.4 first), whose second arm takes a segment for acceptable if its last
number lies in the window.  A crashes, and its ISN clock moves by one number in the quiet time, which is too short.  A
segment of one octet lies in front of the new window then and is turned away; one of two octets is not.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, at, in_flight, inc, promises, rcv, theirs

system = connection(
    a=User(sends=1, crashes=1, active_opens=1, retransmissions=1),
    b=User(passive_opens=1),
    network=Network(capacity=2, duplicate=1, when_full="block"),
    time=Time(msl=2, quiet=1, time_wait=0),
    segments="any",
    bits=4,
    established=True,
    isn="clock",
)
straddles = in_flight(
    "A",
    lambda s, sender: both(equal(s.text, 2), equal(s.seq + 1, theirs(rcv.nxt)), ~equal(sender, inc)),
)
claims = [
    Witness(
        "old_text_straddles",
        both(promises.is_in("B", ESTABLISHED), at("A", equal(inc, 2)), straddles),
        says="B is in the new connection, and old text is in flight whose second octet has the number that B expects",
    ),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
