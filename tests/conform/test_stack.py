"""What an arrival may do: variants that cannot tell its kind apart are left out, and that changes nothing."""

import random

from tcpmodel.conform.endpoint import Fields, Tcb
from tcpmodel.conform.profiles import allowed
from tcpmodel.conform.stack import PLAIN, stack_of
from tcpmodel.tcp.rfc9293.rules import ARRIVAL

MODULUS = 2**32
STACK = stack_of(allowed("any"))


def arrival(rng):
    """A TCB and a segment near the numbers that matter to it."""
    una, irs = rng.choice((0, MODULUS - 2, 2**31)), rng.choice((0, MODULUS - 3, 777))
    nxt, received = una + rng.choice((0, 1, 5, 1000)), irs + rng.choice((0, 1, 2, 900))
    tcb = Tcb(rng.randrange(11), una, irs, (una + 1) % MODULUS, nxt % MODULUS, received % MODULUS, rng.randrange(2))
    away = (-3, -1, 0, 0, 0, 1, 5, 100, 2**31)
    bits = [int(rng.random() < chance) for chance in (0.3, 0.8, 0.25, 0.3)]
    seq, ack = received + rng.choice(away), rng.choice((una, nxt)) + rng.choice(away)
    return tcb, Fields(seq % MODULUS, ack % MODULUS, *bits, rng.choice((0, 0, 1, 500)))


def outcomes(stack, tcb, segment, **given):
    """What every allowed variant does, none left out."""
    met = {}
    for assumes, endpoint in ((None, stack.endpoint), *stack._variants):
        fired = endpoint.fire(ARRIVAL, tcb, segment=segment, **given)
        if fired is not None:
            met.setdefault(fired[:2], assumes)
    return [(assumes, *done) for done, assumes in met.items()]


def test_variants_that_are_left_out_do_nothing_else():
    rng = random.Random(9293)
    for _ in range(4000):
        tcb, segment = arrival(rng)
        given = {"window": rng.choice((0, 1, 1000, 2**30)), "explains": Fields(rng.randrange(MODULUS), 0, 1, 1)}
        found = STACK.arrives(tcb, segment, **given)
        assert [(o.assumes, *o.fired[:2]) for o in found] == outcomes(STACK, tcb, segment, **given)


def test_few_variants_tell_plain_arrivals_apart():
    assert len([*STACK.arrival_rules(PLAIN)]) < len(STACK._variants) / 3
