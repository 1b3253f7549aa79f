"""Induction: what holds where the system starts, and is kept by every step, holds in every reachable state.

Three ways, for systems whose bags have room for few records.  *k-induction*: k steps through states where the claim
holds lead to no state where it does not; what no run of k - 1 steps breaks then holds.  *An inductive invariant*: given
clauses hold at the start, every rule keeps them together, and together they imply the claims.  *A mined invariant*:
candidates that hold in states already seen are dropped as long as some step leads from a state where all of them hold
to one where some do not.  What is left is the largest part of the candidates that every step keeps, whoever saw what.
A run that breaks a claim is replayed before it is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, cycle
from operator import sub
from typing import NamedTuple

from tcpmodel.language.sorts import BOOL, SEQ, Enum
from tcpmodel.language.terms import FALSE, Term, both, constant, equal, every, implies, named, one_of, variable, within
from tcpmodel.prove.relation import same_records
from tcpmodel.prove.smtlib import Script
from tcpmodel.prove.solving import Answer, Solver, questions, solver
from tcpmodel.prove.unrolling import Unrolling
from tcpmodel.systems.claims import Always, Fails, Holds, Unknown
from tcpmodel.systems.firing import reference_of
from tcpmodel.systems.system import State, TransitionSystem

EFFORT = 500_000_000
"""The most a solver may spend on one question, in units of its own."""
MOST_STATES = 1_500
"""From how many states candidates are made: they are only guessed, so any will do."""
MOST_VALUES, MOST_APART = 12, 3
"""How many values, and how wide an interval, make a candidate."""
SPREAD = 100
"""How many states behind a broken step are looked at too: what they break would be dropped sooner or later."""
GROUP = 64
"""How many clauses stand in one conjunction of a question."""
RECORD = "each"
"""What a candidate calls a record of a bag."""


class _Asking:
    """A script that grows, and one question at a time about what it assumes by then."""

    def __init__(self, run: Unrolling, by: Solver, effort: int) -> None:
        self.run, self.by, self.effort = run, by, effort
        self._script = Script(bits=run.system.bits)

    def assume(self, *terms: Term) -> None:
        for term in terms:
            self._script.assert_(term)  # noqa: PT009 - it writes an assertion

    def ask(self, *terms: Term) -> Answer:
        """Whether these can be true together with what is assumed."""
        with self._script.scope():
            self.assume(*terms)
            self._script.lines.append("(check-sat)")
        *_, asked = questions(self._script.text())
        return self.by.ask(asked, effort=self.effort)


def _run(system: TransitionSystem | Unrolling) -> Unrolling:
    return system if isinstance(system, Unrolling) else Unrolling(system)


def _called(by: Solver) -> str:
    return f"{by.name} {by.version}"


# k-induction.


def k_induction(
    system: TransitionSystem | Unrolling,
    claim: Always,
    *,
    bound: int,
    helpers: Sequence[Always] = (),
    simple: bool = False,
    by: Solver | None = None,
    effort: int = EFFORT,
) -> Holds | Fails | Unknown:
    """The verdict on the claim by k-induction for k = 1, 2, ..., `bound`.

    Helpers are shown along with the claim: they are assumed only as it is.  With `simple` no state of a run is like
    another, which makes the search complete where the states are finitely many.
    """
    run, asked = _run(system), by or solver("z3")
    for one in (claim, *helpers):
        run.system.check_claim(one)
    good = both(claim.predicate, *(helper.predicate for helper in helpers))
    start, step = _Asking(run, asked, effort), _Asking(run, asked, effort)
    start.assume(run.initial())
    step.assume(run.possible(0))
    for k in range(1, bound + 1):
        if k > 1:
            start.assume(run.step(k - 2))
        broken = start.ask(~run.at(k - 1, good))
        if broken.word != "unsat":
            return _based(run, claim, helpers, broken, k - 1, asked)
        step.assume(run.at(k - 1, good), run.step(k - 1))
        if simple:
            step.assume(*(_differ(run, i, k) for i in range(k)))
        stuck = step.ask(~run.at(k, good))
        if stuck.word == "unsat":
            return Holds(_by(k, helpers, asked))
        if stuck.word == "unknown":
            return Unknown(f"{k - 1}-induction", f"{asked.name} gave up on k = {k}: {stuck.why}")
    return Unknown(f"{bound}-induction", f"a bad state follows {bound} where it holds: {_last(run, stuck, bound)}")


def _by(k: int, helpers: Sequence[Always], by: Solver) -> str:
    along = f", with {', '.join(h.name for h in helpers)}" if helpers else ""
    return f"{k}-induction with {_called(by)}{along}"


def _based(
    run: Unrolling, claim: Always, helpers: Sequence[Always], broken: Answer, length: int, by: Solver
) -> Fails | Unknown:
    """A run from the start was found, or the solver gave up on one."""
    if broken.word == "unknown":
        return Unknown(f"{length}-induction", f"{by.name} gave up on runs of {length} steps: {broken.why}")
    trace = run.trace(broken.values, length)
    holds = reference_of(run.system).predicate
    if not holds(claim.predicate)(trace.last):
        return Fails(trace)
    wrong = ", ".join(h.name for h in helpers if not holds(h.predicate)(trace.last))
    return Unknown(f"{length}-induction", f"what should help fails itself after {length} steps: {wrong}")


def _differ(run: Unrolling, i: int, j: int) -> Term:
    """States i and j are not one: a value differs, or the records of a bag do."""
    layout = run.relation.layout
    bags = [same_records(bag, run.places(i, bag.name), run.places(j, bag.name)) for bag in run.system.bags]
    return ~both(*bags, *(equal(run.numbered(i, t), run.numbered(j, t)) for t in layout.values.values()))


def _last(run: Unrolling, answer: Answer, k: int) -> str:
    return described(run.system, run.state(answer.values, k - 1))


def described(system: TransitionSystem, state: State) -> str:
    """What a state holds otherwise than the initial one, as one line."""
    initial = system.initial
    values = [
        f"{v.name} = {system.value(state, v.name)}"
        for v, now, then in zip(system.variables, state.values, initial.values, strict=True)
        if now != then
    ]
    bags = [
        f"{bag.name} holds {', '.join(map(str, system.records(state, bag.name)))}"
        for bag in system.bags
        if system.records(state, bag.name)
    ]
    return "; ".join((*values, *bags)) or "the initial state"


# Inductive invariants.


class Broken(NamedTuple):
    """A clause that does not hold where the system starts, or that a rule does not keep, or a claim not implied.

    `rule` is "" at the start and for a claim; `states` are those of the step, or the one where the claim is false.
    """

    where: str
    rule: str
    clause: str
    states: tuple[State, ...]


class Induction(NamedTuple):
    """What is broken, and where the solver gave up; if neither is anything, the claims hold."""

    broken: tuple[Broken, ...]
    unknown: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the clauses are an inductive invariant that implies the claims."""
        return not self.broken and not self.unknown


def check_inductive(
    system: TransitionSystem | Unrolling,
    invariant: Sequence[Always],
    claims: Sequence[Always] = (),
    *,
    by: Solver | None = None,
    effort: int = EFFORT,
) -> Induction:
    """Whether the clauses hold at the start, each rule keeps them, and they imply the claims; each failure by name."""
    check = _Checking(_run(system), by or solver("z3"), effort)
    for one in (*invariant, *claims):
        check.run.system.check_claim(one)
    check.start(invariant)
    for place in check.run.relation.runs:
        check.rule(place, invariant, invariant)
    check.implied(invariant, claims)
    return Induction(tuple(check.broken), tuple(check.unknown))


class _Checking:
    """The three kinds of question about an invariant; what fails is noted, then left out and the rest asked again."""

    def __init__(self, run: Unrolling, by: Solver, effort: int, *, spread: int = 1) -> None:
        self.run, self.by, self.effort, self.spread = run, by, effort, spread
        self.broken: list[Broken] = []
        self.unknown: list[str] = []
        self.left_open: list[Always] = []
        self._read: dict[Term, Callable[[State], bool]] = {}

    def start(self, clauses: Sequence[Always]) -> None:
        """Each clause holds where the system starts."""
        initial = self.run.system.initial
        for clause in self._false(clauses, initial):
            self.broken.append(Broken("start", "", clause.name, (initial,)))

    def rule(self, place: int, assumed: Sequence[Always], shown: Sequence[Always]) -> None:
        """A rule's step from where all `assumed` hold leads to where all `shown` do."""
        run, rule = self.run, self.run.system.rules[place].name
        asking = _Asking(run, self.by, self.effort)
        asking.assume(run.possible(0), run.numbered(0, run.relation.fires(place)))
        asking.assume(*(run.at(0, clause.predicate) for clause in assumed), run.step(0))
        for clause, answer in self._failing(asking, shown, 1, f"the rule {rule!r}"):
            states = (run.state(answer.values, 0), run.state(answer.values, 1))
            self.broken.append(Broken("rule", rule, clause.name, states))

    def implied(self, assumed: Sequence[Always], claims: Sequence[Always]) -> None:
        """Where all `assumed` hold, the claims do."""
        asking = _Asking(self.run, self.by, self.effort)
        asking.assume(self.run.possible(0), *(self.run.at(0, clause.predicate) for clause in assumed))
        for claim, answer in self._failing(asking, claims, 0, "the claims"):
            self.broken.append(Broken("claim", "", claim.name, (self.run.state(answer.values, 0),)))

    def _failing(
        self, asking: _Asking, clauses: Sequence[Always], i: int, whose: str
    ) -> Iterator[tuple[Always, Answer]]:
        """Each clause that can be false in state i, with values that make it so."""
        left = list(clauses)
        while left:
            answer = asking.ask(~_all([self.run.at(i, clause.predicate) for clause in left]))
            if answer.word == "unknown" and len(left) > 1:
                half = len(left) // 2
                yield from self._failing(asking, left[:half], i, whose)
                left = left[half:]
                continue
            if answer.word == "unknown":
                self.unknown.append(f"{self.by.name} gave up on {left[0].name}, {whose}: {answer.why}")
                self.left_open.append(left[0])
            if answer.word != "sat":
                return
            false = self._false(left, *self._behind(self.run.state(answer.values, i)))
            if not false:
                raise AssertionError(f"{self.by.name} says that a clause fails in a state where none does")
            yield from ((clause, answer) for clause in false)
            left = [clause for clause in left if clause not in false]

    def _behind(self, state: State) -> list[State]:
        """The state, and if more are wanted the next ones that steps without a picked number lead to."""
        found = {state: None}
        for known in (todo := [state]):
            if len(found) >= self.spread:
                break
            for outcome in reference_of(self.run.system).steps(known, picks=()):
                if outcome.state is not None and outcome.state not in found:
                    found[outcome.state] = None
                    todo.append(outcome.state)
        return list(found)

    def _false(self, clauses: Iterable[Always], *states: State) -> list[Always]:
        return [clause for clause in clauses if not all(map(self._meaning(clause), states))]

    def _meaning(self, clause: Always) -> Callable[[State], bool]:
        """The clause as a function of states, read once: it is looked at in many states."""
        found = self._read.get(clause.predicate)
        if found is None:
            found = self._read[clause.predicate] = reference_of(self.run.system).predicate(clause.predicate)
        return found


def _all(terms: Sequence[Term]) -> Term:
    """All of the terms, in groups: a conjunction compares each of its terms with every other."""
    if len(terms) <= GROUP:
        return both(*terms)
    return both(*(named("a group of clauses", both(*terms[i : i + GROUP])) for i in range(0, len(terms), GROUP)))


# Mined invariants.


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
    effort: int = EFFORT,
) -> Mined:
    """The verdicts on the claims by an invariant mined from states of the system, or of its sibling of `bits` bits."""
    run, asked = _run(system), by or solver("z3")
    mined = candidates(run.system, states, bits=bits or run.system.bits)
    kept = largest_inductive(run, (*claims, *mined), by=asked, effort=effort)
    check = _Checking(run, asked, effort)
    check.implied(kept, claims)
    words = f"induction with {_called(asked)}; mined: {len(kept)} clauses"
    missed = f"the {len(kept)} mined clauses that every step keeps allow"
    false = {b.clause: f"{missed}: {described(run.system, b.states[0])}" for b in check.broken}
    false |= {clause.name: f"{asked.name} gave up" for clause in check.left_open}
    verdicts = {c.name: Unknown("mining", false[c.name]) if c.name in false else Holds(words) for c in claims}
    return Mined(kept, verdicts)


def largest_inductive(
    system: TransitionSystem | Unrolling, clauses: Sequence[Always], *, by: Solver | None = None, effort: int = EFFORT
) -> tuple[Always, ...]:
    """The largest part of the clauses that holds at the start and that every step keeps.

    What one step breaks is dropped and no longer assumed, until no rule breaks anything.  A clause on which the solver
    gives up is dropped too, so what is left may then be smaller.
    """
    check = _Checking(_run(system), by or solver("z3"), effort, spread=SPREAD)
    check.start(clauses)
    kept, quiet = _left(clauses, check), 0
    for place in cycle(check.run.relation.runs):
        check.rule(place, kept, kept)
        left = _left(kept, check)
        quiet, kept = quiet + 1 if left == kept else 0, left
        if not kept or quiet == len(check.run.relation.runs):
            break
    return tuple(kept)


def _left(clauses: Sequence[Always], check: _Checking) -> list[Always]:
    dropped = {b.clause for b in check.broken} | {clause.name for clause in check.left_open}
    return [clause for clause in clauses if clause.name not in dropped]


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
    """Of the rows that a condition selects, each small value, and how far each two numbers are apart."""

    small: Mapping[int, set[int]]
    apart: Mapping[tuple[int, int], set[int]]


Condition = tuple[tuple[int, int], ...]
"""Places of a row, each with the value that it must have."""


def candidates(system: TransitionSystem, states: Sequence[State], *, bits: int) -> tuple[Always, ...]:
    """What holds in all these states: values that small variables and fields have, and distances between numbers.

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
    """That something small has one of the values seen, where these are fewer than under any weaker condition."""
    for i, values in found.small.items():
        if len(values) <= MOST_VALUES and all(values != w.small[i] for w in wider) and (i, *values) not in condition:
            term = view.terms[i]
            yield one_of(term, tuple(constant(x, term.sort) for x in sorted(values)))


def _distances(view: _View, found: _Seen, wider: Sequence[_Seen], m: int) -> Iterator[Term]:
    """That one number lies in a short interval around another, where no weaker condition says so."""
    for pair, distances in found.apart.items():
        if any(distances == w.apart[pair] for w in wider):
            continue
        signed = sorted(d - m if d >= m // 2 else d for d in distances)
        low, size = signed[0], signed[-1] - signed[0] + 1
        if size <= MOST_APART:
            x, y = (view.terms[i] for i in pair)
            least = y + low if low > 0 else y - -low if low else y
            yield equal(x, least) if size == 1 else within(x, least, size)
