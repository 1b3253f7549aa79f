"""Most general system of two ends and its proof: users, timers and network do anything, any number of times.

All that is still assumed of them is said here, once, in words and as terms, for the certificate to repeat.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from tcpmodel.language.terms import Term, both, either, equal, one_of, variable
from tcpmodel.systems.proof import Assumption, Crowd, Proof, Tooth
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.tcp.claims import promises, provable
from tcpmodel.tcp.knobs.isn import always_left, apart_isn, reach, ruled_out
from tcpmodel.tcp.observers.ghosts import NOBODY, inc, peer
from tcpmodel.tcp.observers.provenance import traced_segment, uses
from tcpmodel.tcp.proofs.invariant import invariant, lemmas
from tcpmodel.tcp.rfc9293.ends import ENDS, at, bag_from, other_end
from tcpmodel.tcp.rfc9293.tcb import SYNCHRONIZED, state
from tcpmodel.tcp.world.connection import connection
from tcpmodel.tcp.world.environment import Network, User

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
"""A user, a host and timers that do anything, any number of times."""
BITS = 32
WINDOW = (1 << 16) - 1
"""RFC 9293 3.1: the largest window that the field holds."""
SPAN = 1 << 20
"""The most numbers that an incarnation uses: SYN, FIN, and a megabyte."""
LARGEST_WINDOW = 1 << 30
"""RFC 7323 2.3: a window of 2^14 times 2^16 octets, as good as."""
LARGEST_SPAN = 1 << 29
"""With the largest window all that is shown holds, but the remains of two old incarnations leave no ISS."""
CROWDS = (1, 4)
"""Numbers of old incarnations of each end with whose remains in flight steps must be possible (non-vacuity)."""


def unbounded(*, window: int = WINDOW, span: int = SPAN, **knobs: Any) -> TransitionSystem:
    """The system at 32 bits; nothing is counted, and nothing is forgotten by the network unless it likes."""
    settings: dict[str, Any] = {"isn": "apart", "segments": "any", "a": ANYTHING, "b": ANYTHING, **knobs}
    network = Network(lose=None, duplicate=None)
    return connection(
        name="unbounded", network=network, bits=BITS, window=window, span=span, ghosts="provenance", **settings
    )


def proven(*teeth: Tooth, window: int = WINDOW, span: int = SPAN) -> Proof:
    """The proof: the invariant of RFC 9293's rules, the claims that follow from it, and the assumptions."""
    system = unbounded(window=window, span=span)
    return Proof(
        system,
        tuple(invariant(span=span, far=reach(units=span, window=window))),
        (
            provable.agreement(),
            promises.sequence_agreement(),
            promises.no_stale_data(),
            promises.whole_stream(),
            provable.no_stale_fin(),
            provable.no_foreign_reset(),
            promises.established_is_acknowledged(),
            promises.typing(),
        ),
        lemmas=tuple(lemmas(window=window)),
        names=tuple(at(end, inc) for end in ENDS),
        mirror=mirror(system),
        assumptions=tuple(assumptions(window=window, span=span)),
        teeth=teeth,
        crowds=tuple(map(remains, CROWDS)),
    )


def remains(number: int) -> Crowd:
    """Segments of so many old incarnations of each end, acknowledging as many of the other; one more is remembered."""
    records, terms = [], []
    for end in ENDS:
        names = [f"{end}{i}" for i in range(1, number + 1)]
        left = list(map(traced_segment, names))
        records += [(bag_from(end), name) for name in names]
        terms += [s.ctl.ack & ~equal(s.seq_of, NOBODY) for s in left]
        remembered = at(other_end(end), peer)
        terms.append(_distinct(at(end, inc), remembered, *(s.seq_of for s in left)))
        terms.append(_distinct(at(other_end(end), inc), at(end, peer), *(s.ack_of for s in left)))
    terms.append(either(*(at(end, one_of(state, SYNCHRONIZED)) for end in ENDS)))
    says = f"with the remains of {number} old incarnations of each end in flight"
    return Crowd(says if number > 1 else says.replace("incarnations", "incarnation"), tuple(records), both(*terms))


def _distinct(*incarnations: Term) -> Term:
    pairs = combinations(incarnations, 2)
    return both(*(~equal(one, two) for one, two in pairs))


def mirror(system: TransitionSystem) -> dict[Term, Term]:
    """Every variable of one end and its fellow at the other."""
    found = {}
    for v in system.variables:
        end, _, name = v.name.partition(".")
        if end in ENDS:
            found[variable(v.name, v.term.sort)] = variable(f"{other_end(end)}.{name}", v.term.sort)
    return found


def assumptions(*, window: int, span: int, bits: int = BITS, apart: bool = True) -> Iterator[Assumption]:
    """The assumptions of the proof; that ISSs lie apart only where that is the policy."""
    if apart:
        yield Assumption("fresh_numbers", _fresh_numbers(window, span, bits), apart_isn(units=span, window=window))
    yield Assumption("span", f"no incarnation uses more than {span} numbers", uses(span))
    yield Assumption("window", f"the receive window is {window} octets and stays so")
    yield Assumption(
        "names",
        "incarnations have numbers that are only compared and never come again, and no guard looks at them: a step "
        "that begins one may assume that its number is nobody's yet",
    )
    yield Assumption("honest_network", "every segment in flight was sent by one of the two ends")


def _fresh_numbers(window: int, span: int, bits: int) -> str:
    """The condition on an ISS: of what is in flight and remembered; as a host keeps to it; and that there is one."""
    far, out = reach(units=span, window=window), ruled_out(units=span, window=window)
    left = always_left(bits=bits, units=span, window=window)
    a_clock = ", as is so of a clock of which the assumptions of isn_clock are true"
    no_more = (bits, max(window, WINDOW), max(span, SPAN)) == (BITS, WINDOW, SPAN)
    return (
        "an ISS v is chosen so that no number of its end in flight (SEG.SEQ of what it sent, SEG.ACK of what it is to "
        f"receive), and no RCV.NXT of a peer that has taken a SYN, lies among the {far} numbers before v or the "
        f"{far + span + 2} from v on; a host keeps to it if v - n modulo 2^{bits} is at least {far + 1} and at most "
        f"{(1 << bits) - far - span - 2} for each number n that it used for this pair of sockets, as long as a segment "
        "bears or acknowledges n (MSL after that was sent last) or the peer's connection may expect n"
        f"{a_clock if no_more else ''}; "
        f"one number rules out {out} ISSs, so the remains of {left} old incarnations leave one wherever they lie"
    )
