"""The four sorts of value: truth, sequence numbers, counts, and named alternatives.

A sequence number (`SEQ`) is a residue modulo 2^n; n belongs to the system that uses it, not to the
text of a rule, so the same rule is read at n = 3 and at n = 32.  A count (`COUNT`) is a small
natural number: a clock, a budget, a number of octets.  The two never mix: counts have an order,
sequence numbers have none (RFC 9293 3.4 defines their comparison only within a window).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sort:
    """A sort without a list of values: `BOOL`, `SEQ` or `COUNT`."""

    name: str


@dataclass(frozen=True)
class Enum(Sort):
    """A sort with named values, in a fixed order: value i is written as the integer i."""

    values: tuple[str, ...]


BOOL = Sort("Bool")
"""True or false."""
SEQ = Sort("Seq")
"""Sequence numbers: residues modulo 2^n, of which `within`, `upto` and `before` ask."""
COUNT = Sort("Count")
"""Small natural numbers, of which `at_least` asks."""
