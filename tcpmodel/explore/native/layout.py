"""Layout of a state in machine words (bit packing).

Two forms.  The *working* form is what rules read and write: every group of variables (those whose
names share what stands before the first dot: an endpoint, the network) has words of its own, and
every slot of a bag is one word.  What several groups have in common lies alike in all of them, so
that rows compiled for one endpoint serve the other.  The *stored* form is what the table keeps: the
used bits of all working words, end to end.

A record has its first field in the highest bits and an absent one is all ones, which no record is;
so sorting words sorts records as tuples, absent ones last, and equal bags are equal words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tcpmodel.errors import DefinitionError
from tcpmodel.explore.native.known import Known, Values, group_of, local_name
from tcpmodel.explore.reduction import Mirror
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum
from tcpmodel.language.terms import Term
from tcpmodel.systems.parts import parts
from tcpmodel.systems.system import Bag, State, TransitionSystem, Variable

WORD = 64
MOST_WORDS = 16
"""The widest stored state, in words."""
UNDECLARED = (1 << 16) - 1
"""The top of a count that declares none."""


class Field(NamedTuple):
    """Some bits of a word: of which word of its group or record, from which bit, how many.

    A field without bits always has its `constant` for a value.
    """

    word: int
    shift: int
    width: int
    constant: int = 0

    @property
    def mask(self) -> int:
        """As many ones."""
        return (1 << self.width) - 1

    def of(self, word: int) -> int:
        """The field's value in a word."""
        return (word >> self.shift & self.mask) + self.constant


class Form(NamedTuple):
    """Form of a group of variables or of a bag's record: its fields by local name, the used bits of its words."""

    fields: Mapping[str, Field]
    used: tuple[int, ...]


def top_of(variable: Variable, bits: int) -> int:
    """The largest value that the variable may have in a state."""
    sort = variable.term.sort
    if isinstance(sort, Enum):
        return len(sort.values) - 1
    if sort == SEQ:
        return (1 << bits) - 1
    return 1 if sort == BOOL else UNDECLARED if variable.top is None else variable.top


class Layout:
    """Places of all variables and records of a system; `DefinitionError` if a record or a state is too wide."""

    def __init__(self, system: TransitionSystem, known: Known) -> None:
        self.system, self.known = system, known
        highest = _highest(system)
        self.groups: dict[str, Form] = _groups(system, known, highest)
        self.bags: dict[str, Form] = {bag.name: _record(system, known, bag, highest) for bag in system.bags}
        self.used = (*(n for form in self.groups.values() for n in form.used), *self._slots())
        self.bits = sum(self.used)
        self.words = -(-self.bits // WORD) or 1
        if self.words > MOST_WORDS:
            raise DefinitionError(
                f"a state of {system.name} takes {self.bits} bits and {MOST_WORDS * WORD} are the most: "
                "lower the bags' capacities or the number of bits"
            )

    def _slots(self) -> Iterator[int]:
        for bag in self.system.bags:
            yield from self.bags[bag.name].used * bag.capacity

    def places(self) -> dict[str, list[int]]:
        """The places of the working words of each "group g" and each "bag b", in the order in which they lie."""
        sizes = {f"group {g}": len(form.used) for g, form in self.groups.items()}
        sizes |= {f"bag {bag.name}": bag.capacity for bag in self.system.bags}
        words = iter(range(sum(sizes.values())))
        return {name: [next(words) for _ in range(many)] for name, many in sizes.items()}

    def mirrored(self, mirror: Mirror) -> list[int]:
        """For each working word, the place of the one that holds what it holds in the mirror image."""
        places, names = self.places(), [v.name for v in self.system.variables]
        image = {
            f"group {group_of(n)[0]}": f"group {group_of(names[i])[0]}"
            for n, i in zip(names, mirror.variables, strict=True)
        }
        image |= {f"bag {b}": f"bag {other}" for b, other in mirror.names.items()}
        return [place for name in places for place in places[image[name]]]

    def absent(self, bag: str) -> int:
        """The word of a slot without a record."""
        return (1 << self.bags[bag].used[0]) - 1

    def pack(self, state: State) -> int:
        """The stored form, as one integer whose lowest bits are the first word's."""
        working: dict[str, list[int]] = {name: [0] * len(form.used) for name, form in self.groups.items()}
        for v, value in zip(self.system.variables, state.values, strict=True):
            group, local = group_of(v.name)
            self._put(working[group], self.groups[group].fields[local], value, v.name)
        words = [word for name in self.groups for word in working[name]]
        for bag, records in zip(self.system.bags, state.bags, strict=True):
            words += self._pack_bag(bag, records)
        packed, shift = 0, 0
        for word, used in zip(words, self.used, strict=True):
            packed |= word << shift
            shift += used
        return packed

    def _put(self, words: list[int], field: Field, value: int, name: str) -> None:
        if not field.constant <= value <= field.mask + field.constant:
            raise DefinitionError(f"{name} is {value} at the start, which is more than its top: give it a larger top")
        words[field.word] |= (value - field.constant) << field.shift

    def _pack_bag(self, bag: Bag, records: Sequence[tuple[int, ...]]) -> list[int]:
        form = self.bags[bag.name]
        slots = []
        for record in records:
            slot = [0]
            for f, value in zip(bag.fields, record, strict=True):
                self._put(slot, form.fields[f.name], value, f"{bag.name}'s {f.name}")
            slots += slot
        return slots + [self.absent(bag.name)] * (bag.capacity - len(records))

    def unpack(self, packed: int) -> State:
        """The state of a stored form."""
        words = []
        for used in self.used:
            words.append(packed & ((1 << used) - 1))
            packed >>= used
        first, at = {}, 0
        for name, form in self.groups.items():
            first[name] = at
            at += len(form.used)
        values = []
        for v in self.system.variables:
            group, local = group_of(v.name)
            field = self.groups[group].fields[local]
            values.append(field.of(words[first[group] + field.word]))
        bags = []
        for bag in self.system.bags:
            slots, at = words[at : at + bag.capacity], at + bag.capacity
            fields = [self.bags[bag.name].fields[f.name] for f in bag.fields]
            present = [s for s in slots if s != self.absent(bag.name)]
            bags.append(tuple(tuple(f.of(s) for f in fields) for s in present))
        return State(tuple(values), tuple(bags))


def _groups(system: TransitionSystem, known: Known, highest: Mapping[str, int]) -> dict[str, Form]:
    """Each group's form: what most groups share comes first, in one order, so it lies alike in all."""
    keys = {}
    for v in system.variables:
        local = local_name(v.name)
        keys[v.name] = (
            local,
            *_bits(v, system.bits, known.variables[local], highest=highest.get(v.name, 0)),
        )
    shared = Counter(keys.values())
    order = {key: i for i, key in enumerate(shared)}
    members: dict[str, list[tuple[str, int, int]]] = {}
    for v in system.variables:
        members.setdefault(group_of(v.name)[0], []).append(keys[v.name])
    return {name: _form(sorted(m, key=lambda k: (-shared[k], order[k]))) for name, m in members.items()}


def _form(keys: Sequence[tuple[str, int, int]]) -> Form:
    """Fields one after the other, none across two words."""
    fields, used = {}, [0]
    for local, width, constant in keys:
        if used[-1] + width > WORD:
            used.append(0)
        fields[local] = Field(len(used) - 1, used[-1], width, constant)
        used[-1] += width
    return Form(fields, tuple(used))


def _record(system: TransitionSystem, known: Known, bag: Bag, highest: Mapping[str, int]) -> Form:
    bits = [
        _bits(f, system.bits, known.fields[f.name], highest=highest.get(f"{bag.name}.{f.name}", 0)) for f in bag.fields
    ]
    total = sum(width for width, _ in bits)
    if total >= WORD:
        raise DefinitionError(
            f"a record of {bag.name} takes {total} bits and {WORD - 1} are the most: "
            "lower the number of bits of sequence numbers, or the tops of its counts"
        )
    fields, shift = {}, total
    for f, (width, constant) in zip(bag.fields, bits, strict=True):
        shift -= width
        fields[f.name] = Field(0, shift, width, constant)
    return Form(fields, (total + 1,))


def _bits(variable: Variable, bits: int, values: Values, *, highest: int) -> tuple[int, int]:
    """Number of bits that a value takes, and the value itself where it takes none.

    A count gets room for what a step may make of it, be it beyond its top, for a limit to see.
    """
    if values is not None and len(values) <= 1:
        return 0, min(values, default=variable.initial)
    if values is not None:
        return max(values).bit_length(), 0
    return max(1, max(top_of(variable, bits), highest).bit_length()), 0


def _highest(system: TransitionSystem) -> dict[str, int]:
    """The largest number that a rule may put into a count, by the text alone; record fields as bag.field."""
    found: dict[str, int] = {}
    for rule in system.rules:
        for part in parts(rule):
            if part.term.sort == COUNT and part.use not in ("when", "pick", "drop"):
                name = part.variable.name if part.variable is not None else ".".join(part.field or ())
                found[name] = max(found.get(name, 0), most(system, part.term))
    return found


def most(system: TransitionSystem, term: Term) -> int:
    """The largest value that a count may have where no variable is beyond its top, by the text alone."""
    if term.op is Op.VALUE:
        assert isinstance(term.payload, int)
        return term.payload
    if term.op is Op.UP:
        return most(system, term.args[0]) + 1
    if term.op is Op.CHOOSE:
        return max(most(system, a) for a in term.args[1:])
    if term.op in (Op.DOWN, Op.NAMED):
        return most(system, term.args[0])
    if term.op is Op.VARIABLE and term.name in system.position:
        return top_of(system.variables[system.position[term.name]], system.bits)
    tops = [f.top for b in system.bags for f in b.fields if f.name == local_name(term.name)]
    return max((UNDECLARED if top is None else top for top in tops), default=UNDECLARED)
