"""The steps from a state as native code: every rule tried, every result packed and queued.

`successors` unpacks a state and tries each rule, for each distinct record of its bag, by calling the
function of its blocks.  That function ends by collecting its result: bounds are counted, what they cut
is dropped, the rest packed and queued with its hash, the table's line already on its way to the cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from tcpmodel.errors import DefinitionError
from tcpmodel.explore.native.code import Code, Place, Value, all_of
from tcpmodel.explore.native.context import Context, Slot
from tcpmodel.explore.native.layout import WORD, Layout
from tcpmodel.explore.native.paths import Paths
from tcpmodel.explore.native.reading import Frame, conjunction
from tcpmodel.explore.native.rows import (
    BEYOND,
    EMPTY,
    EMPTY_AT,
    FULL_BITS,
    NOTHING_AT,
    BlocksFunction,
    Updates,
    insert,
    most_results,
    picking,
)
from tcpmodel.explore.native.table import hash_of, look_ahead
from tcpmodel.explore.reduction import Reduction
from tcpmodel.language.terms import Term, variable
from tcpmodel.systems.firing import full_of, nothing_for
from tcpmodel.systems.system import Rule, Sweep

MOST_RESULTS = 1 << 20
"""The most results that one firing may have: more values to pick from are refused."""
QUEUED_BESIDE = 4
"""The words of a queued successor beside its state: hash; source and way; kinds of firing; a likely number."""
Kinds = Sequence[tuple[int, Term]]
"""Kinds of firing: a rule's place and a condition on the record taken; kind i is bit i of a mask."""


class Side(NamedTuple):
    """One grounding of a family: the places of its words and bags, and the numbers its picks are compared with."""

    order: tuple[int, ...]
    numbers: tuple[int, ...]
    bags: tuple[int, ...]


@dataclass(frozen=True)
class Family:
    """A function of blocks with all its sides."""

    name: str
    blocks: BlocksFunction
    sides: list[Side]

    def side(self, side: Side) -> int:
        """The number of the side, noted if it is new."""
        if side not in self.sides:
            self.sides.append(side)
        return self.sides.index(side)


@dataclass(frozen=True)
class Site:
    """A rule, and where its ways and its picks that find nothing are counted."""

    rule: Rule
    paths: Paths
    first_way: int
    first_empty: int


class Call(NamedTuple):
    """A site, the function of its blocks, and which of its sides this is."""

    site: Site
    family: Family
    side: int


class Steps:
    """The functions of a system's steps, and what their counters count."""

    def __init__(self, layout: Layout, kinds: Kinds = (), reduction: Reduction | None = None) -> None:
        self.layout, self.kinds, self.reduction = layout, kinds, reduction or Reduction(layout.system)
        system = layout.system
        if len(system.bags) * FULL_BITS > NOTHING_AT:
            most = NOTHING_AT // FULL_BITS
            raise DefinitionError(f"{system.name} has {len(system.bags)} bags and {most} are the most: join some")
        self.bounds = [full_of(b) for b in system.bags]
        self.bounds += [limit.name for limit in system.limits]
        self.sites = tuple(self._sites())
        self.ways = sum(site.paths.count for site in self.sites)

    def _sites(self) -> Iterator[Site]:
        ways = 0
        for rule in self.layout.system.rules:
            if most_results(rule, self.layout.system.bits) > MOST_RESULTS:
                raise DefinitionError(
                    f"{rule.name} picks among too many values to try them all: lower the number of bits"
                )
            site = Site(rule, Paths(rule.blocks), ways, len(self.bounds))
            ways += site.paths.count
            self.bounds += [nothing_for(row.name) for row in picking(rule)]
            yield site

    def way(self, number: int) -> tuple[int, tuple[tuple[int, int], ...]]:
        """The rule and the rows of a counted way."""
        place = max(i for i, site in enumerate(self.sites) if site.first_way <= number)
        site = self.sites[place]
        return place, site.paths.rows(number - site.first_way)

    @property
    def most_successors(self) -> int:
        """A bound on the steps from one state."""
        return 1 + sum(self._most_firings(s.rule) * most_results(s.rule, self.layout.system.bits) for s in self.sites)

    def _most_firings(self, rule: Rule) -> int:
        return self.layout.system.bag(rule.take.bag).capacity if rule.take else 1

    def texts(self) -> Iterator[str]:
        """The functions' text."""
        families: dict[str, Family] = {}
        calls = [self._call(site, families) for site in self.sites]
        for family in families.values():
            yield self._family(family)
        yield self._successors(calls)

    def _call(self, site: Site, families: dict[str, Family]) -> Call:
        blocks = BlocksFunction(self.layout, site.rule)
        family = families.setdefault(blocks.text, Family(f"blocks{len(families)}", blocks, []))
        numbers = tuple(n.payload for n in blocks.numbers if isinstance(n.payload, int))
        bags = tuple(self.layout.system.bag_position[bag] for bag in blocks.bags)
        return Call(site, family, family.side(Side(tuple(blocks.order()), numbers, bags)))

    def _family(self, family: Family) -> str:
        code, side = family.blocks.code, family.blocks.code.arguments["side"]
        for i in range(len(family.blocks.numbers)):
            options = [code.constant(s.numbers[i] % (1 << self.layout.system.bits)) for s in family.sides]
            code.define(f"k{i}", partial(_by_side, side, options))
        family.blocks.finish(lambda blocks: self._collect(blocks, family))
        return code.text().replace("@NAME(", f"@{family.name}(", 1)

    def _collect(self, blocks: BlocksFunction, family: Family) -> Value:
        """Count a result's bounds, drop it if they cut it, else pack and queue it; whether the state moved."""
        layout, code = self.layout, blocks.code
        context, side = Context(code.arguments["ctx"]), code.arguments["side"]
        own = [place.get() for place in blocks.words]
        words = [_by_side(side, [own[s.order.index(p)] for s in family.sides]) for p in range(len(own))]
        flags, way, cut, moved = blocks.flags.get(), blocks.way.get(), code.variable(0, "i1"), code.variable(1)
        done, frame = code.label("collected"), frame_of(layout, code, words)
        kept = all_of(code, [frame.read(limit.holds) for limit in layout.system.limits])
        with code.when(~kept | flags.differs(0)):
            self._bounds(frame, context, self._renumbered(family, flags), cut)
            with code.when(cut.get()):
                self._enables(context)
                code.jump(done)
        context.array(Slot.FIRED).at(way).add(1)
        packed = pack(layout, words)
        source = context.array(Slot.STORE).at(context[Slot.SOURCE].get() * layout.words).address
        with code.when(all_of(code, [word.equals(source.at(i).get()) for i, word in enumerate(packed)])):
            moved.set(0)
            code.jump(done)
        self._enables(context)
        packed = self._reduced(frame, packed)
        hashed = hash_of(packed)
        look_ahead(context, hashed)
        queued = context[Slot.QUEUED].get()
        entry = context.array(Slot.QUEUE).at(queued * (layout.words + QUEUED_BESIDE)).address
        came = context[Slot.SOURCE].get() << 32 | way
        for i, word in enumerate((*packed, hashed, came)):
            entry.at(i).set(word)
        if self.kinds:
            entry.at(layout.words + 2).set(context[Slot.TAKEN].get())
        context[Slot.QUEUED].set(queued + 1)
        code.place(done)
        return moved.get()

    def _reduced(self, frame: Frame, packed: list[Value]) -> list[Value]:
        """The stored form of the state that stands for this one."""
        if self.reduction.forgettable:
            new = {t.name: frame.read(term) for t, term in self.reduction.forgettable.items()}
            for name, value in new.items():
                frame.write(name, value)
            packed = pack(self.layout, _words(frame))
        mirror = self.reduction.mirror
        if mirror is None:
            return packed
        image = pack(self.layout, [_words(frame)[place] for place in self.layout.mirrored(mirror)])
        smaller = frame.code.constant(0, "i1")
        for own, other in zip(packed, image, strict=True):
            smaller = other.below(own) | (other.equals(own) & smaller)
        return [smaller.choose(other, own) for own, other in zip(packed, image, strict=True)]

    def _enables(self, context: Context) -> None:
        """The source enables the kinds of firing that this one is."""
        if self.kinds:
            context[Slot.ENABLED].set(context[Slot.ENABLED].get() | context[Slot.TAKEN].get())

    def _bounds(self, frame: Frame, context: Context, flags: Value, cut: Place) -> None:
        """Count the bounds met; those that are no mere loss cut the step."""
        code, counters = frame.code, context.array(Slot.BOUNDS)
        system = self.layout.system
        for i, bag in enumerate(system.bags):
            times = (flags >> (FULL_BITS * i)) & ((1 << FULL_BITS) - 1)
            counters.at(i).add(times)
            if bag.when_full == "block":
                cut.set(cut.get() | times.differs(0))
        for i, limit in enumerate(system.limits, len(system.bags)):
            broken = ~frame.read(limit.holds)
            counters.at(i).add(broken.to("i64"))
            cut.set(cut.get() | broken)
        empty = (flags & (BEYOND - 1)) >> NOTHING_AT
        with code.when(empty.differs(0)):
            counters.at(empty - 1).add(1)
            cut.set(1)
        with code.when((flags & BEYOND).differs(0) & ~cut.get()):
            context[Slot.BEYOND].set(1)

    # Trying the rules.

    def _successors(self, calls: Sequence[Call]) -> str:
        layout = self.layout
        code = Code("successors", {"ctx": "ptr", **stored_parameters(layout)}, "i64")
        words = unpack(layout, [code.arguments[p] for p in stored_parameters(layout)])
        frame = frame_of(layout, code, words)
        moved = code.variable(0)
        internal = self.reduction.internal
        first = [calls[place] for place in sorted(internal)]
        for call in (*first, *(c for place, c in enumerate(calls) if place not in internal)):
            inside = frame.inside()
            with code.when(conjunction(frame, call.site.rule.when)):
                self._try(call, inside, moved)
            if call in first:
                with code.when(moved.get().differs(0)):
                    code.give(1)
        code.give(moved.get())
        return code.text()

    def _try(self, call: Call, frame: Frame, moved: Place) -> None:
        """One firing, or one for each distinct record."""
        take, code = call.site.rule.take, frame.code
        if take is None:
            self._fire(call, frame, moved)
            return
        bag = self.layout.system.bag(take.bag)
        slots, absent = [p.get() for p in frame.bags[take.bag]], self.layout.absent(take.bag)
        for i, record in enumerate(slots[:1] if bag.ordered else slots):
            distinct = record.differs(absent) & record.differs(slots[i - 1] if i else absent)
            with code.when(distinct):
                rest = frame.inside()
                rest.changed()
                rest.records[take.element] = (take.bag, record)
                if not take.keep:
                    left = [*slots[:i], *slots[i + 1 :], code.constant(absent)]
                    rest = replace(rest, bags={**frame.bags, take.bag: [code.variable(v) for v in left]})
                self._fire(call, rest, moved, record)

    def _fire(self, call: Call, frame: Frame, moved: Place, record: Value | None = None) -> None:
        """Make the rule's own changes, and call its blocks' function on the state that they make."""
        site, family = call.site, call.family
        code, flags = frame.code, frame.code.variable(0)
        after = _copied(frame)
        swept = {sweep.bag: self._sweep(sweep, frame, flags) for sweep in site.rule.sweeps}
        Updates(after, flags).set(site.rule.set)
        after.bags.update(swept)
        ctx = code.arguments["ctx"]
        if self.kinds:
            Context(ctx)[Slot.TAKEN].set(self._kinds_of(site, frame))
        words = _words(after)
        given = [words[place] for place in family.sides[call.side].order]
        given += [] if record is None else [record]
        tag = flags.get() | (site.first_way | site.first_empty << EMPTY_AT)
        with code.when(family.blocks.may_match(after, site.rule)):
            moves = code.call(family.name, ctx, *given, tag, code.constant(call.side), returns="i64")
            moved.set(moved.get() | moves)

    def _kinds_of(self, site: Site, frame: Frame) -> Value:
        """The mask of the kinds that a firing is of."""
        mask = frame.code.constant(0)
        for bit, (place, taking) in enumerate(self.kinds):
            if self.layout.system.rules[place] is site.rule:
                mask = mask | (frame.read(taking).to("i64") << bit)
        return mask

    def _renumbered(self, family: Family, flags: Value) -> Value:
        """The flags with bags and picks counted as the system counts them, not as the function does."""
        code, side = flags.code, flags.code.arguments["side"]
        found = flags & BEYOND
        for b, _ in enumerate(family.blocks.touched.bags):
            times = (flags >> (FULL_BITS * b)) & ((1 << FULL_BITS) - 1)
            found = found | (times << _by_side(side, [code.constant(FULL_BITS * s.bags[b]) for s in family.sides]))
        empty, first = (flags & (BEYOND - 1)) >> NOTHING_AT, (code.arguments["tag"] >> EMPTY_AT) & EMPTY
        return found | (empty.differs(0).choose(empty + first, 0) << NOTHING_AT)

    def _sweep(self, sweep: Sweep, frame: Frame, flags: Place) -> list[Place]:
        """The bag's records that are not dropped, changed, in order again."""
        code, bag, absent = frame.code, self.layout.system.bag(sweep.bag), self.layout.absent(sweep.bag)
        kept = [code.variable(absent) for _ in frame.bags[sweep.bag]]
        as_it_is = {f.name: variable(f"{sweep.element}.{f.name}", f.term.sort) for f in bag.fields}
        for place in frame.bags[sweep.bag]:
            slot = place.get()
            each = frame.inside()
            each.changed()
            each.records[sweep.element] = (sweep.bag, slot)
            with code.when(slot.differs(absent) & ~each.read(sweep.drop)):
                record = Updates(each, flags).record(bag, {**as_it_is, **sweep.set})
                insert(kept, record, absent=absent, ordered=bag.ordered)
        return kept


def _copied(frame: Frame) -> Frame:
    """The same state in variables of its own."""

    def copy(of: Mapping[str, list[Place]]) -> dict[str, list[Place]]:
        return {name: [frame.code.variable(p.get()) for p in places] for name, places in of.items()}

    return replace(frame.inside(), groups=copy(frame.groups), bags=copy(frame.bags))


def _words(frame: Frame) -> list[Value]:
    """The working words of the frame's state."""
    return [p.get() for places in (*frame.groups.values(), *frame.bags.values()) for p in places]


def _by_side(side: Value, options: Sequence[Value]) -> Value:
    """The option of this number."""
    found = options[0]
    for number, option in enumerate(options[1:], 1):
        if option.text != found.text:
            found = side.equals(number).choose(option, found)
    return found


def stored_parameters(layout: Layout) -> dict[str, str]:
    """A parameter for each stored word."""
    return {f"p{i}": "i64" for i in range(layout.words)}


def frame_of(layout: Layout, code: Code, words: Sequence[Value]) -> Frame:
    """The frame in which these are the working words."""
    places = iter([code.variable(word) for word in words])
    groups = {g: [next(places) for _ in form.used] for g, form in layout.groups.items()}
    bags = {bag.name: [next(places) for _ in range(bag.capacity)] for bag in layout.system.bags}
    return Frame(code, layout, groups, bags)


def unpack(layout: Layout, stored: Sequence[Value]) -> list[Value]:
    """The working words of a stored state."""
    words, at = [], 0
    for used in layout.used:
        index, shift = divmod(at, WORD)
        word = stored[index] >> shift
        if shift + used > WORD:
            word = word | stored[index + 1] << (WORD - shift)
        words.append(word & ((1 << used) - 1) if used < WORD else word)
        at += used
    return words


def pack(layout: Layout, words: Sequence[Value]) -> list[Value]:
    """The stored form of working words."""
    code = words[0].code
    stored, at = [code.constant(0)] * layout.words, 0
    for used, word in zip(layout.used, words, strict=True):
        index, shift = divmod(at, WORD)
        stored[index] = stored[index] | word << shift
        if shift + used > WORD:
            stored[index + 1] = stored[index + 1] | word >> (WORD - shift)
        at += used
    return stored
