"""What rows and rules do, on systems small enough to see."""

import pytest
from systems.small import (
    BUSY,
    DONE,
    IDLE,
    bag,
    block,
    count,
    each,
    flag,
    got,
    m,
    n,
    of_rows,
    only,
    outcomes,
    phase,
    pick,
    row,
    rule,
    send,
    start,
    system,
    values,
)

from tcpmodel.language.sorts import COUNT, SEQ
from tcpmodel.language.terms import FALSE, TRUE, at_least, constant, down, equal, some, up, variable, within
from tcpmodel.systems.firing import LOST, Step
from tcpmodel.systems.row import Pick
from tcpmodel.systems.system import Bag, Limit, Sweep, Take, Variable

ONE, TWO = constant(1, SEQ), constant(2, SEQ)
TAKING = Take("post", "got")
KEEPING = Take("post", "got", keep=True)


# Blocks.


def test_the_first_row_that_matches_fires() -> None:
    s = of_rows(row(when=(flag,), set={n: constant(7, SEQ)}), row(set={n: ONE}), row(set={n: TWO}))
    assert values(s, only(s), "n") == (1,)
    assert values(s, only(s, start(s, flag=1)), "n") == (7,)


def test_a_row_needs_all_its_conditions() -> None:
    s = of_rows(row(when=(flag, equal(n, 1))))
    assert [len(outcomes(s, start(s, flag=f, n=x))) for f in (0, 1) for x in (0, 1)] == [0, 0, 0, 1]


def test_a_rule_of_which_no_row_matches_is_not_enabled() -> None:
    assert outcomes(of_rows(row(when=(flag,)))) == []


def test_a_rule_needs_its_own_condition() -> None:
    s = of_rows(row(), when=(flag, equal(n, 0)))
    assert [len(outcomes(s, start(s, flag=f))) for f in (0, 1)] == [0, 1]


def test_a_block_applies_in_its_control_states_only() -> None:
    s = system(rule(block(row(set={n: ONE}), control=phase, states=(BUSY, DONE))))
    assert [len(outcomes(s, start(s, phase=p))) for p in range(3)] == [0, 1, 1]


def test_a_block_that_does_not_apply_is_passed_over() -> None:
    s = system(rule(block(row(set={n: ONE}), control=phase, states=(DONE,)), block(row(set={n: TWO}))))
    assert values(s, only(s), "n") == (2,)


def test_a_block_without_a_match_is_passed_over() -> None:
    s = system(rule(block(row(when=(flag,), set={n: ONE})), block(row(set={n: TWO}))))
    assert values(s, only(s), "n") == (2,)


def test_a_row_ends_the_processing() -> None:
    s = system(rule(block(row(set={n: ONE})), block(row(set={m: ONE}))))
    assert values(s, only(s), "n", "m") == (1, 0)


def test_a_row_with_more_lets_the_next_block_go_on_where_it_stopped() -> None:
    s = system(rule(block(row(set={n: ONE}, more=True)), block(row(set={m: n + 1}))))
    assert values(s, only(s), "n", "m") == (1, 2)


def test_the_next_block_is_chosen_by_the_state_that_goto_set() -> None:
    first = block(row(goto=BUSY, more=True), control=phase, states=(IDLE,))
    s = system(rule(first, block(row(goto=DONE), control=phase, states=(BUSY,))))
    assert values(s, only(s), "phase") == ("done",)


def test_more_with_nothing_after_it_ends_the_processing() -> None:
    s = system(rule(block(row(set={n: ONE}, more=True)), block(row(when=(flag,)))))
    assert values(s, only(s), "n") == (1,)


def test_a_step_says_which_rows_fired() -> None:
    s = system(
        rule(block(row(when=(flag,)), row(more=True))),
        rule(block(row(when=(flag,)), row(more=True)), block(row(when=(flag,))), block(row())),
    )
    assert [o.step for o in outcomes(s)] == [Step(0, None, (), ((0, 1),)), Step(1, None, (), ((0, 1), (2, 0)))]


def test_a_refusing_row_that_is_first_disables_its_rule() -> None:
    s = of_rows(row(when=(flag,), refuses=True), row(set={n: ONE}))
    assert outcomes(s, start(s, flag=1)) == []
    assert values(s, only(s), "n") == (1,)


def test_a_refusing_row_keeps_its_place_in_the_order() -> None:
    s = of_rows(row(when=(flag,), set={n: ONE}), row(refuses=True))
    assert values(s, only(s, start(s, flag=1)), "n") == (1,)
    assert outcomes(s) == []


# Set, goto, send, forget.


def test_set_reads_the_state_before_and_changes_all_at_once() -> None:
    s = of_rows(row(set={n: m, m: n}))
    assert values(s, only(s, start(s, n=1, m=2)), "n", "m") == (2, 1)


def test_what_is_not_set_stays() -> None:
    s = of_rows(row(set={n: ONE}))
    assert values(s, only(s, start(s, m=5, count=2, flag=1, phase=1)), "m", "count", "flag", "phase") == (
        5,
        2,
        True,
        "busy",
    )


def test_sequence_numbers_wrap_and_counts_do_not() -> None:
    s = of_rows(row(set={n: n + 1, m: m - 1, count: up(count)}))
    assert values(s, only(s, start(s, n=7, count=7)), "n", "m", "count") == (0, 7, 8)


def test_truth_values_are_stored_as_integers() -> None:
    s = of_rows(row(set={flag: equal(n, 0) & ~flag}))
    assert [type(x) for x in only(s).values] == [int] * len(s.variables)


def test_send_reads_the_state_after_set_and_goto() -> None:
    sends = send(n, n + 1)
    s = system(rule(block(row(set={n: n + 3}, goto=BUSY, send=sends), control=phase, states=(IDLE,))))
    assert only(s).bags == (((3, 4),),)


def test_forget_comes_last() -> None:
    s = system(
        rule(block(row(set={n: n + 1}, send=send(n, m), forget=(n, m)))),
    )
    after = only(s, start(s, n=4, m=2))
    assert after.bags == (((5, 2),),)
    assert values(s, after, "n", "m") == (0, 0)


def test_forget_gives_back_the_initial_value() -> None:
    s = system(rule(block(row(forget=(n,)))), variables=(Variable(n, initial=3),))
    assert values(s, only(s, start(s, n=5)), "n") == (3,)


def test_a_rules_own_set_reads_the_state_before_and_its_rows_the_state_after() -> None:
    s = of_rows(row(when=(equal(n, 2),), set={m: n}), set={n: n + 1})
    assert values(s, only(s, start(s, n=1)), "n", "m") == (2, 2)


# Picks.


def test_a_row_picks_every_value_allowed_in_order() -> None:
    s = of_rows(row(pick=Pick(pick, within(pick, n, 3)), set={m: pick}))
    found = outcomes(s, start(s, n=6))
    assert [o.step.picked for o in found] == [(0,), (6,), (7,)]
    assert [o.state and s.value(o.state, "m") for o in found] == [0, 6, 7]


def test_send_may_read_what_was_picked() -> None:
    s = of_rows(row(pick=Pick(pick, equal(pick, 5)), send=send(pick)))
    assert only(s).bags == (((5, 0),),)


def test_a_pick_may_depend_on_the_bag() -> None:
    free = ~some("post", "each", equal(each, pick))
    s = of_rows(row(pick=Pick(pick, free & within(pick, n, 2)), set={m: pick}))
    assert [o.step.picked for o in outcomes(s, start(s, {"post": ((0, 0),)}))] == [(1,)]


def test_a_pick_with_nothing_to_pick_is_cut_and_counted() -> None:
    s = of_rows(row("choose a number", pick=Pick(pick, FALSE)))
    (cut,) = outcomes(s)
    assert cut.state is None
    assert cut.bound == ("nothing to pick for: choose a number",)


def test_two_blocks_may_pick_one_after_the_other() -> None:
    choose_one = row(pick=Pick(pick, within(pick, n, 2)), set={m: pick}, more=True)
    s = system(rule(block(choose_one), block(row(pick=Pick(pick, equal(pick, m + 4)), set={n: pick}))))
    found = outcomes(s)
    assert [o.step.picked for o in found] == [(0, 4), (1, 5)]
    assert [values(s, o.state, "m", "n") for o in found if o.state] == [(0, 4), (1, 5)]


# Bags.


def test_taking_removes_the_record_and_gives_its_fields_to_the_rows() -> None:
    s = of_rows(row(set={n: got}), take=TAKING)
    after = only(s, start(s, {"post": ((5, 0),)}))
    assert values(s, after, "n") == (5,)
    assert after.bags == ((),)


def test_a_rule_that_takes_is_not_enabled_where_its_bag_is_empty() -> None:
    assert outcomes(of_rows(row(), take=TAKING)) == []


def test_keeping_leaves_the_record() -> None:
    s = of_rows(row(set={n: got}), take=KEEPING)
    after = only(s, start(s, {"post": ((5, 0),)}))
    assert values(s, after, "n") == (5,)
    assert after.bags == (((5, 0),),)


def test_there_is_one_step_for_each_record() -> None:
    s = of_rows(row(set={n: got}), take=TAKING)
    found = outcomes(s, start(s, {"post": ((1, 0), (2, 0))}))
    assert [o.step.taken for o in found] == [(1, 0), (2, 0)]
    assert [o.state and o.state.bags for o in found] == [(((2, 0),),), (((1, 0),),)]


def test_identical_records_give_one_step_and_lose_one_copy() -> None:
    s = of_rows(row(set={n: got}), take=TAKING)
    assert only(s, start(s, {"post": ((5, 0), (5, 0))})).bags == (((5, 0),),)


def test_a_record_that_no_row_wants_is_not_taken() -> None:
    s = of_rows(row(when=(equal(got, 2),)), take=TAKING)
    assert [o.step.taken for o in outcomes(s, start(s, {"post": ((1, 0), (2, 0))}))] == [(2, 0)]


def test_a_rules_own_set_may_read_the_record() -> None:
    s = of_rows(row(), take=TAKING, set={n: got + 1})
    assert values(s, only(s, start(s, {"post": ((5, 0),)})), "n") == (6,)


def test_the_record_taken_is_out_of_the_bag_when_rows_look() -> None:
    here = some("post", "each", equal(each, got))
    s = of_rows(row(when=(here,), set={n: ONE}), row(set={n: TWO}), take=TAKING)
    assert values(s, only(s, start(s, {"post": ((5, 0),)})), "n") == (2,)


def test_of_a_queue_only_the_head_is_taken() -> None:
    s = system(rule(block(row(set={n: got})), take=TAKING), bags=(bag(ordered=True),))
    after = only(s, start(s, {"post": ((5, 0), (1, 0))}))
    assert values(s, after, "n") == (5,)
    assert after.bags == (((1, 0),),)


def test_a_queue_keeps_the_order_of_sending() -> None:
    s = system(rule(block(row(send=send(1)))), bags=(bag(ordered=True),))
    assert only(s, start(s, {"post": ((5, 0),)})).bags == (((5, 0), (1, 0)),)


def test_a_bag_has_no_order() -> None:
    s = of_rows(row(send=send(1)))
    assert only(s, start(s, {"post": ((5, 0),)})).bags == (((1, 0), (5, 0)),)


FULL = ((1, 0), (2, 0))


def test_what_is_sent_into_a_full_bag_is_lost_and_counted() -> None:
    s = of_rows(row(set={n: ONE}, send=send(7)))
    (outcome,) = outcomes(s, start(s, {"post": FULL}))
    assert outcome.bound == (LOST + "post is full",)
    assert outcome.state is not None
    assert outcome.state.bags == (FULL,)
    assert values(s, outcome.state, "n") == (1,)


def test_a_step_into_a_full_bag_that_blocks_is_cut_and_counted() -> None:
    s = system(rule(block(row(send=send(7)))), bags=(bag(when_full="block"),))
    (outcome,) = outcomes(s, start(s, {"post": FULL}))
    assert outcome == (Step(0, None, (), ((0, 0),)), None, ("post is full",))


def test_a_record_taken_makes_room_for_the_answer() -> None:
    s = of_rows(row(send=send(got + 4)), take=TAKING)
    found = outcomes(s, start(s, {"post": FULL}))
    assert [(o.bound, o.state and o.state.bags) for o in found] == [
        ((), (((2, 0), (5, 0)),)),
        ((), (((1, 0), (6, 0)),)),
    ]


def test_two_sends_of_one_step_fill_the_bag() -> None:
    s = system(rule(block(row(send=send(1), more=True)), block(row(send=send(2)))), bags=(bag(capacity=1),))
    (outcome,) = outcomes(s)
    assert outcome.bound == (LOST + "post is full",)
    assert outcome.state is not None
    assert outcome.state.bags == (((1, 0),),)


# Sweeps and limits.


def test_a_sweep_drops_and_changes_records() -> None:
    sweep = Sweep("post", "each", equal(each, n), {"number": each + 1})
    s = of_rows(row(), sweeps=(sweep,))
    assert only(s, start(s, {"post": ((1, 3), (5, 4))}, n=1)).bags == (((6, 4),),)


def test_a_sweep_reads_the_state_before_the_rules_own_set() -> None:
    s = of_rows(row(), set={n: ONE}, sweeps=(Sweep("post", "each", equal(each, n), {}),))
    assert only(s, start(s, {"post": ((0, 0), (1, 0))})).bags == (((1, 0),),)


def test_rows_see_the_swept_bag() -> None:
    s = of_rows(row(when=(~some("post", "each", TRUE),)), sweeps=(Sweep("post", "each", TRUE, {}),))
    assert only(s, start(s, {"post": FULL})).bags == ((),)


def test_a_swept_bag_is_put_in_order_again() -> None:
    s = of_rows(row(), sweeps=(Sweep("post", "each", FALSE, {"number": each + 1}),))
    assert only(s, start(s, {"post": ((6, 0), (7, 0))})).bags == (((0, 0), (7, 0)),)


def test_a_limit_cuts_the_step_to_where_it_fails_and_is_counted() -> None:
    limit = Limit("count stays small", at_least(constant(1, COUNT), count))
    s = system(rule(block(row(set={count: up(count)}))), limits=(limit,))
    assert outcomes(s)[0].bound == ()
    (cut,) = outcomes(s, start(s, count=1))
    assert cut.state is None
    assert cut.bound == ("count stays small",)


def test_every_bound_that_a_step_meets_is_counted() -> None:
    limit = Limit("n stays 0", equal(n, 0))
    s = system(rule(block(row(set={n: ONE}, send=send()))), bags=(bag(capacity=0),), limits=(limit,))
    (cut,) = outcomes(s)
    assert cut.state is None
    assert cut.bound == (LOST + "post is full", "n stays 0")


def test_steps_come_in_the_order_of_rules_records_and_picks() -> None:
    choosing = rule(block(row(pick=Pick(pick, within(pick, got, 2)))), take=TAKING)
    s = system(rule(block(row())), choosing)
    steps = [o.step for o in outcomes(s, start(s, {"post": ((1, 0), (3, 0))}))]
    assert [(x.rule, x.taken, x.picked) for x in steps] == [
        (0, None, ()),
        (1, (1, 0), (1,)),
        (1, (1, 0), (2,)),
        (1, (3, 0), (3,)),
        (1, (3, 0), (4,)),
    ]


# Quantifiers.


@pytest.mark.parametrize("element", ["each", "letter"])
def test_a_quantifier_may_call_its_record_anything(element: str) -> None:
    s = of_rows(row(when=(some("post", element, equal(variable(f"{element}.number", SEQ), 5)),)))
    assert len(outcomes(s, start(s, {"post": ((5, 0),)}))) == 1


def test_bags_of_different_shape_are_each_read_by_their_own_fields() -> None:
    tag, number = Variable(variable("tag", SEQ)), Variable(variable("number", SEQ))
    bags = (Bag("post", (tag, number), 2), Bag("wire", (number, tag), 2))
    here = [some(b, "each", equal(each, 5)) for b in ("post", "wire")]
    s = system(
        rule(block(row(when=(here[0],))), name="post"), rule(block(row(when=(here[1],))), name="wire"), bags=bags
    )
    found = outcomes(s, start(s, {"post": ((1, 5),), "wire": ((1, 5),)}))
    assert [s.rules[o.step.rule].name for o in found] == ["post"]


def test_a_sweep_may_look_into_another_bag() -> None:
    answered = some("wire", "letter", equal(variable("letter.number", SEQ), each))
    sweeping = rule(block(row()), sweeps=(Sweep("post", "each", answered, {}),))
    s = system(sweeping, bags=(bag(), bag("wire")))
    after = only(s, start(s, {"post": ((1, 0), (2, 0)), "wire": ((1, 0),)}))
    assert after.bags[0] == ((2, 0),)


def test_a_predicate_is_a_function_of_states() -> None:
    from tcpmodel.systems.firing import Reference

    s = of_rows(row(set={count: down(count)}))
    holds = Reference(s).predicate(at_least(count, 1) & some("post", "each", equal(each, 5)))
    assert holds(start(s, {"post": ((5, 0),)}, count=1)) is True
    assert holds(start(s, {"post": ((4, 0),)}, count=1)) is False
