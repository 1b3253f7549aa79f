"""Rules that are not RFC 9293's as text: a profile's knobs with their sources, the rows that came, those that went."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import fields

from tcpmodel.draw.rule_tables import WIDTH, row_text
from tcpmodel.systems.row import Row
from tcpmodel.tcp.knobs.stacks import Profile
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules


def profile_text(profile: Profile, rules: Rules, *, width: int = WIDTH) -> str:
    """A stack's profile: how it was looked at, what it turns and why, what no knob brings, and the rows that differ."""
    head = f"{profile.name}: {profile.title}"
    parts = [f"{head}\n{'=' * len(head)}", textwrap.fill(f"looked at: {profile.source}", width)]
    for knob, value in profile.knobs.items():
        parts.append(_part(f"{knob}={value}", profile.sources[knob], width))
    parts += [_part("no knob for", text, width) for text in profile.beyond]
    return "\n".join([*parts, "", differences_text(rules, width=width)])


def differences_text(rules: Rules, *, width: int = WIDTH) -> str:
    """The rows that are not RFC 9293's, by event and block, and the names of RFC 9293's that are gone."""
    theirs = {row.name: _written(row) for _, _, row in RFC_9293.rows()}
    parts = []
    for event, blocks in rules.events.items():
        for block in blocks:
            new = [row for row in block.rows if theirs.get(row.name) != _written(row)]
            if new:
                parts.append(
                    "\n".join([f"{event.upper()}, {block.title}", *(row_text(block, r, event, width) for r in new)])
                )
    gone = sorted(set(theirs) - {row.name for _, _, row in rules.rows()})
    parts += ["\n".join(["GONE", *(f"  {name}" for name in gone)])] if gone else []
    return "\n\n".join(parts) if parts else "every row is RFC 9293's"


def differing(rules: Rules) -> Iterator[str]:
    """The names of the rows that are not RFC 9293's."""
    theirs = {row.name: _written(row) for _, _, row in RFC_9293.rows()}
    yield from (row.name for _, _, row in rules.rows() if theirs.get(row.name) != _written(row))


def _written(row: Row) -> tuple[object, ...]:
    """All that a row says, for comparison."""
    plain = tuple(getattr(row, f.name) for f in fields(Row) if f.name not in ("set", "send"))
    return (*plain, dict(row.set), row.send and (row.send.bag, dict(row.send.fields)))


def _part(head: str, text: str, width: int) -> str:
    return textwrap.fill(text, width, initial_indent=f"  {head}: ", subsequent_indent="      ", break_on_hyphens=False)
