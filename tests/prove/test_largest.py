"""Where a rule does not keep a clause, what is left is the largest part of the invariant that every rule keeps."""

import pytest
from prove.tokens import COMES, ITS_TURN, SAME, of_tokens, waiting

from tcpmodel.prove.largest import largest
from tcpmodel.prove.unbounded import prove
from tcpmodel.systems.claims import Always
from tcpmodel.systems.proof import Lemma

NEVER_WAITS = Always("never_waits", ~waiting)


def kept(*clauses: Always, **more: object) -> tuple[set[str], dict[str, str], list[str]]:
    found = largest(prove(of_tokens(*clauses, **more), workers=1), workers=1)  # type: ignore[arg-type]
    return {c.name for c in found.proved.proof.invariant}, found.dropped, [o.name for o in found.proved.failed]


def test_an_invariant_that_is_kept_loses_nothing() -> None:
    assert kept(COMES, ITS_TURN, SAME) == ({COMES.name, ITS_TURN.name, SAME.name}, {}, [])


def test_a_clause_that_a_step_breaks_is_left_out_and_the_step_named() -> None:
    clauses, dropped, failed = kept(COMES, ITS_TURN, SAME, NEVER_WAITS)
    assert clauses == {COMES.name, ITS_TURN.name, SAME.name}
    assert dropped == {NEVER_WAITS.name: "send: send"}
    assert failed == []


def test_what_was_kept_only_with_a_clause_that_is_left_out_goes_too() -> None:
    clauses, dropped, _ = kept(NEVER_WAITS, COMES, claims=())
    assert clauses == set()
    assert list(dropped) == [NEVER_WAITS.name, COMES.name]


@pytest.mark.parametrize(("by", "left"), [((NEVER_WAITS.name,), 0), ((ITS_TURN.name,), 1)])
def test_a_lemma_goes_with_the_clauses_that_it_follows_from(by: tuple[str, ...], left: int) -> None:
    toy = of_tokens(COMES, ITS_TURN, SAME, NEVER_WAITS, lemmas=(Lemma(ITS_TURN, by),))
    assert len(largest(prove(toy, workers=1), workers=1).proved.proof.lemmas) == left


def test_a_claim_that_does_not_follow_leaves_the_invariant_as_it_is() -> None:
    clauses, dropped, failed = kept(COMES, ITS_TURN, SAME, claims=(NEVER_WAITS,))
    assert (len(clauses), dropped, failed) == (3, {}, [NEVER_WAITS.name])
