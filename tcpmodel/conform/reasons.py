"""Reasons: why nothing explains a segment, told by the hypothesis and the row that come nearest to it.

Every hypothesis about the sender is asked for what it might send instead: by the rows of the segment's form, and of
its form with one control bit turned.  What differs in the fewest fields is the nearest acceptable form; the frame that
set the number that differs is the one contradicted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import NamedTuple

from tcpmodel.conform.assumptions import Assumption, price
from tcpmodel.conform.endpoint import NOTHING, PARAMETERS, Endpoint, Fields, Tcb, read
from tcpmodel.conform.far import FarEnd
from tcpmodel.conform.hypotheses import Hypothesis, Story
from tcpmodel.conform.judge import Divergence, Judge
from tcpmodel.conform.near import GUESSED, HALF, MASK, NearEnd
from tcpmodel.conform.shown import ways
from tcpmodel.conform.stack import CLOSED, LISTEN, SYN_SENT
from tcpmodel.language.prose import prose
from tcpmodel.language.terms import Term
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.rfc9293.tcb import STATE

BITS = ("syn", "ackbit", "rst", "fin")
MOST_ASKED = 64
"""So many hypotheses are asked at the most."""
FAR_OFF = 5
"""What differs by more than this is no form of the segment any more."""


class _Word(NamedTuple):
    """A field in words, the section of RFC 9293 that says what it is to be, and how far off another value is."""

    says: str
    rfc: str
    weight: int


WORDS: Mapping[str, _Word] = {
    "seq": _Word("SEQ", "3.4", 2),
    "ack": _Word("ACK", "3.4", 2),
    "syn": _Word("SYN", "3.5", 3),
    "ackbit": _Word("the ACK bit", "3.1", 3),
    "rst": _Word("RST", "3.5.2", 4),
    "fin": _Word("FIN", "3.6", 2),
    "text": _Word("the text", "3.4", 2),
}


SENDS_NOTHING = "it sends nothing"


class Candidate(NamedTuple):
    """A row that might have sent the segment, in a state, and what of its guard or of what it sends is not so."""

    state: str
    event: str
    row: str
    rfc: str
    false: tuple[str, ...]


class Alternative(NamedTuple):
    """A set of assumptions under which everything is explained, and the frames that somebody else sent then."""

    assumptions: tuple[Assumption, ...]
    foreign: tuple[int, ...] = ()


class Rejection(NamedTuple):
    """Why a segment is explained by nothing: in words, by section, by frame, by row, and what would be acceptable."""

    frame: int
    culprit: int
    reason: str
    rfc: str
    conflicts_with: int | None
    acceptable_if: str | None
    candidates: tuple[Candidate, ...]
    would_explain: tuple[Alternative, ...] = ()


class _Near(NamedTuple):
    """What a hypothesis might send instead: the fields that differ, and the row, if one sends it."""

    changed: tuple[str, ...]
    instead: Fields
    hypothesis: Hypothesis
    story: Story
    row: Row | None
    caused: int | None = None

    @property
    def distance(self) -> int:
        return sum(WORDS[name].weight for name in self.changed)


def rejection(judge: Judge, divergence: Divergence) -> Rejection:
    """The reasons for a divergence."""
    captured, o = divergence.captured, divergence.fields
    if divergence.conflicts_with is not None:
        said = f"the octets that it sends again are not those that frame {divergence.conflicts_with} sent"
        return Rejection(captured.frame, captured.sender, said, "RFC 9293 3.8.1", divergence.conflicts_with, None, ())
    asked = [*islice(judge.histories(captured.sender, captured.time or 0.0), MOST_ASKED)]
    known = [pair for pair in asked if pair[0].tcb.iss != GUESSED.seq] or asked
    known.sort(key=lambda pair: price(pair[1].assumptions))
    end = judge.end_of(captured.sender)
    near = min(
        (n for h, story in known for n in _instead(end, h, story, o)),
        key=lambda n: (n.distance, n.row is not None),
        default=None,
    )
    if near is not None and near.distance > FAR_OFF:
        near = None
    h, story = (near.hypothesis, near.story) if near else known[0]
    rows = tuple(sorted(set(_candidates(end.stack.endpoint, h, o)), key=lambda c: (len(c.false), c)))
    states = sorted({h.tcb.state for h, _ in asked})
    return Rejection(
        captured.frame,
        captured.sender,
        _reason(o, near, states, rows),
        _section(o, near, h.tcb.state, rows),
        _conflict(near, story, captured.frame),
        _acceptable(near) if near else None,
        rows,
    )


def _instead(end: NearEnd | FarEnd, h: Hypothesis, story: Story, o: Fields) -> Iterator[_Near]:
    """What a hypothesis might send instead: a reply that it owes or might give, or by rows of a form like this."""
    endpoint = end.stack.endpoint
    for owed in h.owed:
        yield _Near(_unequal(o, owed.segment), owed.segment, h, story, None, owed.why.caused)
    for reply, frame in end.replies(h, o):
        yield _Near(_unequal(o, reply), reply, h, story, None, frame)
    forms = (o._replace(**{bit: 1 - getattr(o, bit)}) for bit in BITS)
    for form in (o, *forms, o._replace(text=0)):
        for event, _ in ways(form):
            fired = endpoint.fire(event, h.tcb, explains=form)
            if fired is not None and fired.sent is not None:
                yield _Near(_unequal(o, fired.sent), fired.sent, h, story, fired.rows[-1])


def _unequal(o: Fields, sent: Fields) -> tuple[str, ...]:
    return tuple(
        name
        for name in Fields._fields
        if getattr(o, name) != getattr(sent, name) and not (name == "ack" and not (o.ackbit and sent.ackbit))
    )


def _candidates(endpoint: Endpoint, h: Hypothesis, o: Fields) -> Iterator[Candidate]:
    """The rows of the segment's form in the state of a hypothesis, each with what is not so."""
    state = STATE.values[h.tcb.state]
    for event, _ in ways(o):
        for block in endpoint.rules.events[event]:
            if _applies(block, h.tcb.state):
                for row in block.rows:
                    false = _false(endpoint, row, h, o)
                    if row.send is None:
                        false = (*false, SENDS_NOTHING)
                    elif not false:
                        fired = endpoint.fire(event, h.tcb, explains=o)
                        if fired is not None and fired.sent is not None:
                            false = tuple(_differs(name, o, fired.sent, h.tcb) for name in _unequal(o, fired.sent))
                    if false:
                        yield Candidate(state, event, row.name, row.rfc, false)


def _applies(block: FirstMatch, state: int) -> bool:
    return block.control is None or state in [s.payload for s in block.states]


def _false(endpoint: Endpoint, row: Row, h: Hypothesis, o: Fields) -> tuple[str, ...]:
    known = (*h.tcb, 0, *NOTHING, *o)
    terms = (*row.when, *(() if row.pick is None else (row.pick.among,)))
    return tuple(prose(term) for term in terms if not _truth(term, endpoint.bits)(*known))


@cache
def _truth(term: Term, bits: int):  # type: ignore[no-untyped-def]
    return eval(f"lambda {PARAMETERS}: {read(term, bits)}")


# In words.


def _differs(name: str, o: Fields, sent: Fields, tcb: Tcb) -> str:
    word, is_, was = WORDS[name].says, getattr(o, name), getattr(sent, name)
    if name in BITS:
        return f"{word} is {'set' if is_ else 'not set'}"
    if name == "text":
        return f"it has {_octets(is_)}, not {was or 'none'}"
    return f"{word} is {_counted(name, is_, tcb)}, not {_counted(name, was, tcb)}"


def _counted(name: str, number: int, tcb: Tcb) -> str:
    """A sequence number, and how far it is from the ISS that it counts from, where that is known."""
    begins = tcb.iss if name == "seq" else tcb.irs
    distance = (number - begins) & MASK
    if tcb.state <= LISTEN or not begins or HALF // 2 < distance < MASK - HALF // 2:
        return str(number)
    return f"{number} (relative {distance if distance < HALF else distance - MASK - 1})"


def _octets(number: int) -> str:
    return f"{number or 'no'} octet{'s' * (number != 1)} of text"


def _acceptable(near: _Near) -> str:
    return f"acceptable if {' and '.join(_wish(name, near) for name in near.changed)}"


def _wish(name: str, near: _Near) -> str:
    value = getattr(near.instead, name)
    if name == "text":
        return f"it had {_octets(value)}"
    shown = ("not set", "set")[value] if name in BITS else _counted(name, value, near.hypothesis.tcb)
    return f"{WORDS[name].says} were {shown}"


def _reason(o: Fields, near: _Near | None, states: list[int], rows: tuple[Candidate, ...]) -> str:
    where = _one_of([STATE.values[s] for s in states])
    idle = _idle(rows)
    if near is None and o.rst:
        return f"nothing that arrived draws this reset, and in {where} it has no connection to abort"
    if near is None:
        return f"in {where} nothing sends it" + (f" ({idle.row})" if idle else "")
    if near.changed == ("ack",) and not o.rst:
        return _acknowledges(o.ack, near, where)
    if near.changed == ("seq",) and not o.rst and not o.syn:
        shown, next_ = (_counted("seq", number, near.hypothesis.tcb) for number in (o.seq, near.instead.seq))
        return f"its number is {shown}, and the next number is {next_} in {where}"
    said = " and ".join(_differs(name, o, near.instead, near.hypothesis.tcb) for name in near.changed)
    shape = {"text", "fin", "syn"} & {*near.changed}
    return f"in {where} {said}" + (f" ({idle.row})" if idle and shape else "")


def _acknowledges(ack: int, near: _Near, where: str) -> str:
    shown, received = (_counted("ack", number, near.hypothesis.tcb) for number in (ack, near.instead.ack))
    if (ack - near.instead.ack) & MASK < HALF:
        return f"it acknowledges up to {shown}, and has received up to {received} at the most in {where}"
    return f"it acknowledges up to {shown}, and would acknowledge up to {received} in {where}"


def _idle(rows: tuple[Candidate, ...]) -> Candidate | None:
    """The row of those that send nothing that is nearest to firing."""
    idle = [c for c in rows if SENDS_NOTHING in c.false]
    return min(idle, key=lambda c: len(c.false), default=None)


def _one_of(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _section(o: Fields, near: _Near | None, state: int, rows: tuple[Candidate, ...]) -> str:
    sections = [WORDS[name].rfc for name in near.changed] if near else []
    idle = _idle(rows)
    if near is None:
        sections = ["3.10.7.1", "3.5.2"] if o.rst else [_ARRIVES.get(state, "3.10.7.4")]
    if idle and not o.rst and (near is None or {"text", "fin", "syn"} & {*near.changed}):
        sections.append(idle.rfc)
    if near is not None and near.row is not None:
        sections += near.row.rfc.split("; ")
    elif near is not None:
        sections += ["3.10.7"]
    return f"RFC 9293 {', '.join(dict.fromkeys(sections))}"


_ARRIVES = {CLOSED: "3.10.7.1", LISTEN: "3.10.7.2", SYN_SENT: "3.10.7.3"}
"""What a state answers to, where that is a section of its own."""


def _conflict(near: _Near | None, story: Story, frame: int) -> int | None:
    """The frame that set what the segment contradicts."""
    if near is None:
        return story.state
    if near.caused is not None:
        return near.caused
    by_field = {"seq": story.snd_nxt, "ack": story.rcv_nxt, "text": story.state}
    found = [by_field.get(name, story.state) for name in near.changed]
    return max((f for f in found if f is not None and f != frame), default=None)
