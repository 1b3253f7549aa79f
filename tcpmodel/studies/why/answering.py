"""Answers as evidence: a shortest counterexample, its schedule with the mechanism, and what was explored."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tcpmodel.errors import UsageError
from tcpmodel.explore.exploration import Exploration
from tcpmodel.judging.load import load
from tcpmodel.studies.why.topics import Topic, topic
from tcpmodel.systems.claims import Claim
from tcpmodel.systems.schedule import Followed, follow
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.systems.trace import Trace
from tcpmodel.systems.verdicts import Verdict, trace_of
from tcpmodel.tcp.rfc9293.rules import ARRIVAL
from tcpmodel.tcp.world.connection import sibling


@dataclass(frozen=True)
class Answer:
    """A topic with its evidence: the run without the mechanism, the same schedule with it, what was explored."""

    topic: Topic
    claim: Claim
    kept: Claim
    without: Trace
    explored_without: Exploration
    followed: Followed
    explored_with: Exploration
    verdict_with: Verdict

    @property
    def parts(self) -> int:
        """The step in which the two runs part: the first that differs, else the one after all that they share."""
        return self.followed.diverges or len(_stem(self.without)) + 1


def answer(name: str) -> Answer:
    """Explore with and without the mechanism, and follow the counterexample's schedule with it."""
    from tcpmodel.explore.native.search import explore  # numpy and LLVM come with it

    asked = topic(name)
    broken, mended, claim, kept = _worlds(asked)
    without, found = explore(broken, [claim]), explore(mended, [kept])
    for explored in (without, found):
        if explored.stopped is not None:
            raise KeyboardInterrupt(explored.stopped)
    trace = trace_of(without.verdicts[claim.name])
    if trace is None:
        raise UsageError(f"{claim.name} does not fail without {asked.name} here: leave the specs as they came")
    return Answer(
        topic=asked,
        claim=claim,
        kept=kept,
        without=trace,
        explored_without=without,
        followed=follow(_stem(trace), mended, settle=ARRIVAL, then=asked.then),
        explored_with=found,
        verdict_with=found.verdicts[kept.name],
    )


def _worlds(asked: Topic) -> tuple[TransitionSystem, TransitionSystem, Claim, Claim]:
    """The systems without the mechanism and with it, the claim that fails in one and that to be kept in the other."""
    claim, kept = asked.claim, asked.kept or asked.claim
    if isinstance(asked.world, str):
        spec = load(asked.world)
        named = [c if not isinstance(c, str) else spec.claim(c) for c in (claim, kept)]
        return spec.system, sibling(spec.system, **asked.with_it), named[0], named[1]
    if isinstance(claim, str) or isinstance(kept, str):
        raise UsageError(f"{asked.name} names claims, but no spec that has them: write the claims")
    broken, mended = (asked.make(**{**asked.world, **changes}) for changes in (asked.without, asked.with_it))
    called = asked.name.replace("-", "_")
    return replace(broken, name=called), replace(mended, name=called), claim, kept


def _stem(trace: Trace) -> Trace:
    """The trace up to where it begins to repeat, or to stop."""
    if trace.loop is None:
        return trace
    return Trace(trace.system, trace.states[: trace.loop + 1], trace.steps[: trace.loop])
