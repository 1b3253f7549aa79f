"""Verification conditions of a proof by an inductive invariant: what each obligation asks, as a script for a solver.

There are four kinds of obligation.  The system starts where every clause is true; the ways of each rule leave nothing
out; each way keeps every clause; every claim follows.  A way's script also asks whether the way can be taken at all:
a way that no state allows would keep any clause (vacuity).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property, partial
from typing import NamedTuple

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.language.bare import bare, conjuncts_of
from tcpmodel.language.terms import FALSE, TRUE, Term, both, either, negation, substitute
from tcpmodel.prove.covering import enabled, opaque, said_of_bags
from tcpmodel.prove.names import Names, check_counts, names_of
from tcpmodel.prove.obligations import Frame, Goal, Records, parts
from tcpmodel.prove.shape import WAY, Question
from tcpmodel.prove.smtlib import Script
from tcpmodel.systems.claims import Always
from tcpmodel.systems.paths import Way, ways
from tcpmodel.systems.proof import Proof
from tcpmodel.systems.system import Rule

COVERED = "the ways leave nothing out"
CAN_HAPPEN, CANNOT_HAPPEN = "this can happen", "this cannot happen"
"""The question of each way besides its goals: is there a state that the invariant allows in which it can be taken?

It is asked with the proof's crowds there, if it has any: a guard or an assumption may say much of `every` record.
"""


class Maker:
    """The scripts of a proof, each made when it is asked for; `DefinitionError` where it is not well formed."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.frame = Frame(proof.system, proof.invariant, proof.helpers)
        self._by = {lemma.claim.name: lemma.by for lemma in proof.lemmas}
        _check_lemmas(proof)
        self.image = cache(partial(substitute, values=proof.mirror))
        self.ways = tuple(way for rule in self.rules for way in ways(proof.system, rule))
        self.names = _names(proof, self.ways)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules whose steps differ: one that leaves a copy of what it takes does here what its sibling does."""
        found: list[Rule] = []
        for rule in self.proof.system.rules:
            if not any(_same_steps(rule, other) for other in found):
                found.append(rule)
        return tuple(found)

    @cached_property
    def same(self) -> dict[str, str]:
        """The name of each rule, with that of the rule in `rules` whose steps it shares: its own, or a sibling's."""
        return {
            rule.name: next(other.name for other in self.rules if other is rule or _same_steps(rule, other))
            for rule in self.proof.system.rules
        }

    # Scripts.

    def start(self) -> Writing:
        """The system starts where every clause is true."""
        writing = Writing(self.proof.system.bits)
        known, goals = self.frame.initially()
        writing.possible("the system can start", known)
        for goal in goals:
            writing.ask(goal.name, known, goal.term)
        return writing

    def step(self, way: Way, *, singly: bool = False) -> Writing:
        """The way can be taken and keeps every clause; those about the same records are asked at once, or `singly`."""
        writing = Writing(self.proof.system.bits)
        for name, there in self._can_happen(way):
            writing.possible(name, there)
        alike: dict[Records, list[Goal]] = {}
        for goal in self.frame.goals(way):
            alike.setdefault(goal.records, []).append(goal)
        for records, goals in alike.items():
            known = self._before(way, records)
            assumed = frozenset(known)
            left = [goal for goal in goals if goal.term is not TRUE and goal.term not in assumed]
            writing.untouched += len(goals) - len(left)
            if singly:
                for goal in left:
                    writing.ask(goal.name, known, goal.term, records)
            elif left:
                writing.note(goal.name for goal in left)
                writing.ask(_of_records(records), known, both(*(goal.term for goal in left)), records)
        return writing

    def impossible(self, way: Way) -> Writing:
        """The way cannot be taken."""
        writing = Writing(self.proof.system.bits)
        writing.ask(CANNOT_HAPPEN, self._before(way, ()), FALSE)
        return writing

    def covered(self, rule: Rule) -> Writing:
        """Wherever the rule can fire, one of its ways can be taken."""
        writing = Writing(self.proof.system.bits)
        taken = [way for way in self.ways if way.rule is rule]
        guards = [both(*way.guards) for way in taken]
        said = said_of_bags((where := enabled(rule), *guards))
        named = zip(map(name_of, taken), (opaque(guard, said) for guard in guards), strict=True)
        writing.cover(opaque(where, said), tuple(named))
        return writing

    def consequence(self, claim: Always) -> Writing:
        """The claim follows from the invariant, a lemma from some of its clauses; and what it needs is possible."""
        writing, by = Writing(self.proof.system.bits), self._by.get(claim.name)
        for number, part in enumerate(parts(claim)):
            if number == 0:
                needed = self.frame.possible(claim.needs, part.records, lemmas=by is None)
                writing.possible("what it needs is possible", needed)
            known = self.frame.before(None, part.records, lemmas=by is None, clauses=by)
            writing.ask(f"{claim.name}.{number}", known, part.term)
        return writing

    def _can_happen(self, way: Way) -> Iterator[tuple[str, tuple[Term, ...]]]:
        """Each question whether the way is possible, with what is known then: with the proof's crowds there, if any."""
        crowds = self.proof.crowds
        if not crowds:
            yield CAN_HAPPEN, self._before(way, ())
        for crowd in crowds if way.picks else crowds[:1]:
            yield f"{CAN_HAPPEN}, {crowd.says}", (*self._before(way, crowd.records), bare(crowd.term))

    def _before(self, way: Way, records: tuple[tuple[str, str], ...]) -> tuple[Term, ...]:
        fresh = (t for names in self.names for t in names.not_given_yet(way, records))
        return (*self.frame.before(way, records), *fresh)


def _names(proof: Proof, every: Sequence[Way]) -> tuple[Names, ...]:
    """The counters whose numbers are names; `DefinitionError` where one is used otherwise, or another has no end."""
    found = tuple(names_of(proof.system, counter, every) for counter in proof.names)
    check_counts(proof.system, found, every)
    return found


def _check_lemmas(proof: Proof) -> None:
    """Raise `DefinitionError` where a lemma is to follow from a clause that there is not."""
    known = {clause.name for clause in proof.invariant}
    for lemma in proof.lemmas:
        for name in lemma.by:
            if name not in known:
                raise DefinitionError(f"{lemma.claim.name} is to follow from {name!r}: {choices(name, known)}")


def name_of(way: Way) -> str:
    """The name of the obligation about a way."""
    return f"{way.rule.name}: {way.name}"


def _same_steps(one: Rule, two: Rule) -> bool:
    """Whether two rules do the same to variables and send the same, given the same record."""
    bag, other = one.take and (one.take.bag, one.take.element), two.take and (two.take.bag, two.take.element)
    alike = one.blocks == two.blocks and one.when == two.when and one.sweeps == two.sweeps
    return alike and bag == other and dict(one.set) == dict(two.set)


Meaning = tuple[frozenset[Term], frozenset[Term]]


def _of_records(records: Records) -> str:
    """The name of a question about these records."""
    said = (f"{element} in {bag}" for bag, element in records)
    return f"every clause of {' and '.join(said) or 'the variables'}"


class Asking(NamedTuple):
    """A question as terms: what is assumed, and the goal that is to follow; `false` where it is only to be possible."""

    question: Question
    assumed: frozenset[Term]
    goal: Term
    records: Records = ()

    @property
    def meaning(self) -> Meaning:
        """The question without its name and the answer hoped for: two of one meaning have one answer."""
        return self.assumed, frozenset(conjuncts_of(self.goal))

    def mirrored(self, image: Callable[[Term], Term]) -> Meaning:
        """The meaning of the question with variables exchanged by `image`."""
        return frozenset(map(image, self.assumed)), frozenset(map(image, conjuncts_of(self.goal)))


class Writing:
    """A script with its questions."""

    def __init__(self, bits: int) -> None:
        self.script = Script(bits=bits)
        self.asked: list[Asking] = []
        self.untouched = 0

    def possible(self, name: str, assumed: Sequence[Term]) -> None:
        """Ask whether all this can be true."""
        self._scope(Asking(Question(name, "sat"), frozenset(assumed), FALSE), both(*assumed))

    def note(self, names: Iterable[str]) -> None:
        """Write down the names of the goals of which the next question is made."""
        self.script.lines += [f"; goal {name}" for name in names]

    def ask(self, name: str, assumed: Sequence[Term], term: Term, records: Records = ()) -> None:
        """Ask whether the term follows from what is assumed."""
        asking = Asking(Question(name, "unsat"), frozenset(assumed), term, records)
        self._scope(asking, both(*assumed, negation(term)))

    def cover(self, where: Term, guards: Sequence[tuple[str, Term]]) -> None:
        """Ask whether some guard holds wherever `where` does; each is written down with its way's name."""
        self._define("enabled", where)
        ways = [f"way{number}" for number, _ in enumerate(guards, 1)]
        for way, (name, guard) in zip(ways, guards, strict=True):
            self.script.lines.append(f"{WAY}{name}")
            self._define(way, guard)
        asking = Asking(Question(COVERED, "unsat"), frozenset({where}), either(*(guard for _, guard in guards)))
        self._asked(asking, f"(and enabled (not (or {' '.join(ways)} false)))")

    def _define(self, name: str, term: Term) -> None:
        text = self.script.read(term)
        self.script.lines.append(f"(define-fun {name} () Bool {text})")

    def _scope(self, asking: Asking, term: Term) -> None:
        self._asked(asking, self.script.read(term))

    def _asked(self, asking: Asking, text: str) -> None:
        question = asking.question
        self.script.lines += [f"; expect {question.expected}: {question.name}", "(push 1)", f"(assert {text})"]
        self.script.lines += ["(check-sat)", "(pop 1)"]
        self.asked.append(asking)
