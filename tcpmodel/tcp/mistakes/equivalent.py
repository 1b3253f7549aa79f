"""Equivalent mutants (mutation testing): those that no claim can tell from the rules, each with the reason.

A reason is an argument about all runs, not about those that were explored.  It says that under the rules nothing ever
comes to where the mutant differs, or that nobody ever looks at what it leaves different; so it is a reason for a mutant
that one end has as well as for one that both have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tcpmodel.tcp.rfc9293.rules import RFC_9293

NOTHING_TO_FORGET = (
    "in LISTEN the TCB is as new: LISTEN is entered from CLOSED, which every way into it leaves forgotten, by a row "
    "that sets nothing, or by a row that forgets"
)
ROOM = (
    "where something waits there is room: at most two octets wait for ESTABLISHED, where nothing is outstanding, and "
    "SEND is refused while they wait, so what is outstanding and what waits are two together; the window is two or more"
)
NOT_SENT = "no TCP sends a segment with neither ACK, SYN nor RST"
NO_ACK = (
    "resets and SYNs are dealt with before this check, and no TCP sends anything else without ACK; but where a SYN "
    "carries text it is trimmed off in SYN-RECEIVED, and the checks that follow are made in the synchronised states"
)
RESET_ALONE = "a reset has no SYN, so the row that drops what is neither SYN nor reset drops it just the same"
PASSES = "what no row of a check matches goes on to the next check, and that is all that this row does"
NOTHING_FOLLOWS = "no check follows in which a row that matches does anything"
FIN_AHEAD = "a FIN behind the text is not at RCV.NXT, or the row before would have fired, and is not kept either"
BOTH_FINS = "the peer's FIN has been taken: of the checks that follow, one ignores text and the other FINs"
COUNTS_IN_TIME_WAIT = (
    "the time is counted in TIME-WAIT only, which leads to CLOSED only, where it is forgotten: elsewhere it is zero"
)
ALL_ACKNOWLEDGED = "in this state our FIN has been acknowledged, and nothing is sent behind a FIN: SND.UNA is SND.NXT"
STARTED_OVER = "the fifth check has started 2MSL over for this segment already"

UNKNOWN_IN_SYN_SENT = (
    "SYN-SENT is entered from CLOSED and LISTEN, where the TCB is as new, by rows that set none of this; and the rows "
    "that fire in it lead on, or set none of it either"
)
NOTHING_BEHIND_A_FIN = "a FIN is sent where nothing is queued, and where one has been sent SEND and CLOSE are refused"
SET_WHERE_ENTERED = "it is counted and looked at in TIME-WAIT only, and every way into TIME-WAIT sets it to zero"
SET_WHERE_STARTED = (
    "it is counted and looked at only while something is outstanding, and whatever is sent where nothing was "
    "outstanding sets it to zero"
)
WAITS_ALREADY = (
    "behind the row stands one that queues a CLOSE where text waits: where one is queued it changes nothing, and in "
    "SYN-RECEIVED text waits wherever a CLOSE does"
)
THE_TCB = ("ISS", "IRS", "SND.UNA", "SND.NXT", "RCV.NXT", "PASSIVE", "QUEUED.TEXT", "QUEUED.FIN")
FORGETTING = tuple(row.name for _, _, row in RFC_9293.rows() if row.forget)
"""The rows that forget the TCB."""


def _kept(rows: Iterable[str], variables: Iterable[str], reason: str) -> dict[str, str]:
    """The mutants in which these rows keep these variables."""
    names = tuple(variables)
    return {f"{row}: keeps {variable}": reason for row in rows for variable in names}


EQUIVALENT: Mapping[str, str] = {
    **_kept(FORGETTING, ("TIME_WAIT.ELAPSED",), SET_WHERE_ENTERED),
    **_kept(FORGETTING, ("RTX.ELAPSED",), SET_WHERE_STARTED),
    **_kept(("CLOSE ends listening", "ABORT ends listening"), THE_TCB, NOTHING_TO_FORGET),
    **_kept(
        ("CLOSE gives up calling", "ABORT gives up calling", "SYN-SENT is refused"),
        ("IRS", "RCV.NXT", "PASSIVE", "QUEUED.FIN"),
        UNKNOWN_IN_SYN_SENT,
    ),
    **_kept(
        (
            "LAST-ACK learns that its FIN arrived",
            "TIME-WAIT has lasted long enough",
            "ABORT ends a closing connection quietly",
            "a reset cuts a closing connection short",
            "a reset ends TIME-WAIT",
        ),
        ("QUEUED.TEXT", "QUEUED.FIN"),
        NOTHING_BEHIND_A_FIN,
    ),
    "CLOSE waits already: is missing in SYN-RECEIVED": WAITS_ALREADY,
    "CLOSE waits already: comes after 'CLOSE waits until all is sent'": WAITS_ALREADY,
    "a reset refuses a simultaneous OPEN: keeps PASSIVE": "the row before it takes every end that it is set of",
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
    "an acceptable segment is checked further: is missing": PASSES,
    "an old ACK changes nothing: is missing": PASSES,
    "a segment without ACK is dropped: lets processing go on": NO_ACK,
    "SYN-RECEIVED resets the sender of an unacceptable ACK: lets processing go on": (
        "the checks that follow are made in the synchronised states only"
    ),
    "TIME-WAIT acknowledges and starts over: ends the processing": (
        "of the checks that follow, one ignores text, and the other starts 2MSL over, as this row has done"
    ),
    "TIME-WAIT acknowledges and starts over: sends SEQ=SND.UNA": ALL_ACKNOWLEDGED,
    "a FIN ends the wait of FIN-WAIT-2: sends SEQ=SND.UNA": ALL_ACKNOWLEDGED,
    "TIME-WAIT starts over at a bare ACK: ends the processing": (
        "an empty segment has neither text nor FIN, which is what the checks that follow are about"
    ),
    "CLOSING learns that its FIN arrived: ends the processing": (
        "of the checks that follow, one ignores text, and the other starts 2MSL over, as this row has done"
    ),
    "CLOSING learns that its FIN arrived: TIME_WAIT.ELAPSED stays": COUNTS_IN_TIME_WAIT,
    "a FIN ends the wait of FIN-WAIT-2: TIME_WAIT.ELAPSED stays": COUNTS_IN_TIME_WAIT,
    "a FIN in TIME-WAIT starts 2MSL over: whether or not the state = TIME-WAIT": COUNTS_IN_TIME_WAIT,
    "a FIN in TIME-WAIT starts 2MSL over: TIME_WAIT.ELAPSED stays": STARTED_OVER,
    "a FIN in TIME-WAIT starts 2MSL over: is missing": STARTED_OVER,
    "a FIN after the peer's FIN is ignored: is missing": NOTHING_FOLLOWS,
    "CLOSING learns that text arrived, but not its FIN: lets processing go on": BOTH_FINS,
    "CLOSING ignores an old ACK: lets processing go on": BOTH_FINS,
    "CLOSING ignores an old ACK: is missing": (f"the last row of the check lets it pass then; {BOTH_FINS}"),
    "text after the peer's FIN is ignored: lets processing go on": (
        "the row is for text without FIN, and the check that follows is about FINs"
    ),
    "text ahead of RCV.NXT is not kept: lets processing go on": FIN_AHEAD,
    "text ahead of RCV.NXT is not kept: is missing": FIN_AHEAD,
    "the SYN,ACK is sent again: whether or not the retransmission queue is not empty": (
        "SND.NXT has passed ISS and no incarnation uses half of the numbers, so where SND.UNA = ISS they differ"
    ),
}
"""The mutants by name."""
