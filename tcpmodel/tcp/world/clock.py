"""Time in ticks, for the systems that ask for it: discrete time, with clocks that stop at their largest value.

A segment sent at one tick may arrive until it is `msl` ticks old and is gone after that.  The
retransmission timer runs out `rto` ticks after the front of the queue was sent and is urgent: no
tick passes it by while a retransmission is left.  TIME-WAIT may end once it has lasted `time_wait`
ticks (counted from its last start), before or after anything else of that tick.  Where `prompt`,
no tick passes while a segment is about to expire: then only `lose` loses segments.  A host that has
crashed keeps quiet for `quiet` ticks: it opens nothing and answers nothing (RFC 9293 3.4.3).  Where the
ISS comes from a clock, the clock moves on by `isn_rate` numbers a tick, crash or no crash.

*Idea.*  Promises such as "TIME-WAIT outlasts old segments" compare lengths of time, and need no more than an order of
ticks.  So time is one more rule, the tick, which counts up or down the clocks of both ends and the age of every
segment; all other steps take no time.  Between two ticks any number of steps may happen, in any order.

*Urgency.*  A tick is disabled while a retransmission is due that the end still has: the alternatives are then to send
it, or that something else happens first in the same tick.  TIME-WAIT is not urgent: its timer may run out late.

*Why it stays finite.*  A clock stops at its largest value, since no rule asks for more than that; the ISN clock wraps,
as all sequence numbers do; and a segment is gone before its age would pass `msl`.

*What it costs.*  Time is discrete (digital clocks, Henzinger, Manna and Pnueli 1992) and the same for both ends.
"Later than" is "one tick more", so thresholds have a +1 that real time does not need, and hosts' clocks do not drift.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tcpmodel.errors import DefinitionError, known_arguments
from tcpmodel.language.sorts import COUNT
from tcpmodel.language.terms import TRUE, Term, at_least, choose, constant, down, equal, every, up
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Variable
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.rules import Rules, Timers
from tcpmodel.tcp.rfc9293.segment import fields_of
from tcpmodel.tcp.rfc9293.tcb import (
    TIME_WAIT,
    all_acknowledged,
    isn_clock,
    quiet,
    rtx_budget,
    rtx_elapsed,
    snd,
    something_outstanding,
    state,
    time_wait_elapsed,
)

LONGEST = 64
"""The longest time, in ticks, that a clock may be asked to count."""


@known_arguments
@dataclass(frozen=True)
class Time:
    """Lengths in ticks: the segment lifetime, TIME-WAIT, the retransmission timer, quiet time; and promptness.

    TIME-WAIT's clock counts to `measured` if that is more than TIME-WAIT must last, so that one system
    holds the runs of every length up to there.
    """

    msl: int = 1
    time_wait: int = 3
    rto: int = 2
    prompt: bool = True
    measured: int = 0
    quiet: int = 0
    isn_rate: int = 1

    def __post_init__(self) -> None:
        for name, least in (("msl", 1), ("time_wait", 0), ("rto", 1), ("measured", 0), ("quiet", 0), ("isn_rate", 0)):
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= LONGEST:
                raise DefinitionError(
                    f"{name}={value!r} is out of range: write a number of ticks from {least} to {LONGEST}"
                )
        if not isinstance(self.prompt, bool):
            raise DefinitionError(f"prompt={self.prompt!r} is out of range: write True or False")

    @property
    def counted(self) -> int:
        """The largest value of TIME-WAIT's clock, where it stops."""
        return max(self.time_wait, self.measured)


def clock_variables(time: Time, *, retransmits: bool) -> tuple[Variable, ...]:
    """One endpoint's clocks."""
    clocks = [Variable(time_wait_elapsed, top=time.counted)]
    if retransmits:
        clocks.append(Variable(rtx_elapsed, top=time.rto))
    if time.quiet:
        clocks.append(Variable(quiet, top=time.quiet))
    return tuple(clocks)


def timed(rules: Rules, time: Time, *, retransmits: bool) -> Rules:
    """The rules with their timers bound to the clocks."""

    def change(event: str, block: FirstMatch, row: Row) -> tuple[Row, ...]:
        waits = event in rules.timers.waits
        if event == Event.TIME_WAIT_TIMEOUT and waits:
            row = replace(row, when=(*row.when, at_least(time_wait_elapsed, time.time_wait)))
        if not retransmits:
            return (row,)
        if event == Event.RETRANSMISSION_TIMEOUT and waits:
            row = replace(row, when=(*row.when, at_least(rtx_elapsed, time.rto)))
        return (_restarting(event, row, rules.timers),)

    return _quiet_after_a_crash(rules.map(change), time.quiet) if time.quiet else rules.map(change)


def _restarting(event: str, row: Row, timers: Timers) -> Row:
    """The row with what it does to the retransmission timer; a SYN starts it, as nothing is outstanding before."""
    zero = constant(0, COUNT)
    if event == Event.RETRANSMISSION_TIMEOUT:
        elapsed = zero if timers.retransmission else rtx_elapsed
    elif snd.nxt in row.set:
        elapsed = zero if timers.every_send or snd.una in row.set else choose(all_acknowledged, zero, rtx_elapsed)
    else:
        elapsed = zero if timers.new_ack and snd.una in row.set else rtx_elapsed
    return row if elapsed is rtx_elapsed else replace(row, set={**row.set, rtx_elapsed: elapsed})


def _quiet_after_a_crash(rules: Rules, ticks: int) -> Rules:
    """The rules of a host that is silent for so many ticks after it has crashed."""
    silent = at_least(quiet, 1)
    crash = rules.row("a crash forgets everything")
    waits = Row("an OPEN waits for the quiet time to end", "3.4.3", when=(silent,), refuses=True)
    return (
        rules.changed(crash.name, set={**crash.set, quiet: constant(ticks, COUNT)})
        .preceded("CLOSED drops a reset", Row("a host that has crashed keeps quiet", "3.4.3", when=(silent,)))
        .preceded("a passive OPEN creates a TCB", replace(waits, name="a passive OPEN waits for the quiet time to end"))
        .preceded("an active OPEN sends a SYN", replace(waits, name="an active OPEN waits for the quiet time to end"))
    )


def may_tick(time: Time, *, retransmits: bool, counted: bool) -> Term:
    """An endpoint's condition for letting a tick pass: it owes no retransmission that it has left."""
    if not retransmits:
        return TRUE
    left = at_least(rtx_budget, 1) if counted else TRUE
    return ~(something_outstanding & at_least(rtx_elapsed, time.rto) & left)


def nothing_expires(bag: str, time: Time) -> Term:
    """No segment of the bag is as old as a segment may get."""
    return every(bag, "each", ~at_least(fields_of("each").age, time.msl))


def tick(time: Time, *, retransmits: bool, isn_by_clock: bool = False) -> dict[Term, Term]:
    """The assignments of a tick to an endpoint's clocks."""
    waiting = equal(state, TIME_WAIT) & ~at_least(time_wait_elapsed, time.counted)
    changes = {time_wait_elapsed: choose(waiting, up(time_wait_elapsed), time_wait_elapsed)}
    if retransmits:
        running = something_outstanding & ~at_least(rtx_elapsed, time.rto)
        changes[rtx_elapsed] = choose(running, up(rtx_elapsed), rtx_elapsed)
    if time.quiet:
        changes[quiet] = down(quiet)
    if isn_by_clock:
        changes[isn_clock] = isn_clock + time.isn_rate
    return changes
