"""Every guard, update and sent field of TCP's rules has one meaning: the reference's and Z3's.

The rules are RFC 9293's and those of every value of every knob, with the ghosts' and the clock's
additions and with the ISN policy bound, so nothing that a system runs is left out.
"""

import itertools
import random
from collections.abc import Iterator
from math import prod
from typing import Any

import pytest
from language import z3_reading

from tcpmodel.language.operators import Op
from tcpmodel.language.reference import evaluate
from tcpmodel.language.sorts import BOOL, SEQ, Enum
from tcpmodel.language.terms import Term, variables, walk
from tcpmodel.systems.row import Row
from tcpmodel.tcp.knobs.isn import fresh_isn, with_isn_policy
from tcpmodel.tcp.knobs.variants import KNOBS, vary
from tcpmodel.tcp.observers.ghosts import SENDER_TOOK_US, observed
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules
from tcpmodel.tcp.rfc9293.segment import IN, OUT
from tcpmodel.tcp.world.clock import Time, timed

EXHAUSTIVE = 4096
"""Terms with at most so many valuations are compared on all of them."""
RANDOM = 200
"""On how many random valuations the others are compared."""


def all_rules() -> Iterator[Rules]:
    yield RFC_9293
    for knob in KNOBS:
        for value in knob.values:
            rules = vary(RFC_9293, {knob.name: value})
            yield rules
            bound = with_isn_policy(rules, fresh_isn(units=2, window=2))
            yield observed(timed(bound, Time(), retransmits=True), took_us=SENDER_TOOK_US)


def terms_of(row: Row) -> Iterator[Term]:
    yield from row.when
    yield from row.set.values()
    if row.pick:
        yield row.pick.among
    if row.send:
        yield from row.send.fields.values()


TERMS = tuple(dict.fromkeys(t for rules in all_rules() for _, _, row in rules.rows() for t in terms_of(row)))


def free(term: Term) -> list[Term]:
    return sorted((v for v in variables(term) if not v.name.startswith("each.")), key=lambda v: v.name)


def domain(v: Term, bits: int) -> range:
    if v.sort is BOOL:
        return range(2)
    return range(1 << bits) if v.sort is SEQ else range(len(v.sort.values) if isinstance(v.sort, Enum) else 5)


def is_small(term: Term, bits: int) -> bool:
    return not looks_into_bags(term) and prod(len(domain(v, bits)) for v in free(term)) <= EXHAUSTIVE


def looks_into_bags(term: Term) -> bool:
    return any(t.op is Op.SOME for t in walk(term))


def random_bags(term: Term, bits: int, chance: random.Random) -> dict[str, Any]:
    fields = sorted((v for v in variables(term) if v.name.startswith("each.")), key=lambda v: v.name)

    def record() -> dict[str, int]:
        return {v.name.removeprefix("each."): chance.choice(domain(v, bits)) for v in fields}

    return {bag: [record() for _ in range(chance.randrange(3))] for bag in (IN, OUT)} if fields else {}


def valuations(term: Term, bits: int) -> Iterator[dict[str, Any]]:
    names, domains = [v.name for v in free(term)], [domain(v, bits) for v in free(term)]
    if is_small(term, bits):
        for row in itertools.product(*domains):
            yield dict(zip(names, row, strict=True))
        return
    chance = random.Random(f"{term!r} at {bits}")
    for _ in range(RANDOM):
        values = {name: chance.choice(d) for name, d in zip(names, domains, strict=True)}
        yield values | random_bags(term, bits, chance)


@pytest.mark.long
@pytest.mark.parametrize("bits", [3, 4])
def test_the_readings_agree_on_every_term_of_every_rule(bits: int) -> None:
    for term in TERMS:
        names = free(term)
        plain = None if looks_into_bags(term) else z3_reading.formula(term, bits=bits)
        for values in valuations(term, bits):
            by_reference = evaluate(term, values, bits=bits)
            e = z3_reading.formula(term, bits=bits, bags=z3_reading.bags_of(values)) if plain is None else plain
            assert by_reference == z3_reading.value_at(e, values, bits=bits, variables=names), (term, values)


def test_there_is_something_to_agree_on() -> None:
    assert len(TERMS) > 80
    assert any(looks_into_bags(t) for t in TERMS)
    assert {Op.WITHIN, Op.UPTO, Op.BEFORE, Op.UP, Op.DOWN, Op.AT_LEAST} <= {s.op for t in TERMS for s in walk(t)}
