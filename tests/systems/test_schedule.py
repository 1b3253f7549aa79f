"""A schedule followed in a sibling system: the same choices, and where the rules first answer otherwise."""

from dataclasses import replace

from systems.small import BUSY, DONE, FIELDS, IDLE, VARIABLES, bag, block, count, got, n, phase, pick, row, rule, send

from tcpmodel.language.terms import at_least, constant, down, within
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.row import Pick, Row
from tcpmodel.systems.schedule import SETTLING, follow
from tcpmodel.systems.system import Rule, Take, TransitionSystem
from tcpmodel.systems.trace import Trace, replay

POST = rule(
    block(row("post", pick=Pick(pick, within(pick, n, 3)), send=send(pick)), control=phase, states=(IDLE,)),
    name="post",
)
READ = row("read", set={n: got}, goto=BUSY)


def reading(*rows: Row) -> TransitionSystem:
    """A system that posts in its idle phase and reads by the rows given."""
    read = rule(block(*rows, control=phase, states=(IDLE, BUSY)), name="read", take=Take("post", "got"))
    return of_rules(POST, read)


def of_rules(*rules: Rule) -> TransitionSystem:
    return TransitionSystem("a sibling", 3, VARIABLES, (bag(),), rules)


def play(system: TransitionSystem, *choices: tuple[str, int]) -> Trace:
    """The run of these rules, each with its i-th pick or record."""
    states, steps = [system.initial], []
    for name, i in choices:
        onward = [o for o in Reference(system).steps(states[-1]) if system.rules[o.step.rule].name == name]
        assert onward[i].state is not None
        states.append(onward[i].state)
        steps.append(onward[i].step)
    return Trace(system, tuple(states), tuple(steps))


ORIGINAL = play(reading(READ), ("post", 1), ("post", 2), ("read", 1))


def test_a_schedule_followed_in_its_own_system_is_its_trace() -> None:
    followed = follow(ORIGINAL, ORIGINAL.system, settle="nothing")
    assert followed.trace == ORIGINAL
    assert (followed.diverges, followed.skipped, followed.settled) == (None, (), 0)


def test_the_first_step_by_another_row_diverges() -> None:
    followed = follow(ORIGINAL, reading(row("read otherwise", set={n: got}, goto=BUSY)), settle="nothing")
    assert (followed.diverges, followed.skipped) == (3, ())
    assert replay(followed.trace) is followed.trace


def test_the_first_step_to_another_control_state_diverges() -> None:
    followed = follow(ORIGINAL, reading(row("read", set={n: got}, goto=DONE)), settle="nothing")
    assert followed.diverges == 3


def test_a_step_that_changes_only_another_number_does_not_diverge() -> None:
    followed = follow(ORIGINAL, reading(row("read", set={n: got + 1}, goto=BUSY)), settle="nothing")
    assert followed.diverges is None
    assert followed.trace.last != ORIGINAL.last


def test_a_step_that_cannot_be_taken_is_skipped_and_diverges() -> None:
    followed = follow(ORIGINAL, of_rules(POST), settle="nothing")
    assert (followed.diverges, followed.skipped) == (3, (3,))
    assert len(followed.trace) == 2


def test_another_pick_is_taken_where_the_same_is_not_allowed() -> None:
    narrow = rule(
        block(row("post", pick=Pick(pick, within(pick, n, 2)), send=send(pick)), control=phase, states=(IDLE,)),
        name="post",
    )
    followed = follow(play(reading(READ), ("post", 2)), of_rules(narrow), settle="nothing")
    assert followed.trace.steps[0].picked == (0,)
    assert followed.diverges is None


def test_the_record_is_the_same_but_for_its_ghosts() -> None:
    marking = rule(
        block(row("post", pick=Pick(pick, within(pick, n, 3)), send=send(pick, 5)), control=phase, states=(IDLE,)),
        name="post",
    )
    read = reading(READ).rules[1]
    followed = follow(ORIGINAL, of_rules(marking, read), settle="nothing")
    assert FIELDS[1].ghost
    assert followed.diverges is None
    assert followed.trace.steps[2].taken == (2, 5)


def test_a_run_settles_by_the_event_while_anything_changes() -> None:
    settling = rule(block(row("settle", when=(at_least(count, 1),), set={count: down(count)})), name="settle")
    settling = replace(settling, event="settling")
    once = rule(block(row("begin", set={count: constant(3, count.sort)})), name="begin")
    original = play(of_rules(once), ("begin", 0))
    followed = follow(original, of_rules(once, settling), settle="settling")
    assert followed.settled == 3
    assert [s.rule for s in followed.trace.steps] == [0, 1, 1, 1]


def test_a_copy_that_stays_settles_nothing() -> None:
    look = block(row("look", set={n: n + 1}))
    keeping = replace(rule(look, name="look", take=Take("post", "got", keep=True)), event="settling")
    taking = replace(rule(look, name="look", take=Take("post", "got")), event="settling")
    original = play(of_rules(POST), ("post", 0))
    assert follow(original, of_rules(POST, keeping), settle="settling").settled == 0
    assert follow(original, of_rules(POST, taking), settle="settling").settled == 1


def test_where_nothing_settles_any_more_the_next_event_fires_and_it_goes_on() -> None:
    settling = rule(block(row("settle", when=(at_least(count, 1),), set={count: down(count)})), name="settle")
    settling = replace(settling, event="settling")
    call = rule(
        block(row("call", when=(within(n, 0, 1),), set={n: n + 1, count: constant(2, count.sort)})), name="call"
    )
    call = replace(call, event="calling")
    begin = rule(block(row("begin", set={count: constant(1, count.sort)})), name="begin")
    system = of_rules(begin, settling, call)
    followed = follow(play(system, ("begin", 0)), system, settle="settling", then=("calling",))
    assert [s.rule for s in followed.trace.steps] == [0, 1, 2, 1, 1]


def test_a_run_that_never_settles_is_ended() -> None:
    restless = replace(rule(block(row("go on", set={n: n + 1})), name="go on"), event="settling")
    original = play(of_rules(POST), ("post", 0))
    assert follow(original, of_rules(POST, restless), settle="settling").settled == SETTLING
