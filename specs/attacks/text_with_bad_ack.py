"""Forged text with an ACK of what was never sent is not delivered; with an old ACK it is.

Source: RFC 9293 3.10.7.4 fifth: send an ACK, drop the segment.  The attacker knows RCV.NXT and not SND.NXT.  Half of
all numbers pass for old ones, and only `ack_5961` (MAY-12, `blind_text`) asks whether they are of the last window.
"""

from tcpmodel import Attacker, LeadsTo, User, Witness, before, both, connection, equal
from tcpmodel.tcp import TEXTS, arrive, at, in_flight, misdelivered, mutants, promises, snd, theirs

system = connection(a=User(), b=User(), attacker=Attacker(octets=1, knows=("seq",)), established=True)
forged = in_flight("A", lambda segment, sender: segment.has_text)
bad = in_flight("A", lambda segment, sender: segment.has_text & before(theirs(snd.nxt), segment.ack))
gone = equal(system.variable("attacker.left.octets"), 0) & ~forged
claims = [
    Witness("bad_ack", bad, says="text is in flight that acknowledges what B has never sent"),
    Witness("dropped", both(gone, at("B", ~misdelivered)), says="the text is gone and was not delivered"),
    LeadsTo(
        "is_dropped",
        bad,
        both(~forged, at("B", ~misdelivered)),
        arrive("B", TEXTS),
        says="text that acknowledges what was never sent arrives without being delivered",
    ),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
broken_by = {"is_dropped": mutants.answered_is_processed}
