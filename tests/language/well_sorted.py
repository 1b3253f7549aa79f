"""Random well-sorted terms over variables of every sort and one bag, and values for them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum, Sort
from tcpmodel.language.terms import (
    Term,
    at_least,
    before,
    both,
    choose,
    constant,
    down,
    either,
    equal,
    every,
    named,
    negation,
    some,
    up,
    upto,
    variable,
    within,
)

COLOUR = Enum("Colour", ("red", "green", "blue"))
SORTS: tuple[Sort, ...] = (BOOL, SEQ, COUNT, COLOUR)
FREE = tuple(variable(f"v.{s.name.lower()}.{i}", s) for s in SORTS for i in (1, 2))
FIELDS = tuple(variable(f"each.{s.name.lower()}", s) for s in SORTS)
BAG = "post"


@st.composite
def terms(draw: Any, sort: Sort, depth: int = 3, *, inside: bool = False) -> Term:
    """A term of the sort; `inside` a quantifier the fields of its record may occur too."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(leaves(sort, inside=inside))

    def sub(s: Sort) -> Term:
        return draw(terms(s, depth - 1, inside=inside))

    builders = {
        BOOL: (
            lambda: negation(sub(BOOL)),
            lambda: both(sub(BOOL), sub(BOOL), sub(BOOL)),
            lambda: either(sub(BOOL), sub(BOOL), sub(BOOL)),
            lambda: equal(sub(s := draw(st.sampled_from(SORTS))), sub(s)),
            lambda: within(sub(SEQ), sub(SEQ), sub(SEQ)),
            lambda: upto(sub(SEQ), sub(SEQ), sub(SEQ)),
            lambda: before(sub(SEQ), sub(SEQ)),
            lambda: at_least(sub(COUNT), sub(COUNT)),
            lambda: some(BAG, "each", draw(terms(BOOL, depth - 1, inside=True))),
            lambda: every(BAG, "each", draw(terms(BOOL, depth - 1, inside=True))),
        ),
        SEQ: (lambda: sub(SEQ) + sub(SEQ), lambda: sub(SEQ) - sub(SEQ)),
        COUNT: (lambda: up(sub(COUNT)), lambda: down(sub(COUNT))),
        COLOUR: (),
    }
    common = (lambda: choose(sub(BOOL), sub(sort), sub(sort)), lambda: named("so called", sub(sort)))
    return draw(st.sampled_from((*builders[sort], *common)))()


def leaves(sort: Sort, *, inside: bool) -> st.SearchStrategy[Term]:
    constants = [constant(i, sort) for i in range({BOOL: 2, COLOUR: 3}.get(sort, 4))]
    known = [v for v in (*FREE, *(FIELDS if inside else ())) if v.sort is sort]
    return st.sampled_from(constants) | st.sampled_from(known)


def domain(sort: Sort, bits: int) -> range:
    """The values tried for a sort."""
    return range({BOOL: 2, SEQ: 1 << bits, COUNT: 4, COLOUR: 3}[sort])


@st.composite
def valuations(draw: Any, bits: int) -> dict[str, Any]:
    """A value for each free variable and up to three records."""

    def value(v: Term) -> int:
        return draw(st.sampled_from(domain(v.sort, bits)))

    records = [{v.name.partition(".")[2]: value(v) for v in FIELDS} for _ in range(draw(st.integers(0, 3)))]
    return {v.name: value(v) for v in FREE} | {BAG: records}
