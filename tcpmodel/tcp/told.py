"""What a user has been told of how the connection goes: ghosts that note it, and the claim that it is so.

RFC 9293 MUST-12 has the application know whether its connection was closed or aborted by the peer; 3.5.3, 3.6,
3.10.7.4 and 3.10.8 say what is signalled when.  A system notes it with `ghosts="told"`.
"""

from __future__ import annotations

from dataclasses import replace

from tcpmodel.language.sorts import BOOL, Enum
from tcpmodel.language.terms import FALSE, TRUE, Term, alternatives, both, equal, implies, one_of, variable
from tcpmodel.systems.claims import Always, Word
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Variable
from tcpmodel.tcp.arrivals import ALL_SENT, PEER_CLOSES, REFUSED, RESET
from tcpmodel.tcp.ends import each_end, some_end
from tcpmodel.tcp.ghosts import ENDINGS, end
from tcpmodel.tcp.rules import Rules
from tcpmodel.tcp.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    TIME_WAIT,
    iss,
    state,
)
from tcpmodel.tcp.timeouts import TIMED_OUT

SAID = Enum("Said", ("nothing", RESET, REFUSED, TIMED_OUT))
SAYINGS = dict(zip(SAID.values, alternatives(SAID), strict=True))
told = variable("told.end", SAID, says="what the user was told of the connection's end")
told_of_peer = variable("told.peer", BOOL, says="the user was told that the peer closes")
told_of_success = variable("told.sent", BOOL, says="the user was told that everything sent is acknowledged")


def told_variables() -> tuple[Variable, ...]:
    """The ghosts of one endpoint."""
    return tuple(Variable(v, ghost=True) for v in (told, told_of_peer, told_of_success))


def noted(rules: Rules) -> Rules:
    """The rules with what they tell noted, anew for each incarnation and for each end of one."""

    def note(event: str, block: FirstMatch, row: Row) -> tuple[Row, ...]:
        notes: dict[Term, Term] = {}
        if iss in row.set:
            notes = {told: SAYINGS["nothing"], told_of_peer: FALSE, told_of_success: FALSE}
        if row.tell in SAYINGS or row.ends is not None:
            notes[told] = SAYINGS.get(row.tell or "", SAYINGS["nothing"])
        if row.tell == PEER_CLOSES:
            notes[told_of_peer] = TRUE
        if row.tell == ALL_SENT:
            notes[told_of_success] = TRUE
        return (replace(row, set={**row.set, **notes}),)

    return rules.map(note)


def user_is_told(*, expected: Word = "holds") -> Always:
    """MUST-12: what a user has been told of the peer's FIN, of his own, and of the end is what has happened."""
    ended = {how: equal(end, ENDINGS[how]) for how in ENDINGS}
    aborted = ended["reset"] | ended["cut short"]
    gone, both_halves = equal(state, CLOSED), told_of_peer & told_of_success
    closed = gone & (ended["closed"] | ended["assassinated"])
    heard = both(
        implies(equal(told, SAYINGS[RESET]), (aborted | ended["refused"]) & ~both_halves),
        implies(equal(told, SAYINGS[REFUSED]), ended["refused"]),
        implies(equal(told, SAYINGS[TIMED_OUT]), ended["timed out"]),
        implies(gone & aborted, equal(told, SAYINGS[RESET])),
        implies(gone & ended["refused"], one_of(told, (SAYINGS[REFUSED], SAYINGS[RESET]))),
        implies(gone & ended["timed out"], equal(told, SAYINGS[TIMED_OUT])),
        implies(one_of(state, (CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT)) | closed, told_of_peer),
        implies(one_of(state, (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2)), ~told_of_peer),
        implies(one_of(state, (FIN_WAIT_2, TIME_WAIT)) | closed, told_of_success),
        implies(one_of(state, (ESTABLISHED, FIN_WAIT_1, CLOSE_WAIT, CLOSING, LAST_ACK)), ~told_of_success),
    )
    return Always(
        "user_is_told",
        each_end(heard),
        needs=some_end(~equal(told, SAYINGS["nothing"])) & some_end(told_of_peer),
        says="a user has been told that the peer closes, that all he sent is acknowledged, that the connection was "
        "reset, refused or timed out, exactly where it is so, and of no reset where both halves have closed in peace",
        expected=expected,
    )
