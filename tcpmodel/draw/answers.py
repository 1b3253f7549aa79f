"""Answers to a "why?" as text: question, counterexample, the same schedule with the mechanism, evidence.

Every word of it comes from a catalogue, but for the ladders: they name the rules, in the rules' words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tcpmodel.draw.ladder import WIDTH, ladder
from tcpmodel.draw.wrapping import columns, filled, fitted
from tcpmodel.explore.exploration import Exploration
from tcpmodel.studies.why import TOPICS, Answer, Catalogue
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.systems.trace import Trace, firing
from tcpmodel.systems.verdicts import Verdict, within
from tcpmodel.tcp.world.environment import Attacker, Network, User

ANSWER_WIDTH = 100
CALLS = {
    "passive_opens": "passive OPEN",
    "active_opens": "active OPEN",
    "sends": "SEND",
    "closes": "CLOSE",
    "aborts": "ABORT",
    "crashes": "crash",
    "retransmissions": "retransmission",
    "timeouts": "user timeout",
    "resets": "RST",
    "syns": "SYN",
}
"""Budgets of users and attackers, as the rules call what they are for."""


def topics_text(said: Catalogue) -> str:
    """The questions that can be asked."""
    width = max(len(t.name) for t in TOPICS)
    return "\n".join(f"{t.name.ljust(width)}  {said.topics[t.name]['question']}" for t in TOPICS)


def answer_text(found: Answer, said: Catalogue, *, width: int = ANSWER_WIDTH) -> str:
    """The whole answer."""
    words = said.topics[found.topic.name]
    parts = [
        f"{words['question']}\n{'=' * columns(words['question'])}",
        words["answer"],
        said.says("mechanism", mechanism=words["mechanism"], cite=found.topic.cite),
        said.frame.get("ladders", ""),
        _ladder_without(found, said, width),
        _ladder_with(found, said, width),
        said.says("separator").join(_divergence(found, said)),
        words.get("afterword", ""),
        _explored(found, said),
        said.says("assumes", assumes=words["assumes"]),
        said.says("misconception", misconception=words["misconception"]) if "misconception" in words else "",
        said.says("deeper", commands=said.says("comma").join(f"tcpmodel {command}" for command in found.topic.deeper)),
    ]
    ladders = parts[4:6]
    rest = (
        part if part in ladders else _narrow(part, width) if "\n" in part else filled(part, width) for part in parts
    )
    return "\n\n".join(part for part in rest if part)


# The two runs.


def _ladder_without(found: Answer, said: Catalogue, width: int) -> str:
    spec = found.topic.world if isinstance(found.topic.world, str) else ""
    heading = said.says("without_spec" if spec else "without", spec=spec, steps=len(found.without))
    marks = {found.parts: said.says("mark")}
    claim = replace(found.claim, expected="fails")
    return ladder(found.without, heading=heading, claim=claim, marks=marks, width=_wider(width)).rstrip()


def _ladder_with(found: Answer, said: Catalogue, width: int) -> str:
    heading = said.says("with", steps=len(found.followed.trace))
    marks = {found.parts: said.says("mark")}
    return ladder(found.followed.trace, heading=heading, marks=marks, width=_wider(width)).rstrip()


def _narrow(text: str, width: int) -> str:
    return text if width == ANSWER_WIDTH else fitted(text, width)


def _wider(width: int) -> int:
    """Ladders may be wider than text, where there is room."""
    return WIDTH if width == ANSWER_WIDTH else width


def _divergence(found: Answer, said: Catalogue) -> Iterator[str]:
    followed, step = found.followed, found.parts
    yield said.says("parts", step=step)
    yield said.says("without_does", does=_does(found.without, step, said))
    if step not in followed.skipped:
        yield said.says("with_does", does=_does(followed.trace, step, said))
    if followed.skipped:
        phrase = "cannot_one" if len(followed.skipped) == 1 else "cannot_many"
        yield said.says(phrase, steps=said.says("comma").join(map(str, followed.skipped)))
    if followed.settled:
        yield said.says("settled_one" if followed.settled == 1 else "settled_many", count=followed.settled)


def _does(trace: Trace, number: int, said: Catalogue) -> str:
    """A step in words: the agent, what it does, and the connection state that it is in afterwards."""
    if number > len(trace):
        return said.says("nothing")
    step = firing(trace.system, trace.steps[number - 1])
    who = step.rule.agent
    if who not in ("A", "B"):
        return said.says("does", who=who, what=step.title)
    state = trace.system.value(trace.states[number], f"{who}.state")
    return said.says("does_and_is", who=who, what=step.title, state=state)


# What was explored.


def _explored(found: Answer, said: Catalogue) -> str:
    given = said.topics[found.topic.name].get("bounds")
    fails = "fails" if found.without.loop is None else "fails_for_ever"
    return said.says("separator").join(
        (
            said.says("explored", bounds=given or said.says("semicolon").join(_bounds(found.without.system, said))),
            said.says(fails, claim=found.claim.name, steps=len(found.without), **_counts(found.explored_without)),
            said.says(_outcome(found.verdict_with), claim=found.kept.name, **_counts(found.explored_with)),
        )
    )


def _outcome(verdict: Verdict) -> str:
    """The name of the sentence that says what became of the claim."""
    only_within = verdict.word == "holds" and bool(within(verdict))
    return f"{verdict.word}{'_within' * only_within}_with"


def _counts(found: Exploration) -> dict[str, str]:
    return {"states": f"{found.states:,}", "firings": f"{found.steps:,}"}


def _bounds(system: TransitionSystem, said: Catalogue) -> Iterator[str]:
    """The sizes and budgets of a world."""
    given = system.origin
    network: Network = given["network"]
    yield said.says("sizes", numbers=1 << given["bits"], window=given["window"])
    order = said.says("any_order" if network.reorder else "in_order")
    yield said.says("capacity", capacity=network.capacity, order=order)
    yield said.says("faults", losses=_budget(network.lose, said), copies=_budget(network.duplicate, said))
    if given["time"]:
        yield said.says("ticks", msl=given["time"].msl)
    if given["established"]:
        yield said.says("from_established")
    for who, acts in (("A", given["a"]), ("B", given["b"]), (said.says("attacker"), given["attacker"])):
        if acts is not None:
            yield said.says("may", who=who, calls=said.says("comma").join(_calls(acts, said)) or said.says("no_calls"))


def _calls(acts: User | Attacker, said: Catalogue) -> Iterator[str]:
    for name, call in CALLS.items():
        budget = getattr(acts, name, 0)
        if budget != 0:
            yield f"{call} {_budget(budget, said)}"


def _budget(count: int | None, said: Catalogue) -> str:
    if count is None:
        return said.says("any_number")
    return str(count) if count else said.says("none")


# As JSON.


def topics_json(said: Catalogue) -> dict[str, Any]:
    """The questions as a JSON document."""
    topics = [{"name": t.name, "aliases": list(t.aliases), "question": said.topics[t.name]["question"]} for t in TOPICS]
    return {"schema": 1, "lang": said.language, "topics": topics}


def answer_json(found: Answer, said: Catalogue) -> dict[str, Any]:
    """The answer as a JSON document."""
    followed, words = found.followed, said.topics[found.topic.name]
    return {
        "schema": 1,
        "lang": said.language,
        "topic": found.topic.name,
        "question": words["question"],
        "answer": words["answer"],
        "mechanism": words["mechanism"],
        "cite": found.topic.cite,
        "claim": found.claim.name,
        "without": {
            "spec": found.topic.world if isinstance(found.topic.world, str) else None,
            "length": len(found.without),
            **_numbers(found.explored_without),
        },
        "with": {
            "claim": found.kept.name,
            "verdict": found.verdict_with.word,
            "within_bounds": list(within(found.verdict_with)),
            **_numbers(found.explored_with),
        },
        "diverges_at_step": found.parts,
        "skipped_steps": list(followed.skipped),
        "assumes": words["assumes"],
        "misconception": words.get("misconception"),
        "deeper": list(found.topic.deeper),
    }


def _numbers(found: Exploration) -> dict[str, int]:
    return {"states": found.states, "steps": found.steps, "depth": found.depth}
