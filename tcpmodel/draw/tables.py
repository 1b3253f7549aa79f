"""Tables as text: the rules, the states, the knobs, and what a run found."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from tcpmodel.draw.telling import cited
from tcpmodel.language.prose import prose
from tcpmodel.language.terms import FALSE, TRUE, Term
from tcpmodel.spec.judge import Judged, Report
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.tcp.left_out import LEFT_OUT, NEVER_FIRED
from tcpmodel.tcp.requirements import ELSEWHERE, REQUIREMENTS, Requirement
from tcpmodel.tcp.rules import ARRIVAL, Rules
from tcpmodel.tcp.states import STATES
from tcpmodel.tcp.tcb import TCB
from tcpmodel.tcp.variants import ENVIRONMENT, KNOBS

WIDTH = 110


def table(header: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> str:
    """Aligned columns under a header; the columns in `right` are aligned to the right."""
    lines = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(header), *lines]) for i in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        padded = (c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=True)))
        return "  ".join(padded).rstrip()

    return "\n".join([line(header), line(["-" * w for w in widths]), *map(line, lines)])


# Rules.


def sent(send: Emission) -> str:
    """What a row sends, as the RFC writes it."""
    bits = [
        name
        for name, field in (("SYN", "syn"), ("FIN", "fin"), ("RST", "rst"), ("ACK", "ackbit"))
        if send.fields[field] is TRUE
    ]
    ack = f"<ACK={prose(send.fields['ack'])}>" if send.fields["ackbit"] is not FALSE else ""
    data = "<DATA>" if send.fields["text"] is TRUE else ""
    return f"<SEQ={prose(send.fields['seq'])}>{ack}<CTL={','.join(bits)}>{data}"


def action(row: Row) -> list[str]:
    """What a row does, one phrase each; nothing but the next state, or nothing at all, is no phrase."""
    done = [f"choose {prose(row.pick.variable)} as the ISN policy allows"] if row.pick else []
    done += [text for text in (_assignment(k, v) for k, v in row.set.items()) if text]
    done += [f"send {sent(row.send)}"] if row.send else []
    done += ["delete the TCB"] if set(row.forget) >= set(TCB) else []
    done += [f'tell the user "{row.tell}"'] if row.tell else []
    return done


def _assignment(variable: Term, value: Term) -> str:
    if value in (TRUE, FALSE):
        return prose(variable if value is TRUE else ~variable)
    return "" if prose(variable) == prose(value) else f"{prose(variable)} <- {prose(value)}"


def guard(block: FirstMatch, row: Row) -> str:
    """What a row needs besides its place, as the RFC would say it."""
    if row.when:
        return "; ".join(prose(t) for t in row.when)
    return "otherwise" if row is not block.rows[0] else "always"


def rules_text(rules: Rules) -> str:
    """Every rule by event and block, then what is left out and why."""
    parts = []
    for event, blocks in rules.events.items():
        parts.append(f"{event.upper()}\n{'=' * len(event)}")
        parts += [_block_text(block, event) for block in blocks]
    parts.append("LEFT OUT\n========")
    parts += [f"  {o.what}  [{o.rfc}]\n      {o.why}" for o in LEFT_OUT]
    return "\n\n".join(parts)


def _block_text(block: FirstMatch, event: str) -> str:
    names = ", ".join(prose(s) for s in block.states)
    head = textwrap.fill(f"{block.title}: {names}", WIDTH, subsequent_indent="    ", break_on_hyphens=False)
    return "\n".join([head, *(_row_text(block, row, event) for row in block.rows)])


def _row_text(block: FirstMatch, row: Row, event: str) -> str:
    nothing = "drop it" if event == ARRIVAL and row.goto is None and not row.more else "nothing"
    after = prose(row.goto) if row.goto is not None else "no change"
    lines = [f"  {row.name}  [{cited(row.rfc)}]"]
    lines += _part("when", guard(block, row))
    lines += _part("do", "; ".join(action(row)) or nothing)
    lines += _part("next", f"{after}, and on to the next check" if row.more else after)
    lines += _part("note", row.reading or "")
    lines += _part("note", f"never fired by an exploration: {NEVER_FIRED[row.name]}" if row.name in NEVER_FIRED else "")
    return "\n".join(lines)


def _part(head: str, text: str) -> list[str]:
    deeper = " " * 12
    return [textwrap.fill(text, WIDTH, initial_indent=f"      {head:5} ", subsequent_indent=deeper)] if text else []


def rules_json(rules: Rules) -> list[dict[str, object]]:
    """Every rule as a mapping."""
    return [
        {
            "name": row.name,
            "event": event,
            "block": block.title,
            "states": [prose(s) for s in block.states],
            "when": [prose(t) for t in row.when],
            "action": action(row),
            "next": None if row.goto is None else prose(row.goto),
            "more": row.more,
            "rfc": row.rfc,
            "reading": row.reading,
            "never_fired": NEVER_FIRED.get(row.name),
        }
        for event, block, row in rules.rows()
    ]


def requirements_text() -> str:
    """Every requirement that touches a connection's life with what keeps it, then the others by what they are about."""
    parts = [_requirement_text(r) for r in REQUIREMENTS]
    others = [
        textwrap.fill(f"{about}: {numbers.replace(' ', ', ')}", WIDTH, initial_indent="  ", subsequent_indent="      ")
        for about, numbers in ELSEWHERE.items()
    ]
    return "\n".join(["RFC 9293, APPENDIX B", *parts, "", "NO CONNECTION STATE DEPENDS ON THESE", *others])


def _requirement_text(requirement: Requirement) -> str:
    kept = [("row", requirement.rows), ("knob", requirement.knobs), ("claim", requirement.claims)]
    lines = [f"{requirement.number:7}  {requirement.about}"]
    lines += [line for head, names in kept for line in _part(head, "; ".join(names))]
    return "\n".join([*lines, *_part("note", requirement.note)])


def states_text() -> str:
    """The eleven states under their names."""
    return table(("RFC 9293", "Linux kernel", "netstat", "waits for"), STATES)


def knobs_text() -> str:
    """Every knob with its values, meaning and citation."""
    swaps = [(k.name, " | ".join(k.values), k.default, k.cite) for k in KNOBS]
    first = table(("knob", "values", "default", "source"), swaps)
    meanings = "\n".join(f"  {k.name}: {k.meaning}" for k in KNOBS)
    second = table(("environment", "meaning", "default", "range"), ENVIRONMENT)
    return f"{first}\n\n{meanings}\n\n{second}"


# Runs.


def verify_text(reports: Sequence[Report], *, by: bool = False) -> str:
    """One line per claim, the counts on each spec's first line, and what the table cannot hold below."""
    notes = [note for report in reports for note in notes_on(report)]
    return "\n".join([verify_table(reports, by=by), *([""] if notes else []), *notes])


def verify_table(reports: Sequence[Report], *, by: bool = False) -> str:
    """One line per claim, the counts on each spec's first line; `by`: how each verdict is known, too."""
    header = ["spec", "states", "steps", "depth", "claim", "verdict", "expected", "length", "seconds"]
    rows = [
        [*_judged_line(report, judged, first=i == 0), *([judged.by] if by else [])]
        for report in reports
        for i, judged in enumerate(report.judged)
    ]
    return table([*header, *(["by"] if by else [])], rows, right=(1, 2, 3, 7, 8))


def _judged_line(report: Report, judged: Judged, *, first: bool) -> tuple[object, ...]:
    seen = (f"{report.states:,}", f"{report.steps:,}", report.depth) if first and report.states else ("", "", "")
    counts = (report.name if first else "", *seen)
    length = "" if judged.length is None else judged.length
    return (*counts, judged.claim.name, judged.said, judged.expected, length, f"{report.seconds:.1f}" if first else "")


def notes_on(report: Report) -> list[str]:
    """What the table cannot hold: bounds that were met, limits, reasons, pins that differ."""
    notes = []
    if report.bounds:
        met = "; ".join(f"{name} ({n:,} steps)" for name, n in sorted(report.bounds.items()))
        notes.append(f"{report.name}: bounds met: {met}")
    if report.refused:
        return [f"{report.name}: not judged: {report.refused.why}"]
    if report.stopped:
        notes.append(f"{report.name}: not complete: {report.stopped}")
    if report.unsaved:
        notes.append(f"{report.name}: {report.unsaved}")
    notes += [
        f"{report.name}: {j.claim.name} {'' if j.verdict.word == 'holds' else 'is '}{j.said.lower()}: {j.why}"
        for j in report.judged
        if j.why and j.why != report.stopped
    ]
    notes += [f"{report.name}: the engines disagree: {difference}" for difference in report.disagreed]
    notes += [f"{report.name}: differs from specs/pinned.toml: {difference}" for difference in report.unpinned]
    return notes
