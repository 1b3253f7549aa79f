"""A stranger who has found RCV.NXT still needs an ACK of the last window; else half of all numbers will do.

Source: RFC 5961 5; hazard H69 (without `ack_5961` 2 steps from ESTABLISHED, as the prototype found).  The
base text of RFC 9293 takes every number in the half behind SND.NXT for an old ACK, and goes on to the text
or the FIN.  With `ack_5961` only SND.UNA - MAX.SND.WND to SND.NXT passes: here 3 numbers of 32, which the
attacker misses, and of 2^32 at most a window and what is outstanding.  Who hits them is heard
(`tests/specs/test_attacks.py`).
"""

from tcpmodel import Attacker, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, at, delivered, in_flight, promises

system = connection(
    a=User(sends=1, closes=1),
    b=User(),
    attacker=Attacker(octets=1, fins=1, knows=("seq",), misses_by=3),
    bits=5,
    established=True,
    ack_5961="on",
)
claims = [
    Witness(
        "forged_text",
        both(
            *(promises.is_in(end, ESTABLISHED) for end in "AB"),
            at("B", equal(delivered, 0)),
            in_flight("A", lambda segment, sender: segment.has_text & equal(sender, 0)),
        ),
        says="text of nobody's is in flight towards B",
    ),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.typing(),
]
hazards = {"H69": "no_stale_data"}
broken_by = {"no_stale_data": {"ack_5961": "off"}, "no_stale_control": {"ack_5961": "off"}}
