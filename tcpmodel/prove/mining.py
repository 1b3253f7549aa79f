"""Mined invariants: candidates guessed from states already seen, and the largest part of them that every step keeps.

Candidates are made as Daikon makes likely invariants (Ernst and others 2001): from templates, values and distances that
occur in the states.  Those that some step breaks are dropped, as Houdini does (`prove.inductive`).  Whatever was seen,
what is left is proved to be kept; so candidates may be guessed from few states, and at few bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from operator import sub
from typing import NamedTuple

from tcpmodel.language.sorts import BOOL, SEQ, Enum
from tcpmodel.language.terms import FALSE, Term, among, both, constant, equal, every, implies, variable, within
from tcpmodel.prove.induction import called, described, unrolled
from tcpmodel.prove.inductive import Checking, largest_inductive
from tcpmodel.prove.solving import DEEP_EFFORT, Solver, solver
from tcpmodel.prove.unrolling import Unrolling
from tcpmodel.systems.claims import Always
from tcpmodel.systems.firing import bounds_of
from tcpmodel.systems.system import State, TransitionSystem
from tcpmodel.systems.verdicts import Holds, Unknown

MOST_STATES = 1_500
"""The number of states from which candidates are made, or some more: they are only guessed, so any will do."""
MOST_VALUES, MOST_APART = 12, 3
"""The most values, and the widest interval, that make a candidate."""
RECORD = "each"
"""The name that a candidate gives to a record of a bag."""


class Mined(NamedTuple):
    """The largest inductive part of the candidates, and what follows from it for each claim, by name."""

    invariant: tuple[Always, ...]
    verdicts: Mapping[str, Holds | Unknown]


def prove_by_mining(
    system: TransitionSystem | Unrolling,
    claims: Sequence[Always],
    states: Sequence[State],
    *,
    bits: int | None = None,
    by: Solver | None = None,
    effort: int = DEEP_EFFORT,
) -> Mined:
    """The verdicts on the claims by an invariant mined from states of the system, or of its sibling of `bits` bits."""
    run, asked = unrolled(system), by or solver("z3")
    mined = candidates(run.system, states, bits=bits or run.system.bits)
    kept = largest_inductive(run, (*claims, *mined), by=asked, effort=effort)
    check = Checking(run, asked, effort)
    check.implied(kept, claims)
    words = f"induction with {called(asked)}; mined: {len(kept)} clauses"
    missed = f"the {len(kept)} mined clauses that every step keeps allow"
    false = {b.clause: f"{missed}: {described(run.system, b.states[0])}" for b in check.broken}
    false |= {clause.name: f"{asked.name} gave up" for clause in check.left_open}
    held = Holds(words, bounds_of(run.system))
    verdicts = {c.name: Unknown("mining", false[c.name]) if c.name in false else held for c in claims}
    return Mined(kept, verdicts)


# Candidates.


class _View(NamedTuple):
    """Something seen in every state: its variables, and with a bag also the fields of each of its records.

    `own` are the places of variables in a row, `small` and `numbers` those of other things and of sequence numbers.
    """

    bag: str
    terms: tuple[Term, ...]
    rows: Sequence[tuple[int, ...]]
    own: range
    small: tuple[int, ...]
    numbers: tuple[int, ...]


class _Seen(NamedTuple):
    """Values of small things, and distances between each two numbers, in the rows that a condition selects."""

    small: Mapping[int, set[int]]
    apart: Mapping[tuple[int, int], set[int]]


Condition = tuple[tuple[int, int], ...]
"""Places of a row, each with the value that it must have."""


def candidates(system: TransitionSystem, states: Sequence[State], *, bits: int) -> tuple[Always, ...]:
    """Candidates true in all these states: values that small variables and fields have, distances between numbers.

    Each holds always, or where one variable has a value, or where two control states, or the flags of a record, have
    theirs.  The states' numbers have `bits` bits; a distance of less than half of them means the same with more.
    """
    some_states = states[:: max(1, len(states) // MOST_STATES)]
    terms = [term for view in _views(system, some_states) for term in _of_view(view, 1 << bits)]
    return tuple(Always(f"mined_{k}", term) for k, term in enumerate(dict.fromkeys(terms)))


def _views(system: TransitionSystem, states: Sequence[State]) -> Iterator[_View]:
    own = tuple(v.term for v in system.variables)
    varied = {i for i in range(len(own)) if len({state.values[i] for state in states}) > 1}
    yield _view("", own, range(len(own)), [state.values for state in states])
    for place, bag in enumerate(system.bags):
        fields = tuple(variable(f"{RECORD}.{f.name}", f.term.sort) for f in bag.fields)
        rows = {(*state.values, *record): None for state in states for record in state.bags[place]}
        places = (*varied, *range(len(own), len(own) + len(fields)))
        yield _view(bag.name, own + fields, places, list(rows), own=len(own))


def _view(
    bag: str, terms: tuple[Term, ...], places: Iterable[int], rows: Sequence[tuple[int, ...]], *, own: int = 0
) -> _View:
    small, numbers = (tuple(i for i in sorted(places) if (terms[i].sort == SEQ) is wanted) for wanted in (False, True))
    return _View(bag, terms, rows, range(own or len(terms)), small, numbers)


def _of_view(view: _View, m: int) -> Iterator[Term]:
    if view.bag and not view.rows:
        yield every(view.bag, RECORD, FALSE)
        return
    seen = {condition: _seen(view, rows, m) for condition, rows in _groups(view)}
    for condition, found in seen.items():
        wider = [seen[part] for n in range(len(condition)) for part in combinations(condition, n) if part in seen]
        given = both(*(equal(view.terms[i], constant(x, view.terms[i].sort)) for i, x in condition))
        for fact in (*_values(view, condition, found, wider), *_distances(view, found, wider, m)):
            term = implies(given, fact)
            yield every(view.bag, RECORD, term) if view.bag else term


def _groups(view: _View) -> Iterator[tuple[Condition, Sequence[tuple[int, ...]]]]:
    """The rows by what they have in common: nothing, one variable, two control states, a record's flags."""
    values = {i: len({row[i] for row in view.rows}) for i in view.small}
    own = [i for i, n in values.items() if 1 < n <= MOST_VALUES and i in view.own]
    control = [i for i in own if isinstance(view.terms[i].sort, Enum)]
    flags = tuple(i for i in view.small if i not in view.own and view.terms[i].sort == BOOL)
    with_flags = [flags, *((i, *flags) for i in own)] if flags else []
    for places in dict.fromkeys(((), *((i,) for i in own), *combinations(control, 2), *with_flags)):
        groups: dict[Condition, list[tuple[int, ...]]] = {}
        for row in view.rows:
            groups.setdefault(tuple((i, row[i]) for i in places), []).append(row)
        yield from groups.items()


def _seen(view: _View, rows: Sequence[tuple[int, ...]], m: int) -> _Seen:
    columns = list(zip(*rows, strict=True))
    small = {i: set(columns[i]) for i in view.small}
    pairs = [pair for pair in combinations(view.numbers, 2) if not view.bag or pair[1] not in view.own]
    return _Seen(small, {(x, y): {d % m for d in set(map(sub, columns[x], columns[y]))} for x, y in pairs})


def _values(view: _View, condition: Condition, found: _Seen, wider: Sequence[_Seen]) -> Iterator[Term]:
    """Facts "it is one of the values seen", of what is small, where these are fewer than under any weaker condition."""
    for i, values in found.small.items():
        if len(values) <= MOST_VALUES and all(values != w.small[i] for w in wider) and (i, *values) not in condition:
            term = view.terms[i]
            yield among(term, tuple(constant(x, term.sort) for x in sorted(values)))


def _distances(view: _View, found: _Seen, wider: Sequence[_Seen], m: int) -> Iterator[Term]:
    """Facts "one number lies in a short interval near another", where no weaker condition says so."""
    for pair, distances in found.apart.items():
        if any(distances == w.apart[pair] for w in wider):
            continue
        signed = sorted(d - m if d >= m // 2 else d for d in distances)
        low, size = signed[0], signed[-1] - signed[0] + 1
        if size <= MOST_APART:
            x, y = (view.terms[i] for i in pair)
            least = y + low if low > 0 else y - -low if low else y
            yield equal(x, least) if size == 1 else within(x, least, size)
