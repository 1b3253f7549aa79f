"""Layout of a state in SPIN's state vector: bit-fields for variables, one packed number for each place of a bag.

A record's lowest bit says that it is there, so an empty place is 0.  An unordered bag is kept sorted,
the largest number first, and a queue's head lies first; so equal bags are equal vectors, and equal
records are neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tcpmodel.errors import UsageError
from tcpmodel.export.reading import alternative, text, word
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import BOOL, SEQ, Enum
from tcpmodel.language.terms import Term
from tcpmodel.systems.domains import Domains, field_name, filled
from tcpmodel.systems.system import Bag, TransitionSystem, Variable

WORD = 31
"""The bits of Promela's integers that are never a sign."""
OURS = re.compile(
    r"(taken|sent|steps|end_here|SCRATCH|END_OF_STEP|SHORTEST|CLAIMS_ALL"
    r"|(done|kept|swept)(_\d+)+|(put_into|order|always|never|CLAIM)_.*)_*"
)
"""The names that the model itself gives to what is no variable of the system."""


class Field(NamedTuple):
    """Place of a field in a packed record."""

    shift: int
    width: int


class VectorLayout:
    """The names, widths and places of a system's variables and bags."""

    def __init__(self, system: TransitionSystem, domains: Domains) -> None:
        self.system = system
        self.domains = domains
        self.bits = system.bits
        self.bags = tuple(bag for bag in system.bags if filled(domains.values, bag))
        self.variables = tuple(v for v in system.variables if not self.constant(v.name))
        self._words: dict[str, str] = {}
        self.places: dict[str, str] = {}
        for v in self.variables:
            self.places[v.name] = self._word(v.name, v.name)
        self.fields = {bag.name: self._fields(bag) for bag in self.bags}
        for bag in self.bags:
            self._place(bag)

    def constant(self, name: str) -> bool:
        """Whether the variable or field never has but one value."""
        values = self.domains.values[name]
        return values is not None and len(values) <= 1

    def slots(self, bag: Bag) -> list[str]:
        """The names of the bag's places."""
        return [self._words[f"{bag.name}[{k}]"] for k in range(bag.capacity)]

    def packed(self, bag: str, fields: Mapping[str, Term], places: Mapping[str, str]) -> str:
        """A record as one number."""
        parts, fixed = [], 1
        for name, at in self.fields[bag].items():
            if fields[name].op is Op.VALUE:
                assert isinstance(fields[name].payload, int)
                fixed |= fields[name].payload << at.shift  # type: ignore[operator]
            else:
                parts.append(f"({text(fields[name], bits=self.bits, places=places)} << {at.shift})")
        return " | ".join([*parts, str(fixed)])

    def record(self, bag: Bag, record: tuple[int, ...]) -> int:
        """A record of known values as one number."""
        values = dict(zip((f.name for f in bag.fields), record, strict=True))
        return 1 | sum(values[name] << at.shift for name, at in self.fields[bag.name].items())

    def initial(self, bag: Bag) -> list[int]:
        """Initial contents of the bag's places."""
        records = self.system.initial.bags[self.system.bag_position[bag.name]]
        packed = [self.record(bag, r) for r in records]
        packed = packed if bag.ordered else sorted(packed, reverse=True)
        return packed + [0] * (bag.capacity - len(packed))

    def declarations(self) -> Iterator[str]:
        """The state vector, its widest parts first so that they share words, and the scratch numbers outside it."""
        parts: list[tuple[int, str, int]] = []
        for v in self.variables:
            start = self.system.initial.values[self.system.position[v.name]]
            parts.append((self.width(v, v.name), self.places[v.name], start))
        for bag in self.bags:
            width = max(1 + sum(at.width for at in self.fields[bag.name].values()), 1)
            parts += [(width, slot, start) for slot, start in zip(self.slots(bag), self.initial(bag), strict=True)]
        for width, name, start in in_words(parts):
            yield f"unsigned {name} : {width}" + (f" = {start};" if start else ";")

    def width(self, v: Variable, name: str) -> int:
        """The bits that a variable or field needs; `UsageError` where a count has no top."""
        values = self.domains.values[name]
        sort = v.term.sort
        if sort == SEQ:
            most = (1 << self.bits) - 1
        elif isinstance(sort, Enum):
            most = len(sort.values) - 1
        elif sort == BOOL:
            most = 1
        elif values is None and v.top is None:
            raise UsageError(f"{v.name} counts without a top, so Promela has no width for it: declare it with top=N")
        else:
            most = v.top or 0
        if values is not None:
            most = max(values)
        return max(1, most.bit_length())

    def _word(self, key: str, name: str) -> str:
        """The identifier for something, of its own."""
        taken = {*self._words.values(), *alternatives(self.system)}
        found = word(name, taken)
        while OURS.fullmatch(found):
            found = word(f"x_{name}", taken)
        self._words[key] = found
        return found

    def _fields(self, bag: Bag) -> dict[str, Field]:
        found, shift = {}, 1
        for f in bag.fields:
            name = field_name(bag.name, f.name)
            if not self.constant(name):
                width = self.width(f, name)
                found[f.name] = Field(shift, width)
                shift += width
        if shift > WORD:
            raise UsageError(
                f"a record of {bag.name} needs {shift} bits and Promela's integers have {WORD}: "
                f"choose fewer bits for sequence numbers or shorter times"
            )
        return found

    def _place(self, bag: Bag) -> None:
        """Name a bag's places, the macros for its fields, and each field of each place and of a record taken."""
        macros = {f: self._word(field_name(bag.name, f), f"{bag.name}_{f}") for f in self.fields[bag.name]}
        slots = {f"{bag.name}[{k}]": self._word(f"{bag.name}[{k}]", f"{bag.name}_{k}") for k in range(bag.capacity)}
        self.places |= {place: f"({slot} != 0)" for place, slot in slots.items()}
        for place, text_ in (slots | {f"{bag.name}[taken]": "taken"}).items():
            self.places |= {f"{place}.{f}": f"{macro}({text_})" for f, macro in macros.items()}

    def macros(self) -> Iterator[str]:
        """The definitions by which a field is read out of a packed record."""
        for bag in self.bags:
            for f, at in self.fields[bag.name].items():
                yield f"#define {self._words[field_name(bag.name, f)]}(r) (((r) >> {at.shift}) & {(1 << at.width) - 1})"


def alternatives(system: TransitionSystem) -> dict[str, int]:
    """The names of the values of every enumeration."""
    fields = [f for bag in system.bags for f in bag.fields]
    sorts = dict.fromkeys(v.term.sort for v in (*system.variables, *fields))
    return {alternative(s, k): k for s in sorts if isinstance(s, Enum) for k in range(len(s.values))}


def in_words(parts: list[tuple[int, str, int]]) -> list[tuple[int, str, int]]:
    """The parts in an order in which C packs them into few words of 32 bits: each where it fits first."""
    words: list[list[tuple[int, str, int]]] = []
    for part in sorted(parts, key=lambda p: -p[0]):
        for found in words:
            if sum(p[0] for p in found) + part[0] <= 32:
                found.append(part)
                break
        else:
            words.append([part])
    return [part for found in words for part in found]
