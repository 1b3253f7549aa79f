"""Proof that ISSs from a clock (RFC 6528: ISN = M + F(sockets, secret)) lie as far apart as other proofs assume.

One end and one pair of sockets, so F is a constant and the ISS is where the clock M + F stands.  A number is *about* as
long as a segment bears or acknowledges it, or the peer expects it, whoever sent what to whom and how often.  The idea:
how far a number lies behind the clock is bounded from both sides.  It is no more than the clock moves in a lifetime, so
the clock does not come round to it.  And it is no less than the clock has moved since the end last used a number, less
a tick, if connections use numbers no faster than the clock gives them; if they do, less all that an incarnation uses.

Times are counted in numbers of the clock.  A host that waits longer, or numbers that are gone sooner, do nothing that
this system does not do as well (simulation).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tcpmodel.language.sorts import BOOL, SEQ
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    both,
    choose,
    constant,
    equal,
    every,
    implies,
    some,
    variable,
    within,
)
from tcpmodel.systems.claims import Always
from tcpmodel.systems.proof import Assumption, Crowd, Proof, Tooth
from tcpmodel.systems.row import Emission, FirstMatch, Pick, Row
from tcpmodel.systems.system import Bag, Rule, Sweep, TransitionSystem, Variable
from tcpmodel.tcp.knobs.isn import reach, ruled_out
from tcpmodel.tcp.proofs.unbounded import SPAN, WINDOW

clock = variable("clock", SEQ, says="the ISN clock, with what the secret adds")
is_open = variable("open", BOOL, says="there is a connection", denies="there is no connection")
iss = variable("iss", SEQ, says="the ISS of the connection that there is or was last")
used = variable("used", SEQ, says="how many numbers it has used")
rested = variable("rested", SEQ, says="how far the clock has moved since a number was used, up to the wait")
VARIABLES = (clock, is_open, iss, used, rested)
number, its_iss = variable("n.number", SEQ), variable("n.iss", SEQ)
"""A number that is about, and the ISS of its incarnation."""
ABOUT, ZERO = "about", constant(0, SEQ)
A_SECOND = 250_000
"""RFC 6528 3: the clock gives a number every 4 microseconds."""
OPENS, USES, ENDS = "OPEN takes the ISS that the clock shows", "a new number is used", "the connection ends"
CRASHES, TICKS, REKEYS = "a crash forgets when a number was last used", "time passes", "the secret key changes"


@dataclass(frozen=True)
class Clocked:
    """A host's clock and habits: `rate` is how far the clock moves in a tick; without `wait` and `life`, the limits.

    With `keeps_pace` connections use numbers no faster than the clock gives them.
    """

    rate: int = 1
    keeps_pace: bool = True
    wait: int | None = None
    life: int | None = None
    window: int = WINDOW
    span: int = SPAN
    bits: int = 32

    @property
    def far(self) -> int:
        """The distance that ISSs are to keep."""
        return reach(units=self.span, window=self.window)

    @property
    def waits(self) -> int:
        """The least that the clock moves between the last number used and the next OPEN."""
        return self.far + (self.rate if self.keeps_pace else self.span) + 1 if self.wait is None else self.wait

    @property
    def lives(self) -> int:
        """The most that the clock moves between an OPEN and the end of all its numbers."""
        return (1 << self.bits) - self.far - self.span - 2 if self.life is None else self.life


def clocked(host: Clocked, *, capacity: int = 2, changing_key: bool = False) -> TransitionSystem:
    """One end that opens, uses numbers, ends and crashes, in time; with numbers that stay about for a while."""
    fields = tuple(Variable(variable(name, SEQ)) for name in ("number", "iss"))
    return TransitionSystem(
        "isn_clock",
        host.bits,
        tuple(map(Variable, VARIABLES)),
        (Bag(ABOUT, fields, capacity),),
        (*_of_the_end(host), _time(host), *([_rule("key", REKEYED)] if changing_key else [])),
    )


def _upto(x: Term, most: Term | int) -> Term:
    """X =< most, both counted from 0."""
    return within(x, ZERO, most + 1)


def _of_the_end(host: Clocked) -> Iterator[Rule]:
    opened = {is_open: TRUE, iss: clock, used: constant(1, SEQ), rested: ZERO}
    may_open = (~is_open, equal(rested, host.waits))
    yield _rule("OPEN", Row(OPENS, "RFC 6528 3", when=may_open, set=opened, send=_bearing(iss)))
    in_pace = within(used, ZERO, clock - iss + host.rate) if host.keeps_pace else TRUE
    may_use = (is_open, within(used, ZERO, host.span), in_pace)
    more = {used: used + 1, rested: ZERO}
    yield _rule("number", Row(USES, "RFC 9293 3.4", when=may_use, set=more, send=_bearing(iss + used - 1)))
    yield _rule("end", Row(ENDS, "RFC 9293 3.10", when=(is_open,), set={is_open: FALSE}))
    yield _rule("crash", Row(CRASHES, "RFC 9293 3.4.3", set={is_open: FALSE, rested: ZERO}))


def _time(host: Clocked) -> Rule:
    """A tick; what is about is gone after its lifetime, and a connection does not outlast it."""
    lasting = host.lives - host.rate
    enough = constant(host.waits, SEQ)
    rests = choose(_upto(enough - rested, host.rate), enough, rested + host.rate)
    row = Row(
        TICKS,
        "RFC 6528 3",
        when=(~is_open | _upto(clock - iss, lasting),),
        set={clock: clock + host.rate, rested: rests},
    )
    gone = Sweep(ABOUT, "n", ~_upto(clock - its_iss, lasting), {"number": number, "iss": its_iss})
    return replace(_rule("time", row), sweeps=(gone,))


_key = variable("key", SEQ)
REKEYED = Row(REKEYS, "RFC 6528 3", when=(~is_open,), pick=Pick(_key, TRUE), set={clock: _key})


def _rule(event: str, row: Row) -> Rule:
    return Rule(event, "host", event, (FirstMatch(event, None, (), (row,)),))


def _bearing(which: Term) -> Emission:
    return Emission(ABOUT, {"number": which, "iss": iss})


# What is shown.


def invariant(host: Clocked) -> list[Always]:
    """The clauses."""
    moved, age, place = clock - iss, clock - its_iss, number - its_iss
    since = choose(equal(its_iss, iss), rested, constant(host.waits, SEQ))
    clauses = [
        ("uses_its_span", "a connection has used its SYN's number, and no more than its span", _used(host)),
        ("ends_in_time", "a connection lasts no longer than its numbers", implies(is_open, _upto(moved, host.lives))),
        ("counts_the_wait", "the wait is counted up to its end", _upto(rested, host.waits)),
        ("is_young", "what is about is no older than a lifetime", _each(_upto(age, host.lives))),
        ("is_in_its_span", "what is about lies in its span", _each(within(place, ZERO, host.span))),
    ]
    if host.keeps_pace:
        given = implies(is_open, _upto(used + rested, moved + host.rate))
        behind = _each(_upto(place + since + 1, age + host.rate))
        clauses += [
            ("used_then_rested", "the clock has given what is used, and then moved on as the end rested", given),
            (
                "behind_by_the_wait",
                "so it has what is about, as the end of that incarnation rested",
                behind,
            ),
        ]
    else:
        clauses += [
            (
                "rests_since_the_open",
                "the end rested since its OPEN at most",
                implies(is_open, _upto(rested, moved)),
            ),
            (
                "opened_before_the_wait",
                "what is about is older than its end rested since",
                _each(_upto(since, age)),
            ),
        ]
    return [Always(name, term, says=says) for name, says, term in clauses]


def _used(host: Clocked) -> Term:
    return implies(is_open, within(used, constant(1, SEQ), host.span))


def _each(term: Term) -> Term:
    return every(ABOUT, "n", term)


def claims(host: Clocked) -> list[Always]:
    """Claims that the next ISS is as `apart_isn` and `fresh_isn` want it, of every number and of the one behind it."""
    out, ahead = ruled_out(units=host.span, window=host.window), host.far + host.span + 2
    opens = ~is_open & equal(rested, host.waits)
    remains = opens & some(ABOUT, "o", TRUE)
    return [
        Always(
            "next_iss_is_apart",
            _each(implies(opens, _clear(clock - host.far, out))),
            needs=remains,
            says=f"no number about, nor the one behind it, is among the {host.far} before the next ISS or {ahead} on",
        ),
        Always(
            "next_iss_is_fresh",
            _each(implies(opens, _clear(clock, host.span + host.window))),
            needs=remains,
            says="none lies among those that the next connection uses, or within a window behind them",
        ),
    ]


def _clear(low: Term, size: int) -> Term:
    return both(*(~within(n, low, size) for n in (number, number + 1)))


def proven(host: Clocked, *teeth: Tooth) -> Proof:
    """The proof: the clauses, the claims that follow from them, and the assumptions."""
    return Proof(
        clocked(host),
        tuple(invariant(host)),
        tuple(claims(host)),
        assumptions=tuple(assumptions(host)),
        teeth=teeth,
        crowds=(_remains(),),
    )


def _remains() -> Crowd:
    """Numbers of two old incarnations."""
    one, two = (variable(f"{element}.iss", SEQ) for element in ("o", "p"))
    old = both(~equal(one, iss), ~equal(two, iss), ~equal(one, two))
    return Crowd("with numbers of 2 old incarnations about", ((ABOUT, "o"), (ABOUT, "p")), old)


def assumptions(host: Clocked) -> Iterator[Assumption]:
    """Assumptions: what a host and its network must keep."""
    yield Assumption(
        "clock",
        f"an ISS is where a clock stands that moves on by {host.rate} a tick, crash or no crash, with a constant "
        f"added by a secret that never changes (RFC 6528 3: {A_SECOND} numbers a second, and a secret for each host)",
    )
    if host.keeps_pace:
        yield Assumption(
            "pace",
            "at no time has a connection used more numbers since its OPEN than the clock gave, and a tick's more",
        )
    yield Assumption("span", f"no connection uses more than {host.span} numbers")
    yield Assumption(
        "wait",
        "between the last new number that an end used for a pair of sockets, or its crash, and its next OPEN the clock "
        f"moves by {host.waits} at least ({host.waits / A_SECOND:.1f} s); TIME-WAIT and the quiet time are longer, but "
        "RFC 9293 lets an end that left LAST-ACK, or aborted, open at once: it must wait, too",
    )
    yield Assumption(
        "life",
        f"no number of a connection is about once the clock has moved by more than {host.lives} since its OPEN "
        f"({host.lives / A_SECOND / 3600:.2f} hours): the connection ends MSL before that, and its peer's, even "
        "if half-open",
    )
