"""Two ends that may do anything, any number of times, in a network that may do anything: for proofs without bounds.

What is left to assume is said here, once, in words and as terms, for the certificate to repeat.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tcpmodel.language.terms import Term, variable
from tcpmodel.systems.proof import Assumption, Proof, Tooth
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.tcp import promises, provenance
from tcpmodel.tcp.connection import connection
from tcpmodel.tcp.ends import ENDS, at, other_end
from tcpmodel.tcp.environment import Network, User
from tcpmodel.tcp.ghosts import inc
from tcpmodel.tcp.invariant import invariant, lemmas
from tcpmodel.tcp.isn import apart_isn, reach
from tcpmodel.tcp.provenance import uses

ANYTHING = User(
    passive_opens=None,
    active_opens=None,
    sends=None,
    closes=None,
    aborts=None,
    crashes=None,
    retransmissions=None,
    timeouts=None,
)
"""A user, a host and timers that do what they like, as often as they like."""
LARGEST_WINDOW = 1 << 30
"""RFC 7323 2.3: a window of 2^14 times 2^16 octets, as good as."""
SPAN = 1 << 29
"""The most numbers that an incarnation uses: with the largest window three of them fill the number space."""


def unbounded(*, window: int = LARGEST_WINDOW, span: int = SPAN, **knobs: Any) -> TransitionSystem:
    """The system at 32 bits; nothing is counted, and nothing is forgotten by the network unless it likes."""
    settings: dict[str, Any] = {"isn": "apart", "a": ANYTHING, "b": ANYTHING, **knobs}
    network = Network(lose=None, duplicate=None)
    return connection(
        name="unbounded", network=network, bits=32, window=window, span=span, ghosts="provenance", **settings
    )


def proven(*teeth: Tooth, window: int = LARGEST_WINDOW, span: int = SPAN) -> Proof:
    """The invariant of RFC 9293's rules, what follows from it, and what it rests on."""
    system = unbounded(window=window, span=span)
    return Proof(
        system,
        tuple(invariant(span=span, far=reach(units=span, window=window))),
        (
            provenance.agreement(),
            promises.sequence_agreement(),
            promises.no_stale_data(),
            promises.whole_stream(),
            provenance.no_stale_fin(),
            provenance.no_foreign_reset(),
            promises.established_is_acknowledged(),
            promises.typing(),
        ),
        lemmas=tuple(lemmas(window=window)),
        names=tuple(at(end, inc) for end in ENDS),
        mirror=mirror(system),
        assumptions=tuple(assumptions(window=window, span=span)),
        teeth=teeth,
    )


def mirror(system: TransitionSystem) -> dict[Term, Term]:
    """Every variable of one end and its fellow at the other."""
    found = {}
    for v in system.variables:
        end, _, name = v.name.partition(".")
        if end in ENDS:
            found[variable(v.name, v.term.sort)] = variable(f"{other_end(end)}.{name}", v.term.sort)
    return found


def assumptions(*, window: int, span: int) -> Iterator[Assumption]:
    """What the proof rests on."""
    far = reach(units=span, window=window)
    yield Assumption(
        "fresh_numbers",
        "an ISS v is chosen so that no number of its end in flight (SEG.SEQ of what it sent, SEG.ACK of what it is to "
        f"receive), and no RCV.NXT of a peer that has taken a SYN, lies among the {far} numbers before v or the "
        f"{far + span + 2} from v on",
        apart_isn(units=span, window=window),
    )
    yield Assumption("span", f"no incarnation uses more than {span} numbers", uses(span))
    yield Assumption("window", f"the receive window is {window} octets and stays so")
    yield Assumption(
        "names",
        "incarnations have numbers that are only compared and never come again, and no guard looks at them: a step "
        "that begins one may assume that its number is nobody's yet",
    )
    yield Assumption("honest_network", "every segment in flight was sent by one of the two ends")
    yield Assumption("unit_segments", "a segment has no text or one octet of it, and of text, SYN and FIN one at most")
