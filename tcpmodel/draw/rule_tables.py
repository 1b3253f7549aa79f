"""The rules, the knobs and the requirements as text, and the rules as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from tcpmodel.draw.telling import cited
from tcpmodel.language.prose import prose
from tcpmodel.language.terms import FALSE, TRUE, Term
from tcpmodel.studies.requirements import ELSEWHERE, REQUIREMENTS, Requirement
from tcpmodel.systems.row import Emission, FirstMatch, Pick, Row
from tcpmodel.tcp.knobs.variants import ENVIRONMENT, KNOBS
from tcpmodel.tcp.rfc9293.left_out import LEFT_OUT, NEVER_FIRED
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, Rules
from tcpmodel.tcp.rfc9293.segment import NO_TEXT
from tcpmodel.tcp.rfc9293.tcb import TCB, isn

WIDTH = 110


def sent(send: Emission) -> str:
    """The segment that a row sends, as the RFC writes it."""
    bits = [
        name
        for name, field in (("SYN", "syn"), ("FIN", "fin"), ("RST", "rst"), ("ACK", "ackbit"))
        if send.fields[field] is TRUE
    ]
    ack = f"<ACK={prose(send.fields['ack'])}>" if send.fields["ackbit"] is not FALSE else ""
    data = "" if send.fields["text"] is NO_TEXT else "<DATA>"
    return f"<SEQ={prose(send.fields['seq'])}>{ack}<CTL={','.join(bits)}>{data}"


def _choice(pick: Pick) -> str:
    """The free choice of a row; of an ISS the condition is long, and has a name."""
    allowed = "as the ISN policy allows" if pick.variable is isn else f"such that {prose(pick.among)}"
    return f"choose {prose(pick.variable)} {allowed}"


def action(row: Row) -> list[str]:
    """The effects of a row, a phrase each; the next state is not among them."""
    done = [_choice(row.pick)] if row.pick else []
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
    """The row's own condition in words: "otherwise" or "always" where it has none."""
    if row.when:
        return "; ".join(prose(t) for t in row.when)
    return "otherwise" if row is not block.rows[0] else "always"


def rules_text(rules: Rules, *, width: int = WIDTH) -> str:
    """Every rule by event and block, then what is left out and why."""
    parts = []
    for event, blocks in rules.events.items():
        parts.append(f"{event.upper()}\n{'=' * len(event)}")
        parts += [_block_text(block, event, width) for block in blocks]
    parts.append("LEFT OUT\n========")
    parts += [_part("  ", f"{o.what}  [{o.rfc}]", width) + "\n" + _part("      ", o.why, width) for o in LEFT_OUT]
    return "\n\n".join(parts)


def _block_text(block: FirstMatch, event: str, width: int) -> str:
    names = ", ".join(prose(s) for s in block.states)
    head = textwrap.fill(f"{block.title}: {names}", width, subsequent_indent="    ", break_on_hyphens=False)
    return "\n".join([head, *(row_text(block, row, event, width) for row in block.rows)])


def row_text(block: FirstMatch, row: Row, event: str, width: int) -> str:
    """A row with its condition, what it does, the next state and how the source is read."""
    nothing = "drop it" if event == ARRIVAL and row.goto is None and not row.goes_on else "nothing"
    after = prose(row.goto) if row.goto is not None else "no change"
    never = NEVER_FIRED.get(row.name)
    parts = [("when", guard(block, row)), ("do", "; ".join(action(row)) or nothing)]
    parts += [("next", f"{after}, and on to the next check" if row.goes_on else after), ("note", row.reading or "")]
    parts += [("note", f"never fired by an exploration: {never}" if never else "")]
    lines = [_part(f"      {head:4}  ", text, width) for head, text in parts if text]
    return "\n".join([_part("  ", f"{row.name}  [{cited(row.rfc)}]", width), *lines])


def _part(head: str, text: str, width: int, *, deeper: int = 12) -> str:
    """A text behind its head, in lines of at most so many columns."""
    return textwrap.fill(text, width, initial_indent=head, subsequent_indent=" " * deeper, break_on_hyphens=False)


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
            "more": row.goes_on,
            "rfc": row.rfc,
            "reading": row.reading,
            "never_fired": NEVER_FIRED.get(row.name),
        }
        for event, block, row in rules.rows()
    ]


def requirements_text(*, width: int = WIDTH) -> str:
    """Every requirement that touches a connection's life with what keeps it, then the others by what they are about."""
    parts = [_requirement_text(r, width) for r in REQUIREMENTS]
    others = [_part("  ", f"{about}: {n.replace(' ', ', ')}", width, deeper=6) for about, n in ELSEWHERE.items()]
    return "\n".join(["RFC 9293, APPENDIX B", *parts, "", "NO CONNECTION STATE DEPENDS ON THESE", *others])


def _requirement_text(requirement: Requirement, width: int) -> str:
    kept = [("row", "; ".join(requirement.rows)), ("knob", "; ".join(requirement.knobs))]
    kept += [("claim", "; ".join(requirement.claims)), ("note", requirement.note)]
    lines = [_part(f"      {head:5} ", text, width) for head, text in kept if text]
    return "\n".join([_part(f"{requirement.number:7}  ", requirement.about, width), *lines])


def knobs_text(*, width: int = WIDTH) -> str:
    """Every knob with its meaning, values, default and citation, and so for what the network and the users may do."""
    knobs = (
        _knob(k.name, k.meaning, (("values", " | ".join(k.values)), ("default", k.default), ("source", k.cite)), width)
        for k in KNOBS
    )
    around = (
        _knob(name, meaning, (("values", values), ("default", default)), width)
        for name, meaning, default, values in ENVIRONMENT
    )
    return "\n\n".join(["KNOBS OF THE RULES\n==================", *knobs, "ENVIRONMENT\n===========", *around])


def _knob(name: str, meaning: str, facts: Iterable[tuple[str, str]], width: int) -> str:
    lines = (_part(f"      {head:8} ", text, width, deeper=15) for head, text in facts)
    return "\n".join([_part("  ", f"{name}: {meaning}", width, deeper=6), *lines])
