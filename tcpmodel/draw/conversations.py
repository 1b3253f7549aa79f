"""Judged conversations for people: a table of all, and for each that is rejected why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import indent

from tcpmodel.conform.assumptions import Assumption
from tcpmodel.conform.checking import Judged
from tcpmodel.conform.judge import Conclusion
from tcpmodel.draw.tables import table
from tcpmodel.draw.wrapping import filled

WIDTH = 120
MOST_ROWS = 60
"""So many conversations stand in the table; of more, those that are not explainable go first."""
MOST_CANDIDATES = 3
ENDS = "AB"


def conversations_table(found: Sequence[Judged]) -> str:
    """One line for each conversation."""
    rows = [(n, *_cells(judged)) for n, judged in enumerate(found, 1)]
    left = max(0, len(rows) - MOST_ROWS)
    if left:
        rows.sort(key=lambda row: (row[5] == Conclusion.EXPLAINABLE, row[0]))
        rows = sorted(rows[:MOST_ROWS])
    header = ("#", "A", "B", "segments", "Zeek", "verdict", "needs", "uses")
    more = f"\n… and {left} more conversations, all of which --json lists" if left else ""
    return table(header, rows, right=(0, 3)) + more


def _cells(judged: Judged) -> tuple[object, ...]:
    a, b = judged.ends
    return (a, b, judged.segments, judged.conn_state, judged.verdict, _named(judged.needs), _named(judged.uses))


def _named(assumptions: Iterable[Assumption]) -> str:
    return ", ".join(a.name for a in assumptions) or "–"


def reasons_text(number: int, judged: Judged, *, width: int = WIDTH) -> str:
    """Why a conversation is not explainable, or for which want nothing can be said."""
    first, *others = _reasons(number, judged)
    return "\n".join([filled(first, width), *(indent(filled(line, width - 4), "    ") for line in others)])


def _reasons(number: int, judged: Judged) -> Iterator[str]:
    if judged.doubt is not None:
        yield f"{number}  inconclusive: {judged.doubt}"
        return
    found = judged.rejection
    if found is None:
        yield f"{number}  explainable: {_near(judged)}"
        return
    yield f"{number}  rejected at frame {found.frame}, sent by {ENDS[found.culprit]} ({judged.ends[found.culprit]})"
    yield f"why: {found.reason} ({found.rfc})"
    if found.conflicts_with is not None:
        yield f"it contradicts frame {found.conflicts_with}"
    if found.acceptable_if is not None:
        yield f"{found.acceptable_if}"
    yield f"{_near(judged)}"
    for some in found.would_explain:
        whose = f" (frames {', '.join(map(str, some.foreign))})" if len(some.foreign) > 1 else ""
        yield f"would be explained by: {_named(some.assumptions)}{whose}"
    rows = dict.fromkeys(f"{row.row} ({row.rfc}, {row.state}): {'; '.join(row.false)}" for row in found.candidates)
    for row in [*rows][:MOST_CANDIDATES]:
        yield f"not by {row}"


def _near(judged: Judged) -> str:
    if judged.near.end is None:
        return f"captured at an unknown place ({judged.near.because}): both ends are taken as far"
    return f"captured at {ENDS[judged.near.end]} ({judged.near.because})"


def assumptions_text(found: Iterable[Judged], *, width: int = WIDTH) -> str:
    """What the assumptions that were used say, each with its source."""
    used = {a for judged in found for a in (*judged.needs, *judged.uses, *_besides(judged))}
    lines = [f"{a.name}: {a.says}{f' ({a.cite})' if a.cite else ''}" for a in sorted(used, key=lambda a: a.name)]
    return "\n".join(filled(line, width) for line in lines)


def _besides(judged: Judged) -> Iterator[Assumption]:
    for some in judged.rejection.would_explain if judged.rejection else ():
        yield from some.assumptions
