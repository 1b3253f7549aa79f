"""Ghosts that note what a user has been told of how the connection goes.

RFC 9293 MUST-12 has the application know whether its connection was closed or aborted by the peer; 3.5.3, 3.6,
3.10.7.4 and 3.10.8 say what is signalled when.  A system notes it with `ghosts="told"`; `tcp.claims.service` claims
that what is told is so.
"""

from __future__ import annotations

from dataclasses import replace

from tcpmodel.language.sorts import BOOL, Enum
from tcpmodel.language.terms import FALSE, TRUE, Term, alternatives, variable
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Variable
from tcpmodel.tcp.rfc9293.checks import ALL_SENT, PEER_CLOSES, REFUSED, RESET
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.rfc9293.tcb import iss
from tcpmodel.tcp.rfc9293.timeouts import TIMED_OUT

SAID = Enum("Said", ("nothing", RESET, REFUSED, TIMED_OUT))
SAYINGS = dict(zip(SAID.values, alternatives(SAID), strict=True))
"""Values of `told`: by the words that the user is told, or "nothing"."""
told = variable("told.end", SAID, says="what the user was told of the connection's end")
told_of_peer = variable("told.peer", BOOL, says="the user was told that the peer closes")
told_of_success = variable("told.sent", BOOL, says="the user was told that everything sent is acknowledged")
ALSO = {PEER_CLOSES: told_of_peer, ALL_SENT: told_of_success}


def told_variables() -> tuple[Variable, ...]:
    """The ghosts of one endpoint."""
    return tuple(Variable(v, ghost=True) for v in (told, told_of_peer, told_of_success))


def noted(rules: Rules) -> Rules:
    """The rules with what they tell noted, anew for each incarnation; what is told of its end is noted as it ends."""

    def note(event: str, block: FirstMatch, row: Row) -> tuple[Row, ...]:
        notes: dict[Term, Term] = {}
        if iss in row.set:
            notes = {told: SAYINGS["nothing"], told_of_peer: FALSE, told_of_success: FALSE}
        if row.tell in SAYINGS or row.ends is not None:
            notes[told] = SAYINGS.get(row.tell or "", SAYINGS["nothing"])
        if row.tell in ALSO:
            notes[ALSO[row.tell]] = TRUE
        return (replace(row, set={**row.set, **notes}),)

    return rules.map(note)
