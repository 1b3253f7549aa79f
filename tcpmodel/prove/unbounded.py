"""Proof by an inductive invariant of a system whose bags may hold anything: making the questions and asking them.

Three kinds of obligation: the system starts where every clause is true; each way of each rule keeps every clause; every
claim follows.  A way's script also asks whether the way can be taken at all, so that nothing is kept for want of a
state.  What is asked is the text that a certificate holds, so what is proved is what is written.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from multiprocessing import get_context
from typing import NamedTuple

from tcpmodel.language.terms import FALSE, TRUE, Term, both, negation, substitute
from tcpmodel.prove.certificate import Kind, Question
from tcpmodel.prove.names import Names, names_of
from tcpmodel.prove.obligations import Frame, Goal, Records, parts
from tcpmodel.prove.smtlib import Script
from tcpmodel.prove.solving import EFFORT, Answer, Solver, questions, solver
from tcpmodel.prove.ways import Way, bare, ways
from tcpmodel.systems.claims import Always
from tcpmodel.systems.proof import Proof
from tcpmodel.systems.system import Rule

CAN_HAPPEN, CANNOT_HAPPEN = "this can happen", "this cannot happen"
"""What is asked of each way besides its goals: is there a state that the invariant allows in which it is taken?"""


class Posed(NamedTuple):
    """A question with its answer: what was expected, what the solver said and in how many seconds.

    `records` are those that it speaks of, beside the one that is taken.
    """

    question: Question
    answer: Answer
    seconds: float
    records: Records = ()

    @property
    def good(self) -> bool:
        """Whether the answer is the expected one."""
        return self.answer.word == self.question.expected


@dataclass(frozen=True)
class Obligation:
    """A script that was asked: of which kind, about which rule or claim, by which way.

    `untouched` goals are not asked: the way changes nothing that they speak of.
    """

    kind: Kind
    about: str
    name: str
    text: str
    posed: tuple[Posed, ...]
    untouched: int = 0
    way: Way | None = None

    @property
    def dead(self) -> bool:
        """Whether no state that the invariant allows lets this way be taken."""
        return any(p.question == Question(CANNOT_HAPPEN, "unsat") for p in self.posed)

    @property
    def failed(self) -> tuple[Posed, ...]:
        """The questions without the expected answer."""
        return tuple(p for p in self.posed if not p.good)


@dataclass(frozen=True)
class Proved:
    """All obligations of a proof, asked."""

    proof: Proof
    obligations: tuple[Obligation, ...]
    same: dict[str, str]
    solver: str
    version: str
    effort: int
    seconds: float

    @property
    def failed(self) -> tuple[Obligation, ...]:
        """The obligations that were not met."""
        return tuple(o for o in self.obligations if o.failed)

    @property
    def unknown(self) -> bool:
        """Whether nothing worse happened than that the solver gave up."""
        return all(p.answer.word == "unknown" for o in self.failed for p in o.failed)

    @property
    def posed(self) -> tuple[Posed, ...]:
        """Every question."""
        return tuple(p for o in self.obligations for p in o.posed)


class Maker:
    """The scripts of a proof, each made when it is asked for."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.frame = Frame(proof.system, proof.invariant, proof.lemmas)
        self.image = cache(partial(substitute, values=proof.mirror))
        self.ways = tuple(way for rule in self.rules for way in ways(proof.system, rule))

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules whose steps differ: one that keeps a copy of what it takes does here what its sibling does."""
        found: list[Rule] = []
        for rule in self.proof.system.rules:
            if not any(_same_steps(rule, other) for other in found):
                found.append(rule)
        return tuple(found)

    @cached_property
    def same(self) -> dict[str, str]:
        """For each rule the one whose steps it shares."""
        return {
            rule.name: next(other.name for other in self.rules if other is rule or _same_steps(rule, other))
            for rule in self.proof.system.rules
        }

    @cached_property
    def names(self) -> tuple[Names, ...]:
        """The counters whose numbers are names."""
        return tuple(names_of(self.proof.system, counter, self.ways) for counter in self.proof.names)

    # Scripts.

    def start(self) -> Writing:
        """The system starts where every clause is true."""
        writing = Writing(self.proof.system.bits)
        known, goals = self.frame.initially()
        writing.possible("the system can start", known)
        for goal in goals:
            writing.ask(goal.name, known, goal.term)
        return writing

    def step(self, way: Way) -> Writing:
        """The way keeps every clause; or it cannot be taken."""
        writing = Writing(self.proof.system.bits)
        known: dict[tuple[tuple[str, str], ...], tuple[Term, ...]] = {}
        writing.possible(CAN_HAPPEN, self._before(way, ()))
        for goal in self.frame.goals(way):
            if goal.records not in known:
                known[goal.records] = self._before(way, goal.records)
            writing.goal(goal, known[goal.records])
        return writing

    def impossible(self, way: Way) -> Writing:
        """The way cannot be taken."""
        writing = Writing(self.proof.system.bits)
        writing.ask(CANNOT_HAPPEN, self._before(way, ()), FALSE)
        return writing

    def consequence(self, claim: Always) -> Writing:
        """The claim follows from the invariant, and what it needs is possible."""
        writing = Writing(self.proof.system.bits)
        for number, part in enumerate(parts(claim)):
            known = self.frame.before(None, part.records, lemmas=claim not in self.proof.lemmas)
            if number == 0:
                writing.possible("what it needs is possible", (*known, bare(claim.needs)))
            writing.ask(f"{claim.name}.{number}", known, part.term)
        return writing

    def _before(self, way: Way, records: tuple[tuple[str, str], ...]) -> tuple[Term, ...]:
        fresh = (t for names in self.names for t in names.not_given_yet(way, records))
        return (*self.frame.before(way, records), *fresh)


def _same_steps(one: Rule, two: Rule) -> bool:
    """Whether two rules do the same to variables and send the same, given the same record."""
    bag, other = one.take and (one.take.bag, one.take.element), two.take and (two.take.bag, two.take.element)
    return bag == other and one.blocks == two.blocks and one.when == two.when and dict(one.set) == dict(two.set)


Meaning = tuple[str, frozenset[Term], Term]


class Asking(NamedTuple):
    """A question as terms: what is assumed, and what is to follow; what is only to be possible follows from nothing."""

    question: Question
    assumed: frozenset[Term]
    goal: Term
    records: Records = ()

    @property
    def meaning(self) -> Meaning:
        """The question without its name."""
        return self.question.expected, self.assumed, self.goal

    def mirrored(self, image: Callable[[Term], Term]) -> Meaning:
        """What it means with variables exchanged."""
        return self.question.expected, frozenset(map(image, self.assumed)), image(self.goal)


class Writing:
    """A script with its questions."""

    def __init__(self, bits: int) -> None:
        self.script = Script(bits=bits)
        self.asked: list[Asking] = []
        self.untouched = 0

    def possible(self, name: str, assumed: Sequence[Term]) -> None:
        """Ask whether all this can be true."""
        self._scope(Asking(Question(name, "sat"), frozenset(assumed), FALSE), both(*assumed))

    def goal(self, goal: Goal, assumed: tuple[Term, ...]) -> None:
        """Ask whether the goal follows, unless it is among what is assumed: then the step leaves it alone."""
        if goal.term is TRUE or goal.term in assumed:
            self.untouched += 1
        else:
            self.ask(goal.name, assumed, goal.term, goal.records)

    def ask(self, name: str, assumed: Sequence[Term], term: Term, records: Records = ()) -> None:
        """Ask whether the term follows from what is assumed."""
        asking = Asking(Question(name, "unsat"), frozenset(assumed), term, records)
        self._scope(asking, both(*assumed, negation(term)))

    def _scope(self, asking: Asking, term: Term) -> None:
        text, question = self.script.read(term), asking.question
        self.script.lines += [f"; expect {question.expected}: {question.name}", "(push 1)", f"(assert {text})"]
        self.script.lines += ["(check-sat)", "(pop 1)"]
        self.asked.append(asking)


# Asking.


class Asker:
    """Asks a solver, and remembers what was answered, for what is the mirror image of it."""

    def __init__(self, maker: Maker, asked: Solver, effort: int) -> None:
        self.maker, self.solver, self.effort = maker, asked, effort
        self.known: dict[Meaning, Answer] = {}

    def of_way(self, way: Way) -> Obligation:
        """What became of the questions about a way."""
        name = f"{way.rule.name}: {way.name}"
        found = self.obligation("rule", way.rule.name, name, self.maker.step(way))
        if found.posed[0].answer.word == "unsat":
            found = self.obligation("rule", way.rule.name, name, self.maker.impossible(way))
        return replace(found, way=way)

    def obligation(self, kind: Kind, about: str, name: str, writing: Writing) -> Obligation:
        """What became of a script's questions."""
        text = writing.script.text()
        return Obligation(kind, about, name, text, tuple(self._posed(writing, text)), writing.untouched)

    def _posed(self, writing: Writing, text: str) -> Iterator[Posed]:
        """The answers; where the first says that nothing can happen, no more is asked."""
        for asking, part in zip(writing.asked, questions(text), strict=True):
            began, question = time.perf_counter(), asking.question
            answer = self.known.get(asking.mirrored(self.maker.image)) if self.known else None
            if answer is None or answer.word != question.expected:
                answer = self.solver.ask(part, effort=self.effort, lazily=True)
                self.known[asking.meaning] = answer
            yield Posed(question, answer, time.perf_counter() - began, asking.records)
            if question == Question(CAN_HAPPEN, "sat") and answer.word == "unsat":
                return


@dataclass(frozen=True)
class _Job:
    """A script to be made and asked about; `twin` is a way that is the mirror image of `way`, if all is well."""

    kind: Kind
    about: str
    name: str
    way: Way | None = None
    twin: Way | None = None
    claim: Always | None = None


@dataclass(frozen=True)
class _Work:
    """What the workers share: the maker, the jobs, and whom to ask."""

    maker: Maker
    jobs: tuple[_Job, ...]
    solver_name: str
    effort: int

    def do(self, number: int) -> tuple[Obligation, ...]:
        """Make a job's script and ask all of it, and then its twin's."""
        job, asker = self.jobs[number], Asker(self.maker, solver(self.solver_name), self.effort)
        if job.way is None:
            writing = self.maker.start() if job.claim is None else self.maker.consequence(job.claim)
            return (asker.obligation(job.kind, job.about, job.name, writing),)
        return tuple(replace(asker.of_way(way), way=None) for way in (job.way, job.twin) if way is not None)


_WORK: list[_Work] = []
"""What forked workers find in place; terms are not sent to them."""


def _do(number: int) -> tuple[Obligation, ...]:
    return _WORK[-1].do(number)


def prove(proof: Proof, *, solver_name: str = "z3", effort: int = EFFORT, workers: int | None = None) -> Proved:
    """Make every obligation and ask the solver; several workers share them.

    A question that is another's mirror image, variables exchanged as the proof says, has the other's answer.
    """
    began, asked, maker = time.perf_counter(), solver(solver_name), Maker(proof)
    jobs = tuple(_jobs(maker))
    _WORK.append(_Work(maker, jobs, solver_name, effort))
    try:
        found = _all_done(len(jobs), min(workers or os.cpu_count() or 1, len(jobs)))
    finally:
        _WORK.pop()
    obligations = [replace(o, way=w) for job, done in zip(jobs, found, strict=True) for w, o in _with_ways(job, done)]
    return Proved(proof, tuple(obligations), maker.same, asked.name, asked.version, effort, time.perf_counter() - began)


def _with_ways(job: _Job, done: Sequence[Obligation]) -> Iterator[tuple[Way | None, Obligation]]:
    return zip((job.way, job.twin)[: len(done)], done, strict=True)


def _all_done(jobs: int, workers: int) -> list[tuple[Obligation, ...]]:
    if workers <= 1:
        return [_do(number) for number in range(jobs)]
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        return list(pool.map(_do, range(jobs), chunksize=2))


def _jobs(maker: Maker) -> Iterator[_Job]:
    yield _Job("init", "", "init")
    of_twins: dict[tuple[object, ...], list[Way]] = {}
    for way in maker.ways:
        of_twins.setdefault((way.rule.event, way.rows, way.titles), []).append(way)
    for alike in of_twins.values():
        for i in range(0, len(alike), 2):
            way, *twin = alike[i : i + 2]
            yield _Job("rule", way.rule.name, way.name, way=way, twin=next(iter(twin), None))
    for claim in (*maker.proof.lemmas, *maker.proof.claims):
        yield _Job("property", claim.name, claim.name, claim=claim)
