"""Assumptions: what an explanation may take for granted beside RFC 9293's own rows, with the price of each.

Three kinds, in the order of their price.  An *option* is what RFC 9293 or an RFC beside it permits.  A *deviation* is
what real stacks were seen to do.  An assumption of the *environment* is of no endpoint's rows: a host crashed, a filter
swallowed a reset, a capture began late, a third party spoke.  Of two explanations the smaller is the one whose
assumptions cost less in all; so any number of options goes before one deviation, and any of those before one assumption
of the environment.  Of two that do the same at one price the one stands whose may-row comes first.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """Whose leave an assumption has; the value is its price."""

    OPTION = 1
    DEVIATION = 1_000
    ENVIRONMENT = 1_000_000


class Assumption(NamedTuple):
    """Something taken for granted: its name, what it says, where it is permitted or was seen, and its kind."""

    name: str
    says: str
    cite: str
    kind: Kind


def _option(name: str, says: str, cite: str) -> Assumption:
    return Assumption(name, says, cite, Kind.OPTION)


def _deviation(name: str, says: str, cite: str) -> Assumption:
    return Assumption(name, says, cite, Kind.DEVIATION)


def _environment(name: str, says: str, cite: str) -> Assumption:
    return Assumption(name, says, cite, Kind.ENVIRONMENT)


# What an end may send.

PROBES = _option("probe", "a probe at SND.NXT-1, whose octet may be any", "RFC 9293 3.8.4, 3.8.6.1")
TEXT_ON_SYN = _option("text on SYN", "a SYN carries text", "RFC 9293 3.10.1; RFC 7413")
EARLY_TEXT = _option("early text", "text is sent before the SYN,ACK is acknowledged (Fast Open)", "RFC 7413 4.2.2")
ABORT_WITH_ACK = _deviation("RST,ACK on ABORT", "ABORT's reset has the ACK bit", "all five measured stacks")
ABORT_WHILE_CLOSING = _deviation(
    "RST,ACK while closing",
    "ABORT, or text from the peer, draws RST,ACK in SYN-SENT, CLOSING and LAST-ACK",
    "lwIP 2.1.3, gVisor",
)

# What an end may do at an arrival.

HELD = _option("held text", "text ahead of RCV.NXT is kept until the gap is filled", "RFC 9293 3.10.7.4 (SHLD-31)")
HALF_DUPLEX = _option(
    "half-duplex close",
    "text after CLOSE is answered with a reset",
    "RFC 9293 3.6.1 (MAY-1, SHLD-3)",
)
REOPENS = _option("TIME-WAIT reopens", "a higher SYN ends TIME-WAIT", "RFC 9293 3.6.1 (MAY-2)")
SYN_TEXT_TAKEN = _option("text on SYN taken", "a listener takes the text of a SYN", "RFC 9293 3.10.7.2 third; RFC 7413")
NO_PLACE = _option("backlog", "a listener without a free place drops a SYN", "RFC 4987 2")
OLD_ACK_CHALLENGED = _option(
    "old ACK challenged",
    "a segment whose ACK is older than the peer's window, or than our SYN, is dropped",
    "RFC 5961 5.2 (MAY-12); Linux since 6.7",
)
ACK_AHEAD_WAITS = _option(
    "ACK ahead not heard",
    "the ACK on a segment ahead of RCV.NXT waits with it, or is dropped",
    "RFC 9293 3.10.7.4 first (SHLD-31); gVisor, PyTCP",
)
SYN_COOKIE = _option(
    "SYN cookie", "a listener that remembers nothing of a SYN hears no reset before the third ACK", "RFC 4987 3.6"
)
THIRD_ACK_IGNORED = _deviation(
    "third ACK ignored",
    "a listener stays in SYN-RECEIVED while nobody accepts, no text comes, or a FIN comes with the ACK",
    "Linux, PyTCP",
)
CROSSING_SYN_IGNORED = _deviation("crossing SYN ignored", "SYN-SENT ignores a SYN without ACK", "lwIP 2.1.3")
UNACCEPTABLE_ACK_USED = _deviation(
    "ACK of an unacceptable segment used",
    "the ACK on a segment outside the window moves the state",
    "lwIP 2.1.3, libslirp 4.7.0",
)
UNSENT_ACK_TAKEN = _deviation(
    "text with an ACK of unsent octets taken",
    "text is delivered although its ACK is of what was never sent",
    "lwIP 2.1.3, gVisor",
)
CROSSING_SYN_ACK = _option(
    "crossing SYN,ACK establishes", "after crossing SYNs the peer's SYN,ACK acknowledges ours", "RFC 9293 3.5, figure 7"
)
LINUX_WINDOW = _deviation(
    "Linux's sequence test",
    "a segment at the edge of the window counts as in it",
    "Linux",
)
SYN_RECEIVED_RESETS = _deviation("second SYN is reset", "a second SYN in SYN-RECEIVED draws a reset", "Linux, gVisor")
SYN_CHALLENGED = _deviation(
    "second SYN changes nothing",
    "a second SYN in SYN-RECEIVED is challenged or ignored",
    "PyTCP, lwIP 2.1.3; RFC 5961 4.2",
)
BAD_ACK_IGNORED = _deviation("bad ACK ignored", "SYN-RECEIVED drops an unacceptable ACK without a reset", "PyTCP 0.3.8")
ACK_OF_ISS = _deviation("ACK of ISS establishes", "SND.UNA =< SEG.ACK ends SYN-RECEIVED", "RFC 793 3.9; Linux")
RESET_BELOW = _deviation("reset at RCV.NXT-1", "a reset at the number of the peer's FIN is accepted", "Linux, libslirp")
RESET_IN_WINDOW = _deviation("reset in the window", "any reset in the window resets", "RFC 793; gVisor, libslirp")
RESET_ANYWHERE = _deviation("reset anywhere", "a reset outside the window is obeyed", "libslirp 4.7.0")
RESET_ANSWERED = _deviation(
    "reset answered",
    "a reset to CLOSED or LISTEN, or with a bad ACK to SYN-SENT, is answered with a reset",
    "libslirp 4.7.0",
)
SYN_RESETS = _deviation("SYN in the window resets", "a SYN in the window resets the connection", "RFC 793")
DEAF_TIME_WAIT = _deviation(
    "TIME-WAIT ignores resets",
    "a reset does not end TIME-WAIT",
    "RFC 1337; lwIP, gVisor, PyTCP",
)
TIME_WAIT_RESETS_SYN = _deviation(
    "TIME-WAIT resets a SYN",
    "a SYN in the window of TIME-WAIT draws a reset, and the state stays",
    "lwIP 2.1.3",
)
FIN_TWICE = _deviation(
    "second FIN consumed",
    "a second FIN at RCV.NXT advances it",
    "RFC 9293 3.10.7.4 eighth, to the letter",
)

# What may happen silently.

EARLY_END = _option(
    "TIME-WAIT ended early",
    "TIME-WAIT was over when the pair was used again",
    "RFC 9293 3.4.2, 3.6.1; tcp_tw_reuse",
)
FIN_WAIT_2_ENDS = _deviation("FIN-WAIT-2 timed out", "FIN-WAIT-2 ended without the peer's FIN", "BSD, Linux")
CRASH = _environment("crash", "the host lost its TCBs", "RFC 9293 3.5.1")
RESET_SWALLOWED = _environment(
    "reset swallowed", "a filter, or a limit of the rate, swallowed a reset", "RFC 9293 3.5.2"
)

# Of the capture.

MID_STREAM = _environment("mid-stream start", "the capture begins in the middle of the connection", "")
THIRD_PARTY = _environment("third party", "somebody else sent the segment in the end's name", "")
UNSEEN = _environment(
    "unseen third party", "a segment that the capture does not show reached the end in its peer's name", ""
)
OLD_DUPLICATE = _environment("old duplicate", "a segment of an earlier incarnation arrived", "RFC 9293 3.4.3")
TRANSCRIBED = _environment("incomplete transcription", "the text of the capture does not say what was sent", "")
INCOMPLETE = _environment("incomplete capture", "the capture misses segments", "")


def price(assumptions: frozenset[Assumption]) -> int:
    """What a set of assumptions costs: the smaller, the better the explanation."""
    return sum(a.kind.value for a in assumptions)
