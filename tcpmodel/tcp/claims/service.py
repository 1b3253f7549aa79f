"""Claims about the service to users: text arrives, a close is heard, a listener stays, users are told the truth.

Each function gives a claim, as in `tcp.promises`; those of progress take the rules that may not be put off for ever.
"""

from __future__ import annotations

from tcpmodel.language.sorts import COUNT
from tcpmodel.language.terms import Term, both, choose, either, equal, every, implies, one_of, variable
from tcpmodel.systems.claims import Always, Fair, LeadsTo, Witness, Word
from tcpmodel.tcp.claims import promises
from tcpmodel.tcp.observers.ghosts import ENDINGS, INCARNATIONS, adopted, end, inc
from tcpmodel.tcp.observers.told import SAYINGS, told, told_of_peer, told_of_success
from tcpmodel.tcp.rfc9293.checks import REFUSED, RESET
from tcpmodel.tcp.rfc9293.ends import at, each_end, other_end, some_end
from tcpmodel.tcp.rfc9293.segment import OUT, fields_of
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    EVERY_STATE,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    STATE,
    SYN_RECEIVED,
    SYNCHRONIZED,
    TIME_WAIT,
    snd,
    state,
)
from tcpmodel.tcp.rfc9293.timeouts import TIMED_OUT


def peer_hears_of_close(who: str, *fair: Fair, name: str = "peer_hears_of_close", expected: Word = "holds") -> LeadsTo:
    """After this end's user has closed a connection, the peer takes the FIN, or is in the connection no longer."""
    waits = promises.is_in(other_end(who), SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2)
    return LeadsTo(
        name,
        both(promises.have_met(), promises.has_closed(who), waits),
        ~waits | promises.has_failed(who),
        fair,
        says=f"where {who} has closed, {other_end(who)} takes its FIN, or is in the connection no longer, unless {who} "
        "timed out, was aborted or crashed",
        expected=expected,
    )


def sent_is_acknowledged(
    who: str, *fair: Fair, name: str = "sent_is_acknowledged", expected: Word = "holds"
) -> LeadsTo:
    """Data recovery: what a synchronised end has sent is acknowledged, or its user told.

    Nobody is told where a reset meets CLOSING or LAST-ACK (3.10.7.4 second), or where CLOSE deletes the TCB.
    """
    over = one_of(state, (CLOSED, LISTEN))
    told = one_of(end, tuple(ENDINGS[how] for how in ("closed", "reset", "refused", "timed out", "aborted", "crashed")))
    return LeadsTo(
        name,
        at(who, promises.synchronized & ~equal(snd.una, snd.nxt)),
        at(who, choose(over, told, equal(snd.una, snd.nxt))),
        fair,
        says=f"what {who} has sent when synchronised is acknowledged, or {who} is told of the end, aborts or crashes",
        expected=expected,
    )


def no_connection_without_owner(*, expected: Word = "holds") -> Always:
    """No connection is left without an owner: an end whose user was told that it is over is CLOSED or in LISTEN."""
    return Always(
        "no_connection_without_owner",
        each_end(implies(~one_of(state, (CLOSED, LISTEN)), equal(end, ENDINGS["open"]))),
        needs=some_end(~equal(end, ENDINGS["open"])),
        says="an end whose user was told that the connection is over is CLOSED, or listens for another",
        expected=expected,
    )


def listener_survives(who: str, *, expected: Word = "holds") -> Always:
    """MUST-11, L7: a listener is not CLOSED by a call that the caller did not follow up; for ends that only listen."""
    caller = other_end(who)
    answered = either(*(equal(at(caller, adopted(i)), at(who, inc)) for i in range(1, INCARNATIONS + 1)))
    shut = promises.is_in(who, CLOSED) & ~promises.has_ended(who, "open", "given up", "aborted", "crashed")
    return Always(
        "listener_survives",
        implies(shut, answered),
        needs=promises.is_in(who, SYN_RECEIVED),
        says=f"{who}, which listens, is shut only by its user, a crash, or the end of a connection that {caller} took",
        expected=expected,
    )


def resets_have_a_reason(*, expected: Word = "holds") -> Always:
    """S9: an end that times out sends no reset; a reset answers a segment, or the user called ABORT."""
    why = variable("each.why", COUNT)
    each = fields_of("each")
    own = each.ctl.rst & equal(variable("each.inc", COUNT), inc) & equal(why, 0)
    return Always(
        "resets_have_a_reason",
        each_end(every(OUT, "each", implies(own, equal(end, ENDINGS["aborted"])))),
        needs=some_end(equal(end, ENDINGS["timed out"])),
        says="a reset of an end's present or last incarnation answers a segment, or its user called ABORT",
        expected=expected,
    )


def meets_each_state(who: str, what: Term, *, says: str) -> tuple[Witness, ...]:
    """Witnesses that a claim about every synchronised state is not vacuous: `what` is reached in each of them.

    `says` names what meets the end there.
    """
    named_states = {STATE.values[EVERY_STATE.index(there)]: there for there in SYNCHRONIZED}
    return tuple(
        Witness(
            f"meets_{name.lower().replace('-', '_')}",
            both(promises.is_in(who, there), what),
            says=f"{says} meets {name}",
        )
        for name, there in named_states.items()
    )


def user_is_told(*, expected: Word = "holds") -> Always:
    """MUST-12: users are told the truth about the peer's FIN, about their own, and about how the connection ended."""
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
