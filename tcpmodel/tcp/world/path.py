"""Parts in the path between the ends: firewalls, trackers, proxies, a NAT, each with variables and rows of its own.

A part is a component of the transition system like an end, composed in the same way.  It sees what the network holds:
it may take a segment out of a bag and drop it, look at one that stays, put one in, in an end's name; and it may hold
back all that an end sends.  Its terms speak of the segment that it takes (`seg`), of its own variables, and through
`at` of what the ends know, which is for numbers that a real box would have read off earlier segments.

What a part sends is nobody's as the ghosts see it; where it answers a segment it says so, as CLOSED does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tcpmodel.errors import DefinitionError, known_arguments
from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import TRUE, Term, at_least, constant, down, truth, variable
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.systems.system import Component, Rule, Take, Variable
from tcpmodel.tcp.observers.ghosts import NOBODY, seg_inc
from tcpmodel.tcp.rfc9293.ends import an_end, bag_from, nothing_in_flight, other_end
from tcpmodel.tcp.rfc9293.segment import ACK, RST, after_seg, ctl, emit, seg


@known_arguments
@dataclass(frozen=True)
class Part:
    """A part in the path: its name, its variables, its rules, and when it holds back all that an end sends."""

    name: str
    variables: tuple[Variable, ...] = ()
    rules: tuple[Rule, ...] = ()
    holds_back: Mapping[str, Term] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for rule in self.rules:
            if not isinstance(rule, Rule):
                raise DefinitionError(f"the part {self.name!r} has {rule!r} for a rule: write takes(...) or acts(...)")
        for end, condition in self.holds_back.items():
            truth(condition, f"when {self.name!r} holds back what {an_end(end)} sends")


def takes(part: str, sender: str, event: str, *rows: Row, when: tuple[Term, ...] = (), stays: bool = False) -> Rule:
    """A rule of a part that takes a segment from an end: by the first row that matches; where it `stays`, looks at it.

    A segment that no row matches is left alone.
    """
    there = Take(bag_from(an_end(sender)), "seg", keep=stays)
    return Rule(f"{part}: {event}", part, event, (FirstMatch(event, None, (), rows),), when=when, take=there)


def acts(part: str, event: str, *rows: Row, when: tuple[Term, ...] = ()) -> Rule:
    """A rule of a part that takes nothing, such as a timer of its own."""
    return Rule(f"{part}: {event}", part, event, (FirstMatch(event, None, (), rows),), when=when)


def in_name_of(end: str, form: Emission) -> Emission:
    """A segment that a part sends in an end's name, to the other end."""
    return Emission(bag_from(an_end(end)), form.fields)


def component(part: Part, *, more: Mapping[str, Term]) -> Component:
    """The part as a component; `more` are the fields that this system's segments have besides the real ones."""
    return Component(variables=part.variables, rules=tuple(_labelled(rule, more) for rule in part.rules))


def _labelled(rule: Rule, more: Mapping[str, Term]) -> Rule:
    answers = {"why": seg_inc} if rule.take and "why" in more else {}
    blocks = tuple(replace(b, rows=tuple(_with(row, {**more, **answers}) for row in b.rows)) for b in rule.blocks)
    return replace(rule, blocks=blocks)


def _with(row: Row, more: Mapping[str, Term]) -> Row:
    return row if row.send is None else replace(row, send=replace(row.send, fields={**row.send.fields, **more}))


def nobodys(*, timed: bool, ghosts: bool, provenance: bool) -> Mapping[str, Term]:
    """The fields besides the real ones of a segment that neither end sent, in systems with or without each kind."""
    more: dict[str, Term] = {"age": constant(0, COUNT)} if timed else {}
    if ghosts:
        more |= {"inc": NOBODY, "why": NOBODY, "octet": constant(0, SEQ)}
    if provenance:
        more |= {"seq_of": NOBODY, "seq_iss": constant(0, SEQ), "ack_of": NOBODY, "ack_iss": constant(0, SEQ)}
    return more


def let_through(rule: Rule, path: tuple[Part, ...]) -> Rule:
    """An end's arrivals, where no part holds back what its peer sends."""
    held = [part.holds_back[other_end(rule.agent)] for part in path if other_end(rule.agent) in part.holds_back]
    return replace(rule, when=(*rule.when, *(~condition for condition in held)))


def check_path(path: Sequence[Part]) -> None:
    """Raise `DefinitionError` where a path is no sequence of parts with names of their own."""
    if not isinstance(path, tuple | list) or not all(isinstance(part, Part) for part in path):
        raise DefinitionError(f"path={path!r} is no sequence of parts: write path=[Part(...), ...]")
    names = [part.name for part in path]
    for name in names:
        if name in ("A", "B", "network", "time", "attacker") or names.count(name) > 1:
            raise DefinitionError(f"a part in the path cannot be called {name!r}: give it a name of its own")


# A NAT that forgets.

moved = variable("nat.moved", BOOL, says="the NAT gives A's segments another name", denies="the NAT knows A")


def forgetful_nat(rebinds: int) -> Part:
    """While A's connection is idle the NAT forgets it; what A sends after that reaches B as a stranger's.

    What B's connection sends to A's old name reaches A all the same, where a NAT would drop it: keep B silent.
    """
    left = variable("nat.left.rebind", COUNT, says="the NAT's budget to rebind")
    forgets = Row("the NAT forgets an idle connection", "RFC 5382 5", set={moved: TRUE})
    rebind = Rule(
        "nat: forgets A",
        "network",
        "rebinding",
        (FirstMatch("rebinding", None, (), (forgets,)),),
        when=(~moved, nothing_in_flight(), at_least(left, 1)),
        set={left: down(left)},
    )
    variables = (Variable(moved), Variable(left, initial=rebinds, top=rebinds))
    return Part("nat", variables, (rebind, _answers_stranger()), {"A": moved})


def _answers_stranger() -> Rule:
    """B's host has no connection with whom these segments seem to come from: it answers as CLOSED does."""
    rows = (
        Row("a stranger's reset is dropped", "3.10.7.1", when=(ctl.rst,)),
        Row(
            "a stranger's ACK is reset",
            "3.10.7.1",
            when=(ctl.ack,),
            send=in_name_of("B", emit(seq=seg.ack, ctl=(RST,))),
        ),
        Row(
            "anything else of a stranger is reset",
            "3.10.7.1",
            send=in_name_of("B", emit(seq=constant(0, SEQ), ack=after_seg, ctl=(RST, ACK))),
        ),
    )
    return Rule(
        "B: a stranger's segment arrives",
        "B",
        "stranger",
        (FirstMatch("a stranger's segment arrives", None, (), rows),),
        when=(moved,),
        take=Take(bag_from("A"), "seg"),
    )


def parts_of(path: tuple[Part, ...], *, rebinds: int) -> Iterator[Part]:
    """The parts in the path, the network's NAT among them where it has one."""
    if rebinds:
        yield forgetful_nat(rebinds)
    yield from path
