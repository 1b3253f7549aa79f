"""Claims that can be proved without history variables: promises of TCP as far as segments' numbers tell.

They say of `tcp.observers.provenance` what `tcp.promises` says of ghosts that remember: S1, and S3.
"""

from __future__ import annotations

from tcpmodel.language.terms import equal, implies, one_of
from tcpmodel.systems.claims import Always, Word
from tcpmodel.tcp.claims.promises import AGREED
from tcpmodel.tcp.observers.ghosts import ENDINGS, end, stale_fin
from tcpmodel.tcp.observers.provenance import foreign_reset, told
from tcpmodel.tcp.rfc9293.ends import each_end, some_end
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    ESTABLISHED,
    FIN_WAIT_2,
    LAST_ACK,
    SYNCHRONIZED,
    TIME_WAIT,
    state,
    syn_outstanding,
)


def agreement(*, expected: Word = "holds") -> Always:
    """S1: a synchronised end was taken by the incarnation that it took (agreement).

    Exempt is an end that called CLOSE in SYN-RECEIVED and whose SYN is not acknowledged yet (FIN-WAIT-1, CLOSING).
    """
    established = one_of(state, (ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT, LAST_ACK, TIME_WAIT))
    confirmed = one_of(state, SYNCHRONIZED) & ~syn_outstanding
    return Always(
        "agreement",
        each_end(implies(established, told) & implies(confirmed, told)),
        needs=some_end(established),
        says=AGREED,
        expected=expected,
    )


def no_stale_fin() -> Always:
    """S3, of FINs: only the peer's FIN is consumed."""
    return Always(
        "no_stale_fin",
        each_end(~stale_fin),
        needs=some_end(equal(state, CLOSE_WAIT)),
        says="a synchronised end consumes only its own peer's FIN",
    )


def no_foreign_reset() -> Always:
    """S3, of resets, as far as numbers can tell: a reset obeyed in a synchronised state bears the peer's number."""
    return Always(
        "no_foreign_reset",
        each_end(~foreign_reset),
        needs=some_end(one_of(end, tuple(ENDINGS[h] for h in ("reset", "cut short", "assassinated")))),
        says="a synchronised end obeys only resets that bear a number of its own peer, or <SEQ=0> with an ACK",
    )
