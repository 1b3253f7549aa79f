"""The answer to a "why?" as text: question, counterexample, the same schedule with the mechanism, evidence."""

from __future__ import annotations

import textwrap
from typing import Any

from tcpmodel.draw.ladder import ladder
from tcpmodel.explore.exploration import Exploration
from tcpmodel.spec.why import TOPICS, Answer
from tcpmodel.systems.trace import Trace, firing

WIDTH = 100


def topics_text() -> str:
    """The questions that can be asked."""
    width = max(len(t.name) for t in TOPICS)
    return "\n".join(f"{t.name.ljust(width)}  {t.question}" for t in TOPICS)


def answer_text(found: Answer) -> str:
    """The whole answer."""
    topic = found.topic
    parts = [
        f"{topic.question}\n{'=' * len(topic.question)}",
        textwrap.fill(topic.answer, WIDTH),
        textwrap.fill(f"The mechanism: {topic.mechanism} [{topic.cite}].", WIDTH),
        ladder(found.without, title=f"WITHOUT IT ({topic.spec}), the shortest run", claim=found.claim),
        ladder(found.followed.trace, title="WITH IT, on the same schedule"),
        _divergence(found),
        textwrap.fill(topic.afterword, WIDTH),
        _explored(found),
        textwrap.fill(f"Assumed: {topic.assumes}.", WIDTH),
        textwrap.fill(f"Often said, and not so: {topic.misconception}.", WIDTH),
        f"See further: {', '.join(f'tcpmodel verify {name}' for name in topic.deeper)}",
    ]
    return "\n\n".join(part.rstrip() for part in parts if part)


def _divergence(found: Answer) -> str:
    followed = found.followed
    if followed.diverges is None:
        return "The two runs do not differ on this schedule."
    lines = [f"They part at step {followed.diverges}. Without it, {_stands(found.without, followed.diverges)}."]
    if followed.diverges not in followed.skipped:
        lines.append(f"With it, {_stands(followed.trace, followed.diverges)}.")
    if followed.skipped:
        steps = ", ".join(map(str, followed.skipped))
        lines.append(f"Step{'s' * (len(followed.skipped) > 1)} {steps} of the first run cannot happen with it.")
    if followed.settled:
        lines.append(f"The last {followed.settled} steps of the second run deliver what was still in flight.")
    return textwrap.fill(" ".join(lines), WIDTH)


def _stands(trace: Trace, number: int) -> str:
    """Who did what in a step, and in which connection state that left it."""
    step = firing(trace.system, trace.steps[number - 1])
    state = trace.system.value(trace.states[number], f"{step.rule.agent}.state")
    return f"{step.rule.agent}: {step.title}, and {step.rule.agent} is {state}"


def _explored(found: Answer) -> str:
    text = (
        f"Explored: every reachable state of this small world. Without it {_counts(found.explored_without)}: "
        f"{found.claim.name} fails, in {len(found.without)} steps at the least. "
        f"With it {_counts(found.explored_with)}: {found.claim.name} {found.verdict_with.word}."
    )
    return textwrap.fill(text, WIDTH)


def _counts(found: Exploration) -> str:
    return f"{found.states:,} states and {found.steps:,} steps"


def answer_json(found: Answer) -> dict[str, Any]:
    """The answer as a JSON document."""
    followed = found.followed
    return {
        "schema": 1,
        "topic": found.topic.name,
        "question": found.topic.question,
        "answer": found.topic.answer,
        "mechanism": found.topic.mechanism,
        "cite": found.topic.cite,
        "claim": found.claim.name,
        "without": {"spec": found.spec.name, "length": len(found.without), **_numbers(found.explored_without)},
        "with": {"verdict": found.verdict_with.word, **_numbers(found.explored_with)},
        "diverges_at_step": followed.diverges,
        "skipped_steps": list(followed.skipped),
        "assumes": found.topic.assumes,
        "misconception": found.topic.misconception,
    }


def _numbers(found: Exploration) -> dict[str, int]:
    return {"states": found.states, "steps": found.steps, "depth": found.depth}
