"""Beginning of a system where the three-way handshake ends: RFC 9293 figure 6, played by the system's own rules."""

from __future__ import annotations

from tcpmodel.errors import DefinitionError
from tcpmodel.systems.domains import PICKED_BITS
from tcpmodel.systems.firing import reference_of
from tcpmodel.systems.system import State, TransitionSystem
from tcpmodel.tcp.rfc9293.ends import ENDS

AFTER_FIGURE_6 = "established=True plays the handshake of RFC 9293 figure 6"
BY_OPEN = "leave it out, and let the users call OPEN"
LIKELY = 64
"""Number of candidates for an ISS, from the wanted one on, where there are too many numbers to try all."""


class NeverEstablished(DefinitionError):
    """The rules do not bring figure 6 about, so that a system cannot begin behind it."""


def after_handshake(system: TransitionSystem, given: tuple[int | None, ...]) -> State:
    """Play RFC 9293 figure 6; A's ISS is 0 and B's half the number space away, where the policy lets them.

    `given` are the first ISSs that users have been given.
    """
    reference = reference_of(system)
    half = 1 << (system.bits - 1)
    script = (("B: passive OPEN", 0), ("A: active OPEN", 0), ("B: segment arrives", half))
    current = system.initial
    for rule, preferred in (*script, ("A: segment arrives", 0), ("B: segment arrives", 0)):
        wanted = (preferred, 0, *(number for number in given if number is not None))
        likely = (n for first in wanted for n in range(first, first + LIKELY))
        tried = tuple(range(1 << system.bits) if system.bits <= PICKED_BITS else likely)
        found = reference.steps(current, picks=tried)
        outcomes = [o for o in found if system.rules[o.step.rule].name == rule and o.state]
        if not outcomes:
            raise NeverEstablished(f"{AFTER_FIGURE_6}, in which {rule!r} cannot happen by these rules: {BY_OPEN}")
        best = min(outcomes, key=lambda o: [(p - preferred) % (1 << system.bits) for p in o.step.picked])
        assert best.state is not None
        current = best.state
    a, b = (system.value(current, f"{end}.state") for end in ENDS)
    if {a, b} != {"ESTABLISHED"}:
        raise NeverEstablished(f"{AFTER_FIGURE_6}, after which A is {a} and B {b} by these rules: {BY_OPEN}")
    return current
