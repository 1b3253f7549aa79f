"""Proof by an inductive invariant of a system whose bags may hold anything: the questions of `making`, asked.

The text that is asked is the text that a certificate holds, so a certificate says what was proved.  A question that is
another's mirror image, variables exchanged as the proof says, has the other's answer (symmetry reduction).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from tcpmodel.prove.certificate import Kind
from tcpmodel.prove.making import CANNOT_HAPPEN, Asking, Maker, Meaning, Writing, name_of
from tcpmodel.prove.obligations import Records, rests_on
from tcpmodel.prove.parallel import in_parallel
from tcpmodel.prove.shape import Question
from tcpmodel.prove.solving import EFFORT, Answer, Solver, questions, solver
from tcpmodel.systems.claims import Always
from tcpmodel.systems.paths import Way
from tcpmodel.systems.proof import Assumption, Proof
from tcpmodel.systems.system import Rule


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
        """The reason why it was not asked; "" if it was."""
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
        """The assumptions that the proof rests on."""
        return rests_on(self.proof)

    @property
    def posed(self) -> tuple[Posed, ...]:
        """Every question."""
        return tuple(p for o in self.obligations for p in o.posed)


class Asker:
    """Asks a solver, and remembers its answers for questions that are mirror images of those asked."""

    def __init__(self, maker: Maker, asked: Solver, effort: int) -> None:
        self.maker, self.solver, self.effort = maker, asked, effort
        self.known: dict[Meaning, Answer] = {}

    def of_way(self, way: Way) -> Obligation:
        """A way's questions, answered: that it is impossible; else that it keeps all clauses; else clause by clause."""
        name = name_of(way)
        found = self.obligation("rule", way.rule.name, name, self.maker.impossible(way))
        if found.failed:
            found = self.obligation("rule", way.rule.name, name, self.maker.step(way))
        if found.failed:
            found = self.obligation("rule", way.rule.name, name, self.maker.step(way, singly=True))
        return replace(found, way=way)

    def obligation(self, kind: Kind, about: str, name: str, writing: Writing) -> Obligation:
        """A script's questions with their answers."""
        text = writing.script.text()
        return Obligation(kind, about, name, text, tuple(self._posed(kind, writing, text)), writing.untouched)

    def _answer(self, kind: Kind, text: str) -> Answer:
        """The solver's answer; what is not about a step needs all bits in the end, so little is tried lazily."""
        if kind == "rule":
            return self.solver.ask(text, effort=self.effort, lazily=True)
        soon = self.solver.ask(text, effort=max(1, self.effort // 10), lazily=True)
        return soon if soon.word != "unknown" else self.solver.ask(text, effort=self.effort)

    def _image(self, asking: Asking) -> Answer | None:
        """The answer to the mirror image; not where a model breaks this question, since it is a model of the other."""
        answer = self.known.get(asking.mirrored(self.maker.image))
        return None if answer is not None and answer.word == "sat" and asking.question.expected == "unsat" else answer

    def _posed(self, kind: Kind, writing: Writing, text: str) -> Iterator[Posed]:
        """The questions with their answers, which may be known already."""
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
        """Tasks that make the proof; they may be done in any order and in any process."""
        return [partial(self._do, job) for job in self._jobs]

    def _do(self, job: _Job) -> tuple[Obligation, ...]:
        """Make a job's script and ask all of it, and then its twin's."""
        asker = Asker(self.maker, self.solver, self.effort)
        if job.way is None:
            return (asker.obligation(job.kind, job.about, job.name, _writing(self.maker, job)),)
        return tuple(replace(asker.of_way(way), way=None) for way in (job.way, job.twin) if way is not None)

    def unasked(self, place: int, why: str) -> tuple[Obligation, ...]:
        """Stand-ins for the obligations of a job that was not done: scripts without an answer."""
        job = self._jobs[place]
        nothing = (Posed(Question("asked", "unsat"), Answer("unknown", why=why), 0.0),)
        twin = [(job.twin.rule.name, job.twin.name)] if job.twin else []
        return tuple(Obligation(job.kind, *named, "", nothing) for named in [(job.about, job.name), *twin])

    def proved(self, done: Sequence[tuple[Obligation, ...]], *, seconds: float) -> Proved:
        """The proof, put together from what the tasks gave."""
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
    """An obligation that is not asked yet, with the scripts that it may have, in the order in which they are tried."""

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
