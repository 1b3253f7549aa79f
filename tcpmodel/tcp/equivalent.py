"""Mutants that no claim can tell from the rules, each with the reason why.

A reason is an argument about all runs, not about those that were explored.
"""

from __future__ import annotations

from collections.abc import Mapping

NOTHING_TO_FORGET = (
    "in LISTEN the TCB is as new: LISTEN is entered from CLOSED, which every way into it leaves forgotten, by a row "
    "that sets nothing, or by a row that forgets"
)
ROOM = (
    "where something waits there is room: at most two octets wait for ESTABLISHED, where nothing is outstanding, and "
    "SEND is refused while they wait, so what is outstanding and what waits are two together; the window is two or more"
)
NOT_SENT = "no TCP sends a segment with neither ACK, SYN nor RST"
RESET_ALONE = "a reset has no SYN, so the row that drops what is neither SYN nor reset drops it just the same"

EQUIVALENT: Mapping[str, str] = {
    "CLOSE ends listening: forgets nothing": NOTHING_TO_FORGET,
    "ABORT ends listening: forgets nothing": NOTHING_TO_FORGET,
    "a queued octet is sent: whether or not the window has room": ROOM,
    "a queued octet is sent to a peer that has closed: whether or not the window has room": ROOM,
    "a queued CLOSE sends its FIN: whether or not QUEUED.TEXT = 0": (
        f"{ROOM}; so while an octet waits, the row before this one matches"
    ),
    "a queued CLOSE answers the peer's FIN: whether or not QUEUED.TEXT = 0": (
        f"{ROOM}; so while an octet waits, the row before this one matches"
    ),
    "LISTEN answers a SYN with SYN,ACK: whether or not the SYN bit is set": NOT_SENT,
    "LISTEN drops anything else: is missing": NOT_SENT,
    "SYN-SENT drops a reset without ACK: is missing": RESET_ALONE,
    "SYN-SENT drops a reset that acknowledges nothing it sent: whether or not the ACK bit is set": (
        "a reset without ACK is then dropped by this row or by the one for it: dropped it is"
    ),
    "SYN,ACK completes the caller's handshake: sends SEQ=SND.UNA": (
        "only ISS+1 is an acceptable acknowledgment in SYN-SENT, so SND.UNA, just set to it, is SND.NXT"
    ),
    "a SYN crosses ours: PASSIVE stays": (
        "in SYN-SENT it is not set: only LISTEN sets it, on its way to SYN-RECEIVED, and every way back from there to "
        "CLOSED or LISTEN, through which alone SYN-SENT is reached, forgets it"
    ),
}
"""The mutants by name."""
