"""Rows and blocks as values: what acts, what is renamed, when a row is the one to fire."""

import itertools

from systems.small import BUSY, DONE, IDLE, block, count, flag, ghost, m, n, phase, pick, row, send

from tcpmodel.language.reference import evaluate
from tcpmodel.language.sorts import BOOL
from tcpmodel.language.terms import TRUE, Substitution, equal, some, variable
from tcpmodel.systems.row import Pick, renamed

other = variable("other", BOOL)


def test_a_row_that_only_lets_pass_or_ends_does_not_act() -> None:
    assert not row().acts
    assert not row(when=(flag,), more=True).acts
    assert not row(refuses=True).acts


def test_a_row_that_changes_sends_forgets_or_tells_acts() -> None:
    acting = ({"set": {n: n + 1}}, {"goto": IDLE}, {"send": send()}, {"forget": (n,)}, {"tell": "hello"})
    assert all(row(**what).acts for what in acting)


def test_exactly_one_effective_guard_holds_where_the_last_row_needs_nothing() -> None:
    b = block(row("1", when=(flag, other)), row("2", when=(other,)), row("3"), control=phase, states=(BUSY, DONE))
    for p, f, o in itertools.product(range(3), range(2), range(2)):
        values = {"phase": p, "flag": f, "other": o}
        holding = [r.name for r in b.rows if evaluate(b.effective(r), values, bits=3)]
        expected = "1" if f and o else "2" if o else "3"
        assert holding == ([expected] if p else [])


def test_a_block_without_control_applies_everywhere() -> None:
    b = block(row("1", when=(flag,)), row("2"))
    assert b.effective(b.rows[0]) is flag
    assert b.effective(b.rows[1]) is ~flag


def test_a_renamed_block_is_renamed_throughout() -> None:
    mine = {v: variable(f"A.{v.name}", v.sort) for v in (n, m, flag, phase)}
    inside = some("out", "each", flag)
    b = block(
        row(
            when=(flag, inside),
            pick=Pick(pick, equal(pick, n)),
            set={n: m + 1, ghost: n},
            goto=BUSY,
            send=send(n, to="out"),
            forget=(m, count),
            tell="hello",
        ),
        control=phase,
        states=(IDLE,),
    )
    new = renamed(b, Substitution(mine, bags={"out": "A_to_B"}))
    (r,) = new.rows
    assert new.control is mine[phase]
    assert new.states == (IDLE,)
    assert r.when == (mine[flag], some("A_to_B", "each", mine[flag]))
    assert r.pick == (pick, equal(pick, mine[n]))
    assert r.set == {mine[n]: mine[m] + 1, ghost: mine[n]}
    assert r.goto is BUSY
    assert r.send is not None
    assert (r.send.bag, r.send.fields["number"]) == ("A_to_B", mine[n])
    assert r.forget == (mine[m], count)
    assert (r.name, r.rfc, r.tell) == ("a row", "here", "hello")


def test_a_renamed_block_without_control_has_none() -> None:
    new = renamed(block(row(when=(TRUE,))), Substitution({}))
    assert new.control is None
    assert new.rows[0].send is None
    assert new.rows[0].pick is None
