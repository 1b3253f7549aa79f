"""What real stacks do besides, for which nothing has to be assumed: RFC 9293's own rows explain it.

The text of a profile's `[[beyond]]` without an assumption is the key.  What nobody may send is no conversation of its
own: there the sender is to blame, and what his segment draws is not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from conform.conversations import A, B
from conform.deviations import OPENED


class Plain(NamedTuple):
    """A conversation that needs no assumption, and why."""

    script: str
    near: int
    why: str


ACK_AT_ANY_TIME = "an ACK may be sent at any time"
SENT_AGAIN = "what is not acknowledged may be sent again at any time"
NO_ANSWER = "that no ACK is sent does not show: it may come later, and nobody waits for it"

OF_PROFILES: Mapping[str, Plain] = {
    "CLOSING repeats its FIN where the RFC has it answer with a bare ACK": Plain(
        OPENED + "A FIN,ACK ack=1\nB FIN,ACK ack=1\nA FIN,ACK seq=1 ack=2", A, SENT_AGAIN
    ),
    "a reset in the window of SYN-RECEIVED that is not exact draws SYN,ACK instead of an ACK": Plain(
        "A SYN\nB SYN,ACK\nA RST seq=50\nB SYN,ACK seq=0\nA ACK\nB ACK text=5", B, SENT_AGAIN
    ),
    "an unacceptable segment in SYN-RECEIVED is not answered": Plain(
        "A SYN\nB SYN,ACK\nA SYN\n+1 A ACK\nB ACK text=5", B, NO_ANSWER
    ),
    "a FIN again at RCV.NXT is dropped, where the rows ignore it": Plain(
        OPENED + "A FIN,ACK\nB ACK\nA FIN,ACK\n+1 B FIN,ACK ack=2\nA ACK", B, NO_ANSWER
    ),
}
OF_KNOBS: Mapping[tuple[str, str], Plain] = {
    ("ahead", "acknowledged"): Plain(OPENED + "A ACK text=5 seq=6\nB ACK ack=1", B, ACK_AT_ANY_TIME),
    ("repeated_syn", "syn_ack"): Plain("A SYN\nB SYN,ACK\n+1 A SYN\nB SYN,ACK seq=0", B, SENT_AGAIN),
    ("second_fin", "acknowledged"): Plain(OPENED + "A FIN,ACK\nB ACK\nA FIN,ACK\nB ACK ack=2", B, ACK_AT_ANY_TIME),
    ("time_wait_restart", "ack_bearing"): Plain(
        OPENED + "A FIN,ACK\nB ACK\nB FIN,ACK\nA ACK\n+100 B FIN,ACK seq=1\nA ACK ack=2\n+200 A ACK ack=2",
        A,
        "how long TIME-WAIT has lasted is only asked where the pair is used again",
    ),
}

BLAMED_ON_SENDER: Mapping[str, tuple[str, int]] = {
    "LISTEN drops a SYN with a FIN": ("A SYN,FIN", 1),
    "a segment without ACK is answered with an ACK in TIME-WAIT": (
        OPENED + "B FIN,ACK\nA ACK\nA FIN,ACK\nB ACK\nA - text=5 seq=2\nB ACK",
        8,
    ),
    "text or a FIN without ACK draws a reset": (OPENED + "A - text=5\nB RST,ACK seq=@0 ack=6", 4),
    "a FIN without ACK to CLOSED is not answered": ("A FIN\n+1 A FIN seq=0", 1),
}
"""Nobody may send what these answer: the script, and the frame at which its sender is blamed."""

NOT_TRIED = ("a higher SYN in TIME-WAIT: what becomes of one that proves old was not tried",)
"""What nobody has looked at."""
