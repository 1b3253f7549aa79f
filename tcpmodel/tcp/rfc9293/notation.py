"""Notation of RFC 9293, read: terms, conditions, connection states and segments as its text writes them.

`SND.NXT`, `SEG.SEQ+SEG.LEN`; `SND.UNA < SEG.ACK =< SND.NXT`; `TIME-WAIT`; `<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>`.  So a
stack's departure can be written down from its source or from the RFC without knowing how terms are built.  Comparisons
are those of sequence numbers (RFC 9293 3.4): one alone looks at half of the number space, two are an interval.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.language.sorts import BOOL, SEQ
from tcpmodel.language.terms import Term, before, constant, either, equal, negation, upto, within
from tcpmodel.systems.row import Emission
from tcpmodel.tcp.rfc9293.segment import (
    ACK,
    FIN,
    NO_TEXT,
    RST,
    SYN,
    ctl,
    emit,
    has_text,
    seg,
    seg_is_acceptable,
    seg_len,
)
from tcpmodel.tcp.rfc9293.tcb import EVERY_STATE, STATE, in_state, irs, iss, rcv, snd

NUMBERS: Mapping[str, Term] = {
    "SND.UNA": snd.una,
    "SND.NXT": snd.nxt,
    "SND.WND": snd.wnd,
    "RCV.NXT": rcv.nxt,
    "RCV.WND": rcv.wnd,
    "SEG.SEQ": seg.seq,
    "SEG.ACK": seg.ack,
    "SEG.LEN": seg_len,
    "ISS": iss,
    "IRS": irs,
}
BITS = {"SYN": SYN, "ACK": ACK, "RST": RST, "FIN": FIN}
CONDITIONS: dict[str, Term] = {"SYN": ctl.syn, "ACK": ctl.ack, "RST": ctl.rst, "FIN": ctl.fin}
CONDITIONS |= {"text": has_text, "acceptable": seg_is_acceptable}
STATE_OF_NAME = dict(zip(STATE.values, EVERY_STATE, strict=True))
_PART = re.compile(r"\s*([+-]?)\s*([A-Za-z]+(?:\.[A-Za-z]+)?|\d+)")
_COMPARISON = re.compile(r"\s*(=<|<=|>=|<|>|=)\s*")
_FIELD = re.compile(r"<(SEQ|ACK|CTL|DATA)(?:=([^<>]*))?>")


def number(text: str | int | Term) -> Term:
    """A term of sequence numbers, such as `SEG.SEQ+1`; `DefinitionError` says what is not understood."""
    if isinstance(text, Term):
        return text
    if isinstance(text, int) and not isinstance(text, bool):
        return constant(text, SEQ)
    if not isinstance(text, str) or not text.strip():
        raise DefinitionError(f"{text!r} is no sequence number: write for example 'SND.NXT' or 'SEG.SEQ+1'")
    found: Term | None = None
    place = 0
    while place < len(text.rstrip()):
        part = _PART.match(text, place)
        if part is None or (found is not None and not part[1]):
            raise DefinitionError(f"{text!r} is not understood from {text[place:]!r} on: write for example 'SEG.SEQ+1'")
        value, place = _atom(part[2]), part.end()
        found = value if found is None else found - value if part[1] == "-" else found + value
    assert found is not None
    return found


def _atom(word: str) -> Term:
    if word.isdigit():
        return constant(int(word), SEQ)
    if word not in NUMBERS:
        raise DefinitionError(f"there is no number {word!r}: {choices(word.upper(), NUMBERS)}")
    return NUMBERS[word]


def condition(text: str | Term) -> Term:
    """A condition: a comparison, a bit (`no ACK`), `text`, `acceptable`, a state, or several such joined by `or`."""
    if isinstance(text, Term):
        if text.sort != BOOL:
            raise DefinitionError(f"{text!r} is no condition: compare it with a value")
        return text
    if not isinstance(text, str):
        raise DefinitionError(f"{text!r} is no condition: write for example 'SEG.ACK = ISS' or 'no ACK'")
    if " or " in text:
        return either(*map(condition, text.split(" or ")))
    word = text.strip()
    bare = word.removeprefix("no ").removeprefix("not ")
    if bare in CONDITIONS:
        return CONDITIONS[bare] if bare == word else negation(CONDITIONS[bare])
    if bare in STATE_OF_NAME:
        return in_state(STATE_OF_NAME[bare]) if bare == word else negation(in_state(STATE_OF_NAME[bare]))
    parts = _COMPARISON.split(word)
    if len(parts) not in (3, 5):
        raise DefinitionError(
            f"{text!r} is no condition: write a comparison such as 'SND.UNA < SEG.ACK =< SND.NXT', a state, or one of "
            f"{', '.join(CONDITIONS)}, with 'no' in front or without"
        )
    terms = [number(part) for part in parts[::2]]
    signs = [sign.replace("<=", "=<") for sign in parts[1::2]]
    return _compared(terms[0], signs[0], terms[1]) if len(signs) == 1 else _between(text, terms, signs)


def _compared(left: Term, sign: str, right: Term) -> Term:
    if sign == "=":
        return equal(left, right)
    if sign in (">", ">="):
        left, right, sign = right, left, {">": "<", ">=": "=<"}[sign]
    return before(left, right) if sign == "<" else before(left, right) | equal(left, right)


def _between(text: str, terms: list[Term], signs: list[str]) -> Term:
    """The interval that two comparisons make."""
    low, x, high = terms
    if signs == ["<", "=<"]:
        return upto(low, x, high)
    if signs == ["=<", "<"]:
        return within(x, low, high - low)
    if signs == ["=<", "=<"]:
        return within(x, low, high - low + 1)
    if signs == ["<", "<"]:
        return within(x, low + 1, high - low - 1)
    raise DefinitionError(f"{text!r} is no interval: write 'low < x =< high', with '<' or '=<'")


def connection_state(name: str | Term) -> Term:
    """A connection state by its name in the RFC, or as a term."""
    if isinstance(name, Term) and any(name is known for known in EVERY_STATE):
        return name
    if not isinstance(name, str) or name not in STATE_OF_NAME:
        raise DefinitionError(f"there is no connection state {name!r}: {choices(name, STATE_OF_NAME)}")
    return STATE_OF_NAME[name]


def segment(text: str) -> Emission:
    """A segment to send, as the RFC writes it: `<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>`; `<DATA>` is an octet."""
    found = _FIELD.findall(text) if isinstance(text, str) else []
    fields = dict(found)
    if len(fields) < len(found) or not {"SEQ", "CTL"} <= set(fields) or _FIELD.sub("", text).strip():
        raise DefinitionError(f"{text!r} is no segment: write for example '<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>'")
    bits = tuple(bit.strip() for bit in fields["CTL"].split(","))
    for bit in bits:
        if bit not in BITS:
            raise DefinitionError(f"there is no control bit {bit!r}: {choices(bit, BITS)}")
    if ("ACK" in bits) != ("ACK" in fields):
        raise DefinitionError(f"{text!r} has the ACK bit without a number, or the other way round: write both or none")
    ack = number(fields["ACK"]) if "ACK" in fields else None
    octets = number(fields["DATA"] or "1") if "DATA" in fields else NO_TEXT
    return emit(seq=number(fields["SEQ"]), ack=ack, ctl=tuple(BITS[bit] for bit in bits), text=octets)
