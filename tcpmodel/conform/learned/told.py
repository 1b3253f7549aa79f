"""What a comparison says: text for people, a table in Markdown, a document for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tcpmodel.conform.learned.comparing import Cause, Class, Comparison, Difference

MOST_WORDS = 3
"""So many words of a group are drawn."""


class Group(NamedTuple):
    """Differences with one explanation: the same rows instead of which others fired, for the same reasons."""

    causes: tuple[Cause, ...]
    differences: tuple[Difference, ...]

    @property
    def kind(self) -> Class:
        """What kind of difference these are."""
        return self.differences[0].kind

    @property
    def name(self) -> str:
        """What explains them, by name."""
        return ", ".join(dict.fromkeys(cause.assumes.name for cause in self.causes))

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows instead of which others fired."""
        return tuple(dict.fromkeys(cause.row for cause in self.causes))


def groups(comparison: Comparison) -> tuple[Group, ...]:
    """The differences by what explains them: new ones first, and within a class the shortest word first."""
    found: dict[tuple[Cause, ...], list[Difference]] = {}
    for difference in comparison.differences:
        found.setdefault(difference.causes, []).append(difference)
    met = [Group(causes, tuple(differences)) for causes, differences in found.items()]
    return tuple(sorted(met, key=lambda group: [*Class].index(group.kind)))


def drawn(comparison: Comparison) -> list[str]:
    """The comparison as lines of text."""
    lines = [*_head(comparison)]
    for group in groups(comparison):
        lines += ["", f"{group.kind}: {group.name} ({_transitions(len(group.differences))})"]
        for cause in group.causes:
            lines.append(f"  {cause.assumes.says}{_cited(cause.assumes.cite)}")
        lines += [f"  instead of: {_row(comparison, row)}" for row in group.rows]
        for difference in group.differences[:MOST_WORDS]:
            lines.append(f"    {' '.join(difference.word)}")
            lines.append(
                f"      in {difference.state} the rows answer {difference.ours}, the machine {difference.theirs}"
            )
        if len(group.differences) > MOST_WORDS:
            lines.append(f"    and {len(group.differences) - MOST_WORDS} more")
    return lines


def _head(comparison: Comparison) -> Iterator[str]:
    yield f"{comparison.name}: {comparison.states} states, {comparison.inputs} inputs"
    yield f"of the learner's mapper: {comparison.habits.name}"
    if not comparison.complete:
        yield f"the walk was ended behind {comparison.places} places: longer words may differ, too"
    if not comparison.differences:
        yield "every word is answered as by RFC 9293's rows"
        return
    counts = {kind: sum(d.kind is kind for d in comparison.differences) for kind in Class}
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    yield f"{comparison.differing} of {_transitions(comparison.states * comparison.inputs)} differ from RFC 9293's rows"
    yield f"differences by transition and explanation: {told}"


def _transitions(count: int) -> str:
    return f"{count} transition{'' if count == 1 else 's'}"


def _cited(cite: str) -> str:
    return f" ({cite})" if cite else ""


def cite_of(comparison: Comparison, row: str) -> str:
    """Where RFC 9293 has a row; nothing fired where it is empty."""
    return next((r.rfc for _, _, r in comparison.rules.rows() if r.name == row), "")


def _row(comparison: Comparison, row: str) -> str:
    return f"{row}{_cited(cite_of(comparison, row))}" if row else "no row: the call changes nothing"


def table(comparison: Comparison) -> list[str]:
    """The comparison as a table in Markdown: a line for each explanation, with its shortest word."""
    lines = [
        "| class | what explains it | instead of our row | where | shortest word | rows | machine | transitions |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for group in groups(comparison):
        first = group.differences[0]
        rows = "; ".join(_row(comparison, row) for row in group.rows)
        cells = (group.kind, group.name, rows, first.state, f"`{' '.join(first.word)}`")
        lines.append(f"| {' | '.join(cells)} | `{first.ours}` | `{first.theirs}` | {len(group.differences)} |")
    return lines


def as_document(comparison: Comparison) -> dict[str, Any]:
    """The comparison as values of JSON."""
    return {
        "machine": comparison.name,
        "states": comparison.states,
        "inputs": comparison.inputs,
        "mapper": comparison.habits.name,
        "transitions": comparison.states * comparison.inputs,
        "differing": comparison.differing,
        "new": len(comparison.new),
        "complete": comparison.complete,
        "groups": [_group(comparison, group) for group in groups(comparison)],
    }


def _group(comparison: Comparison, group: Group) -> dict[str, Any]:
    return {
        "class": str(group.kind),
        "causes": [
            {
                "name": cause.assumes.name,
                "says": cause.assumes.says,
                "cite": cause.assumes.cite,
                "row": cause.row,
                "rfc": cite_of(comparison, cause.row),
            }
            for cause in group.causes
        ],
        "words": [
            {"word": [*d.word], "state": d.state, "ours": d.ours, "machine": d.theirs, "in": d.where}
            for d in group.differences
        ],
    }
