"""Mistakes made where a term belongs, and the sentences that say what to write.

Python's `==` must go on working for terms, since tuples, lists and frozen values compare by it.  So on two
terms it gives a `Comparison`, which is true or false where Python asks, but is no truth value of the
language: whatever takes a term refuses it by name.
"""

from __future__ import annotations

from typing import NoReturn

INSTEAD = {"==": "equal(x, y)", "!=": "~equal(x, y)"}
ORDER = {
    "Seq": "before(x, y), within(x, low, size) or upto(low, x, high)",
    "Count": "at_least(x, y)",
    "Bool": "implies(x, y)",
}


class Comparison:
    """Answer of Python's `==` or `!=` about two terms: whether they are the same text, not whether they are equal."""

    __slots__ = ("answer", "sign")

    def __init__(self, sign: str, answer: bool) -> None:
        self.sign, self.answer = sign, answer

    def __bool__(self) -> bool:
        return self.answer

    def __repr__(self) -> str:
        return f"x {self.sign} y"

    def _refuse(self, other: object = None) -> NoReturn:
        raise TypeError(no_term(self))

    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __invert__ = _refuse


def no_term(given: object) -> str:
    """Why what was given is no term, and what to write."""
    if isinstance(given, Comparison):
        return f"{given!r} asks Python, not the model: did you write {given.sign}? write {INSTEAD[given.sign]}"
    if isinstance(given, bool):
        return (
            f"{given!r} is Python's, not the model's: did you write == or in? write equal(x, y) or one_of(x, values), "
            "and TRUE or FALSE for what always or never is"
        )
    if isinstance(given, tuple | list):
        return f"a {type(given).__name__} is no term: write both(x, y) or either(x, y)"
    if isinstance(given, int):
        return f"{given!r} is no term here: write constant({given!r}, SORT), or equal(x, {given!r}) for a condition"
    return f"{given!r} is no term: write a variable, a value that has a name, or equal(x, y)"


def compared_with(sign: str, other: object) -> str:
    """Why a term is not compared with a number or a text by this sign, and what to write."""
    return f"a term is not compared with {other!r} by {sign}: write {INSTEAD[sign].replace('y', repr(other))}"


def not_ordered(sign: str, sort: str) -> str:
    """Why terms of this sort are not compared by this sign, and what to write."""
    return f"a {sort} is not compared by {sign}: write {ORDER.get(sort, 'one_of(x, values)')}"
