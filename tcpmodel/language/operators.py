"""The closed list of operators: what each takes, what it gives, and what it means.

A reading (integers, RFC prose, a solver's formula, another checker's text) is a table with one
entry per operator; `complete` refuses a table that forgets one or knows one too many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TypeVar


class Op(Enum):
    """Every operator of the language; the comment is its meaning on integers modulo m = 2^n."""

    __hash__ = object.__hash__  # each is one object, and terms are found by their operators all the time

    VALUE = "value"  # a constant
    VARIABLE = "variable"  # the value of a variable in the state at hand
    NAMED = "named"  # its argument, under a name worth printing
    NOT = "not"
    AND = "and"
    OR = "or"
    CHOOSE = "choose"  # the second if the first is true, else the third
    EQUAL = "equal"
    ADD = "add"  # (a + b) mod m
    SUBTRACT = "subtract"  # (a - b) mod m
    WITHIN = "within"  # within(x, low, size): (x - low) mod m < size
    UPTO = "upto"  # upto(low, x, high): low < x =< high, i.e. (x - low - 1) mod m < (high - low) mod m
    BEFORE = "before"  # before(a, b): 0 < (b - a) mod m < m/2
    UP = "up"  # a count plus one
    DOWN = "down"  # a count minus one, zero staying zero
    AT_LEAST = "at least"  # on counts: a >= b
    SOME = "some"  # some record of a bag satisfies the argument


Entry = TypeVar("Entry", bound=Callable[..., object])


def complete(reading: str, table: Mapping[Op, Entry]) -> Mapping[Op, Entry]:
    """Give `table` back if it has exactly one entry per operator, else raise `TypeError`."""
    missing = [op.name for op in Op if op not in table]
    if missing:
        raise TypeError(f"the {reading} reading has no entry for {', '.join(missing)}: add one each")
    unknown = [str(key) for key in table if not isinstance(key, Op)]
    if unknown:
        raise TypeError(f"the {reading} reading has entries for no operator: drop {', '.join(unknown)}")
    return table
