"""The Promela reading: a term as an expression that SPIN compiles to C.

Sequence numbers are residues, so `& mask` stands where the reference has a remainder: C's remainder
of a negative number is negative.  What a variable is called, and where a field lies, the caller says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from tcpmodel.language.operators import Op, complete
from tcpmodel.language.sorts import SEQ, Enum
from tcpmodel.language.terms import Term

PromelaEntry = Callable[[Term, list[str], int], str]

_WORDS_OF_PROMELA = """
    active always assert atomic bit bool break byte c_code c_decl c_expr c_state c_track chan d_step D_proctype do else
    empty enabled eval eventually false fi for full get_priority goto hidden if implies in init inline int len local ltl
    mtype nempty never next nfull noclaim np_ notrace od of pc_value pid printf printm priority proctype provided
    release return run select set_priority short show skip stronguntil timeout trace true typedef unless unsigned until
    weakuntil xr xs STDIN U V W X
"""
_WORDS_OF_C = """
    auto asm case char const continue default double enum extern float inline long register restrict signed sizeof
    static struct switch typeof union void volatile while
    boq main now rand this trpt uchar uint ulong ushort vsize
"""
RESERVED = frozenset((_WORDS_OF_PROMELA + _WORDS_OF_C).split())
"""What Promela, C and the verifier that SPIN writes in C keep for themselves."""


def _template(text: str) -> PromelaEntry:
    return lambda term, args, bits: text.format(*args, mask=(1 << bits) - 1, half=(1 << bits >> 1) - 1)


def _value(term: Term, args: list[str], bits: int) -> str:
    assert isinstance(term.payload, int)
    if isinstance(term.sort, Enum):
        return alternative(term.sort, term.payload)
    return str(term.payload % (1 << bits) if term.sort == SEQ else term.payload)


_ENTRIES: Mapping[Op, PromelaEntry] = {
    Op.VALUE: _value,
    Op.VARIABLE: _template("{0}"),  # its place
    Op.NAMED: _template("{0}"),
    Op.NOT: _template("!{0}"),
    Op.AND: lambda term, args, bits: f"({' && '.join(args)})",
    Op.OR: lambda term, args, bits: f"({' || '.join(args)})",
    Op.CHOOSE: _template("({0} -> {1} : {2})"),
    Op.EQUAL: _template("({0} == {1})"),
    Op.ADD: _template("(({0} + {1}) & {mask})"),
    Op.SUBTRACT: _template("(({0} - {1}) & {mask})"),
    Op.WITHIN: _template("((({0} - {1}) & {mask}) < {2})"),
    Op.UPTO: _template("((({1} - {0} - 1) & {mask}) < (({2} - {0}) & {mask}))"),
    Op.BEFORE: _template("((({1} - {0} - 1) & {mask}) < {half})"),
    Op.UP: _template("({0} + 1)"),
    Op.DOWN: _template("({0} > 0 -> {0} - 1 : 0)"),
    Op.AT_LEAST: _template("({0} >= {1})"),
    Op.SOME: lambda term, args, bits: f"({' || '.join(args)})",  # unfolded: the condition at each place of the bag
}
PROMELA = complete("Promela", _ENTRIES)


def text(term: Term, *, bits: int, places: Mapping[str, str]) -> str:
    """The term as Promela, where `places` gives the text of each variable; its quantifiers are unfolded already."""
    args = [places[term.name]] if term.op is Op.VARIABLE else [text(a, bits=bits, places=places) for a in term.args]
    return PROMELA[term.op](term, args, bits)


def word(name: str, taken: Iterable[str] = ()) -> str:
    """The name as an identifier that neither Promela nor C keeps for itself, and that is not `taken`."""
    plain = re.sub(r"\W", "_", name, flags=re.ASCII)
    if not plain[:1].isalpha():
        plain = f"x{plain}"
    refused = RESERVED.union(taken)
    while plain in refused:
        plain += "_"
    return plain


def alternative(sort: Enum, value: int) -> str:
    """The name of an enumeration's value."""
    return word(f"{sort.name}_{sort.values[value]}")
