"""Proof by an inductive invariant of a system whose bags may hold anything: making the questions and asking them.

Four kinds of obligation: the system starts where every clause is true; the ways of each rule leave nothing out; each
way keeps every clause; every claim follows.  A way's script also asks whether the way can be taken at all, so that
nothing is kept for want of a state.  What is asked is the text that a certificate holds, so what is proved is written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import NamedTuple

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.language.bare import bare, conjuncts_of
from tcpmodel.language.terms import FALSE, TRUE, Term, both, either, negation, substitute
from tcpmodel.prove.certificate import Kind
from tcpmodel.prove.covering import enabled, opaque, said_of_bags
from tcpmodel.prove.names import Names, check_counts, names_of
from tcpmodel.prove.obligations import Frame, Goal, Records, parts, rests_on
from tcpmodel.prove.parallel import in_parallel
from tcpmodel.prove.shape import WAY, Question
from tcpmodel.prove.smtlib import Script
from tcpmodel.prove.solving import EFFORT, Answer, Solver, questions, solver
from tcpmodel.systems.claims import Always
from tcpmodel.systems.paths import Way, ways
from tcpmodel.systems.proof import Assumption, Proof
from tcpmodel.systems.system import Rule

COVERED = "the ways leave nothing out"
CAN_HAPPEN, CANNOT_HAPPEN = "this can happen", "this cannot happen"
"""What is asked of each way besides its goals: is there a state that the invariant allows in which it is taken?

It is asked with the proof's crowds there, if it has any: a guard or an assumption may say much of `every` record.
"""


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
    def unasked(self) -> str:
        """Why it was not asked, if it was not."""
        return "" if self.text else self.posed[0].answer.why

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
    def never(self) -> tuple[str, ...]:
        """The rules that never fire: none of their ways can be taken."""
        alive = {o.about for o in self.obligations if o.kind == "rule" and not o.dead}
        return tuple(rule for rule, about in self.same.items() if about not in alive)

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        """What the proof rests on."""
        return rests_on(self.proof)

    @property
    def posed(self) -> tuple[Posed, ...]:
        """Every question."""
        return tuple(p for o in self.obligations for p in o.posed)


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
        """The way can be taken and keeps every clause: asked all at once for the same records, or one by one."""
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
        """Where the rule can fire one of its ways can be taken."""
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
        """With whom the way is to be possible, and what is known then."""
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
    """What the obligation about a way is called."""
    return f"{way.rule.name}: {way.name}"


def _same_steps(one: Rule, two: Rule) -> bool:
    """Whether two rules do the same to variables and send the same, given the same record."""
    bag, other = one.take and (one.take.bag, one.take.element), two.take and (two.take.bag, two.take.element)
    alike = one.blocks == two.blocks and one.when == two.when and one.sweeps == two.sweeps
    return alike and bag == other and dict(one.set) == dict(two.set)


Meaning = tuple[frozenset[Term], frozenset[Term]]


def _of_records(records: Records) -> str:
    """What a question about these records is called."""
    said = (f"{element} in {bag}" for bag, element in records)
    return f"every clause of {' and '.join(said) or 'the variables'}"


class Asking(NamedTuple):
    """A question as terms: what is assumed, and what is to follow; what is only to be possible follows from nothing."""

    question: Question
    assumed: frozenset[Term]
    goal: Term
    records: Records = ()

    @property
    def meaning(self) -> Meaning:
        """The question without its name: whether something is possible is one question, whatever is hoped."""
        return self.assumed, frozenset(conjuncts_of(self.goal))

    def mirrored(self, image: Callable[[Term], Term]) -> Meaning:
        """What it means with variables exchanged."""
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
        """Write down of which goals the next question is made."""
        self.script.lines += [f"; goal {name}" for name in names]

    def ask(self, name: str, assumed: Sequence[Term], term: Term, records: Records = ()) -> None:
        """Ask whether the term follows from what is assumed."""
        asking = Asking(Question(name, "unsat"), frozenset(assumed), term, records)
        self._scope(asking, both(*assumed, negation(term)))

    def cover(self, where: Term, guards: Sequence[tuple[str, Term]]) -> None:
        """Ask whether one of the guards holds wherever that is so; each is written down with its way's name."""
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


# Asking.


class Asker:
    """Asks a solver, and remembers what was answered, for what is the mirror image of it."""

    def __init__(self, maker: Maker, asked: Solver, effort: int) -> None:
        self.maker, self.solver, self.effort = maker, asked, effort
        self.known: dict[Meaning, Answer] = {}

    def of_way(self, way: Way) -> Obligation:
        """What became of the questions about a way."""
        name = name_of(way)
        found = self.obligation("rule", way.rule.name, name, self.maker.impossible(way))
        if found.failed:
            found = self.obligation("rule", way.rule.name, name, self.maker.step(way))
        if found.failed:
            found = self.obligation("rule", way.rule.name, name, self.maker.step(way, singly=True))
        return replace(found, way=way)

    def obligation(self, kind: Kind, about: str, name: str, writing: Writing) -> Obligation:
        """What became of a script's questions."""
        text = writing.script.text()
        return Obligation(kind, about, name, text, tuple(self._posed(kind, writing, text)), writing.untouched)

    def _answer(self, kind: Kind, text: str) -> Answer:
        """The solver's answer; what is not about a step needs all bits sooner or later, so not much is tried before."""
        if kind == "rule":
            return self.solver.ask(text, effort=self.effort, lazily=True)
        soon = self.solver.ask(text, effort=max(1, self.effort // 10), lazily=True)
        return soon if soon.word != "unknown" else self.solver.ask(text, effort=self.effort)

    def _image(self, asking: Asking) -> Answer | None:
        """The answer to the mirror image; a model that is not wanted is of no use for this question."""
        answer = self.known.get(asking.mirrored(self.maker.image))
        return None if answer is not None and answer.word == "sat" and asking.question.expected == "unsat" else answer

    def _posed(self, kind: Kind, writing: Writing, text: str) -> Iterator[Posed]:
        """The answers, those known already included."""
        for asking, part in zip(writing.asked, questions(text), strict=True):
            began, question = time.perf_counter(), asking.question
            answer = self.known.get(asking.meaning) or self._image(asking)
            if answer is None:
                answer = self._answer(kind, part)
                self.known[asking.meaning] = answer
            yield Posed(question, answer, time.perf_counter() - began, asking.records)


@dataclass(frozen=True)
class _Job:
    """A script to be made and asked about; `twin` is a way that is the mirror image of `way`, if all is well."""

    kind: Kind
    about: str
    name: str
    way: Way | None = None
    twin: Way | None = None
    claim: Always | None = None
    rule: Rule | None = None


class Proving:
    """A proof about to be made: its tasks, each of which gives obligations that were asked."""

    def __init__(self, proof: Proof, *, solver_name: str = "z3", effort: int = EFFORT) -> None:
        self.maker, self.solver, self.effort = Maker(proof), solver(solver_name), effort
        self._jobs = tuple(_jobs(self.maker))

    @property
    def tasks(self) -> list[Callable[[], tuple[Obligation, ...]]]:
        """What is to be done, in any order, anywhere."""
        return [partial(self._do, job) for job in self._jobs]

    def _do(self, job: _Job) -> tuple[Obligation, ...]:
        """Make a job's script and ask all of it, and then its twin's."""
        asker = Asker(self.maker, self.solver, self.effort)
        if job.way is None:
            return (asker.obligation(job.kind, job.about, job.name, _writing(self.maker, job)),)
        return tuple(replace(asker.of_way(way), way=None) for way in (job.way, job.twin) if way is not None)

    def unasked(self, place: int, why: str) -> tuple[Obligation, ...]:
        """What stands for a job that was not done: its script has no answer."""
        job = self._jobs[place]
        nothing = (Posed(Question("asked", "unsat"), Answer("unknown", why=why), 0.0),)
        twin = [(job.twin.rule.name, job.twin.name)] if job.twin else []
        return tuple(Obligation(job.kind, *named, "", nothing) for named in [(job.about, job.name), *twin])

    def proved(self, done: Sequence[tuple[Obligation, ...]], *, seconds: float) -> Proved:
        """The proof, of what the tasks gave."""
        made = zip(self._jobs, done, strict=True)
        obligations = tuple(replace(o, way=w) for job, found in made for w, o in _with_ways(job, found))
        asked = self.solver
        return Proved(self.maker.proof, obligations, self.maker.same, asked.name, asked.version, self.effort, seconds)


def _writing(maker: Maker, job: _Job) -> Writing:
    """The script of a job that is about no way."""
    if job.rule is not None:
        return maker.covered(job.rule)
    return maker.start() if job.claim is None else maker.consequence(job.claim)


def prove(proof: Proof, *, solver_name: str = "z3", effort: int = EFFORT, workers: int | None = None) -> Proved:
    """Make every obligation and ask the solver; several workers share them.

    A question that is another's mirror image, variables exchanged as the proof says, has the other's answer.
    """
    began, proving = time.perf_counter(), Proving(proof, solver_name=solver_name, effort=effort)
    done = in_parallel(proving.tasks, workers=workers, undone=proving.unasked)
    return proving.proved(done, seconds=time.perf_counter() - began)


def _with_ways(job: _Job, done: Sequence[Obligation]) -> Iterator[tuple[Way | None, Obligation]]:
    return zip((job.way, job.twin)[: len(done)], done, strict=True)


class ToWrite(NamedTuple):
    """An obligation that is not asked yet: the scripts that it may have, the one that a proof asks first in front."""

    kind: Kind
    about: str
    name: str
    writings: tuple[Callable[[], Writing], ...]


def to_write(maker: Maker) -> Iterator[ToWrite]:
    """Every obligation, in a proof's order."""
    for job in _jobs(maker):
        if job.way is None:
            yield ToWrite(job.kind, job.about, job.name, (partial(_writing, maker, job),))
        for way in (way for way in (job.way, job.twin) if way is not None):
            scripts = (partial(maker.impossible, way), partial(maker.step, way), partial(maker.step, way, singly=True))
            yield ToWrite("rule", way.rule.name, name_of(way), scripts)


def _jobs(maker: Maker) -> Iterator[_Job]:
    yield _Job("init", "", "init")
    for rule in maker.rules:
        yield _Job("ways", rule.name, f"{rule.name}: ways", rule=rule)
    of_twins: dict[tuple[object, ...], list[Way]] = {}
    for way in maker.ways:
        of_twins.setdefault((way.rule.event, way.rows, way.titles), []).append(way)
    for alike in of_twins.values():
        for i in range(0, len(alike), 2):
            way, *twin = alike[i : i + 2]
            yield _Job("rule", way.rule.name, way.name, way=way, twin=next(iter(twin), None))
    for claim in maker.proof.consequences:
        yield _Job("property", claim.name, claim.name, claim=claim)
