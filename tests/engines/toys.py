"""Systems small enough to count by hand, with what an engine must find in them."""

from __future__ import annotations

from dataclasses import dataclass

from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    alternatives,
    at_least,
    choose,
    constant,
    down,
    either,
    equal,
    implies,
    some,
    up,
    variable,
    within,
)
from tcpmodel.systems.claims import (
    Always,
    AlwaysEventually,
    Claim,
    DeadlockFree,
    Fair,
    LeadsTo,
    Witness,
    strong,
    weak,
)
from tcpmodel.systems.row import Emission, FirstMatch, Pick, Row
from tcpmodel.systems.system import Bag, Limit, Rule, Take, TransitionSystem, Variable, WhenFull


@dataclass(frozen=True)
class Judged:
    """A claim, the word of its verdict, and the length of the shortest trace that shows it."""

    claim: Claim
    word: str
    length: int | None = None


@dataclass(frozen=True)
class Toy:
    """A system, how many states and steps it has and how far the farthest state is, and claims."""

    system: TransitionSystem
    states: int
    steps: int
    depth: int
    judged: tuple[Judged, ...]


def _rule(name: str, *rows: Row, take: Take | None = None, control: Term | None = None, states: tuple = ()) -> Rule:
    return Rule(name, "toy", name, (FirstMatch(name, control, states, rows),), take=take)


def _one(name: str, **what) -> Rule:
    return _rule(name, Row(name, "toy", **what))


# A counter modulo 2^n: one cycle through every number.

number = variable("number", SEQ)


def counter(bits: int = 3) -> Toy:
    size = 1 << bits
    system = TransitionSystem("counter", bits, (Variable(number),), (), (_one("count", set={number: number + 1}),))
    return Toy(
        system,
        states=size,
        steps=size,
        depth=size - 1,
        judged=(
            Judged(Always("below_the_top", ~equal(number, size - 1)), "fails", size - 1),
            Judged(Always("never_three", ~equal(number, 3)), "fails", 3),
            Judged(Always("not_zero", ~equal(number, 0)), "fails", 0),
            Judged(Always("somewhere", either(*(equal(number, i) for i in range(size)))), "holds"),
            Judged(Witness("reaches_the_top", equal(number, size - 1)), "witnessed", size - 1),
            Judged(Witness("starts_at_zero", equal(number, 0)), "witnessed", 0),
            Judged(Witness("is_one_and_two", equal(number, 1) & equal(number, 2)), "fails"),
            Judged(Always("when_two_and_three", TRUE, needs=equal(number, 2) & equal(number, 3)), "vacuous"),
            Judged(
                Always("when_two_not_three", implies(equal(number, 2), ~equal(number, 3)), needs=equal(number, 2)),
                "holds",
            ),
            Judged(Always("when_two_not_two", ~equal(number, 2), needs=equal(number, 2)), "fails", 2),
            Judged(Always("broken_but_not_needed", ~equal(number, 4), needs=FALSE), "fails", 4),
            Judged(DeadlockFree(), "holds"),
        ),
    )


# A clock of two bits, each with its own rule: no carry while the low bit is off.

low, high = variable("bit.low", BOOL), variable("bit.high", BOOL)


def clock() -> Toy:
    system = TransitionSystem(
        "clock",
        2,
        (Variable(low), Variable(high)),
        (),
        (
            _one("tick", when=(~low,), set={low: TRUE}),
            _one("carry", when=(low,), set={low: FALSE, high: ~high}),
        ),
    )
    return Toy(
        system,
        states=4,
        steps=4,
        depth=3,
        judged=(
            Judged(Always("never_both", ~(low & high)), "fails", 3),
            Judged(Always("both_or_not", implies(low & high, high)), "holds"),
            Judged(Witness("the_high_bit_alone", high & ~low), "witnessed", 2),
            Judged(DeadlockFree(predicate=low & high), "holds"),
        ),
    )


# A ball between two bags: taken from one, sent into the other; two ends, four states.

each_hits = variable("each.hits", COUNT)
ball_hits = variable("ball.hits", COUNT)
served = variable("served", BOOL)


def ping_pong(most: int = 3) -> Toy:
    """The ball is hit `most` times at most; a further hit is cut by a limit."""
    fields = (Variable(variable("hits", COUNT), top=most),)
    zero = {"hits": constant(0, COUNT)}
    limit = Limit(
        "too many hits",
        ~either(*(some(b, "each", at_least(each_hits, most + 1)) for b in ("left", "right"))),
    )
    back = {"hits": up(ball_hits)}
    system = TransitionSystem(
        "ping_pong",
        2,
        (Variable(served),),
        (Bag("left", fields, 1), Bag("right", fields, 1)),
        (
            _one("serve", when=(~served,), set={served: TRUE}, send=Emission("left", zero)),
            _rule("ping", Row("ping", "toy", send=Emission("right", back)), take=Take("left", "ball")),
            _rule("pong", Row("pong", "toy", send=Emission("left", back)), take=Take("right", "ball")),
        ),
        limits=(limit,),
    )
    both_sides = some("left", "each", TRUE) & some("right", "each", TRUE)
    return Toy(
        system,
        states=most + 2,
        steps=most + 1,
        depth=most + 1,
        judged=(
            Judged(Always("one_ball", ~both_sides, needs=served), "holds"),
            Judged(Witness("two_balls", both_sides), "fails"),
            Judged(Witness("hit_twice", some("left", "each", equal(each_hits, 2))), "witnessed", 3),
            Judged(Always("not_hit_twice", ~some("left", "each", equal(each_hits, 2))), "fails", 3),
            Judged(DeadlockFree(), "holds"),  # a step that a limit cuts would have moved
        ),
    )


# Two tokens sent over a channel that loses: what is lost is lost, and then nothing moves.

left, received = variable("left", COUNT), variable("received", COUNT)


def lossy_channel() -> Toy:
    system = TransitionSystem(
        "lossy_channel",
        2,
        (Variable(left, 2, top=2), Variable(received, top=2)),
        (Bag("channel", (Variable(variable("token", BOOL)),), 2),),
        (
            _one("send", when=(at_least(left, 1),), set={left: down(left)}, send=Emission("channel", {"token": TRUE})),
            _rule("receive", Row("receive", "toy", set={received: up(received)}), take=Take("channel", "it")),
            _rule("lose", Row("lose", "toy"), take=Take("channel", "it")),
        ),
    )
    # (left, in flight, received): (2,0,0) (1,1,0) (1,0,1) (1,0,0) (0,2,0) (0,1,1) (0,1,0) (0,0,2) (0,0,1) (0,0,0)
    return Toy(
        system,
        states=10,
        steps=12,
        depth=4,
        judged=(
            Judged(Always("nothing_comes_twice", ~at_least(received, 3)), "holds"),
            Judged(Always("two_never_arrive", ~at_least(received, 2)), "fails", 4),
            Judged(Witness("two_arrive", at_least(received, 2)), "witnessed", 4),
            Judged(DeadlockFree(), "fails", 4),
            Judged(DeadlockFree("stops_with_a_token", at_least(received, 1)), "fails", 4),
            Judged(DeadlockFree("stops_when_all_sent", equal(left, 0)), "holds"),
        ),
    )


# Two forks, each hand takes one: where both hold one, only waiting is left.

HAND = Enum("Hand", ("empty", "one", "both"))
EMPTY, ONE, BOTH = alternatives(HAND)
hands = (variable("first.hand", HAND), variable("second.hand", HAND))


def forks(*, waits: bool = False) -> Toy:
    """Each takes its own fork, then the other's, then puts both back; `waits` adds a step that stays."""
    rules = []
    for me, other in (hands, hands[::-1]):
        who = me.name.partition(".")[0]
        rules += [
            _one(f"{who} takes one", when=(equal(me, EMPTY), ~equal(other, BOTH)), set={me: ONE}),
            _one(f"{who} takes the other", when=(equal(me, ONE), equal(other, EMPTY)), set={me: BOTH}),
            _one(f"{who} puts both back", when=(equal(me, BOTH),), set={me: EMPTY}),
        ]
    rules += [_one("wait")] if waits else []
    system = TransitionSystem("forks", 2, tuple(Variable(h) for h in hands), (), tuple(rules))
    each_one = equal(hands[0], ONE) & equal(hands[1], ONE)
    return Toy(
        system,
        states=6,
        steps=8 + (6 if waits else 0),
        depth=2,
        judged=(
            Judged(DeadlockFree(), "fails", 2),
            Judged(DeadlockFree("stops_with_one_each", each_one), "holds"),
            Judged(Always("nobody_shares", ~(equal(hands[0], BOTH) & equal(hands[1], BOTH))), "holds"),
            Judged(Always("never_one_each", ~each_one), "fails", 2),
            Judged(Witness("somebody_eats", equal(hands[1], BOTH)), "witnessed", 2),
        ),
    )


# A leap: any of the next numbers may be picked, so the far ones are near.

picked = variable("picked", SEQ)


def leap() -> Toy:
    """From x to any of x + 1, x + 2, x + 3; the target 7 is three leaps away."""
    row = Row("leap", "toy", pick=Pick(picked, within(picked, number + 1, 3)), set={number: picked})
    system = TransitionSystem("leap", 4, (Variable(number),), (), (_rule("leap", row),))
    return Toy(
        system,
        states=16,
        steps=48,
        depth=5,
        judged=(
            Judged(Always("never_seven", ~equal(number, 7)), "fails", 3),
            Judged(Witness("reaches_fifteen", equal(number, 15)), "witnessed", 5),
            Judged(DeadlockFree(), "holds"),
        ),
    )


TOYS: dict[str, Toy] = {
    "counter": counter(),
    "counter of 5 bits": counter(5),
    "clock": clock(),
    "ping_pong": ping_pong(),
    "lossy_channel": lossy_channel(),
    "forks": forks(),
    "forks with waiting": forks(waits=True),
    "leap": leap(),
}


# What must happen eventually.


@dataclass(frozen=True)
class Eventual:
    """A claim, the word of its verdict, and of the shortest lasso the steps and the state that it returns to.

    `within` are the bounds within which it is so, and `leaving` the states before its goal from which every fair run
    leaves them.
    """

    claim: LeadsTo
    word: str
    length: int | None = None
    loop: int | None = None
    within: tuple[str, ...] = ()
    leaving: int = 0


def _eventual(
    name: str,
    given: Term,
    goal: Term,
    *fair: Fair,
    shows: tuple[int, int] | str = "holds",
    within: tuple[str, ...] = (),
    leaving: int = 0,
) -> Eventual:
    claim = LeadsTo(name, given, goal, fair)
    if isinstance(shows, str):
        return Eventual(claim, shows, within=within, leaving=leaving)
    return Eventual(claim, "fails", *shows)


def _counting() -> tuple[Eventual, ...]:
    four, three = equal(number, 4), equal(number, 3)
    return (
        Eventual(AlwaysEventually("again_three", three), "fails", 0, 0),
        Eventual(AlwaysEventually("again_three_if_it_counts", three, (weak("count"),)), "holds"),
        _eventual("four_then_three", four, three, weak("count")),
        _eventual("four_then_three_unless_it_stops", four, three, shows=(4, 4)),
        _eventual("four_then_never", four, FALSE, weak("count"), shows=(12, 4)),
        _eventual("never_then_three", four & three, three, shows="vacuous"),
        _eventual("three_is_three", three, three),
    )


# One server, two clients that ask again and again: only strong fairness keeps one from starving.

SERVED = Enum("Served", ("nobody", "ann", "bob"))
NOBODY, ANN, BOB = alternatives(SERVED)
serves = variable("serves", SERVED)
asks = {"ann": variable("ann.asks", BOOL), "bob": variable("bob.asks", BOOL)}


def server() -> TransitionSystem:
    rules = []
    for who, me in (("ann", ANN), ("bob", BOB)):
        rules += [
            _one(f"{who} asks", when=(~asks[who], ~equal(serves, me)), set={asks[who]: TRUE}),
            _one(f"serve {who}", when=(asks[who], equal(serves, NOBODY)), set={asks[who]: FALSE, serves: me}),
            _one(f"{who} leaves", when=(equal(serves, me),), set={serves: NOBODY}),
        ]
    return TransitionSystem("server", 2, (Variable(serves), *map(Variable, asks.values())), (), tuple(rules))


def _serving() -> tuple[Eventual, ...]:
    ann = (asks["ann"], equal(serves, ANN))
    leaving = (weak("ann leaves"), weak("bob leaves"))
    return (
        _eventual("served_if_weakly_fair", *ann, weak("serve ann"), *leaving, shows=(4, 1)),
        _eventual("served_if_strongly_fair", *ann, strong("serve ann"), weak("bob leaves")),
        _eventual("served_if_bob_stays", *ann, strong("serve ann"), shows=(3, 3)),
        _eventual("served_if_she_need_not_be", *ann, *leaving, shows=(1, 1)),
        _eventual("served_if_bob_is_too", *ann, strong("serve ann"), strong("serve bob"), *leaving),
    )


# A sender that repeats until it is told to stop, over a channel that loses without end.

message = variable("it.message", BOOL)
done = variable("done", BOOL)


def repeating() -> TransitionSystem:
    """The channel holds one record, a message or noise; the message ends it all."""
    free = ~some("channel", "each", TRUE)
    sends = {
        kind: _one(f"send {kind}", when=(free, ~done), send=Emission("channel", {"message": value}))
        for kind, value in (("message", TRUE), ("noise", FALSE))
    }
    receive = Row("receive", "toy", set={done: done | message})
    return TransitionSystem(
        "repeating",
        2,
        (Variable(done),),
        (Bag("channel", (Variable(variable("message", BOOL)),), 1),),
        (
            *sends.values(),
            _rule("receive", receive, take=Take("channel", "it")),
            _rule("lose", Row("lose", "toy"), take=Take("channel", "it")),
        ),
    )


def _repeating() -> tuple[Eventual, ...]:
    send, clear = strong("send message"), weak("lose")
    return (
        Eventual(AlwaysEventually("done_if_delivery_is_weak", done, (send, weak("receive"), clear)), "fails", 2, 0),
        Eventual(AlwaysEventually("done_if_some_arrive", done, (send, strong("receive"), clear)), "fails", 4, 0),
        Eventual(
            AlwaysEventually("done_if_messages_arrive", done, (send, strong("receive", taking=message), clear)), "holds"
        ),
        Eventual(
            AlwaysEventually("done_if_noise_stays", done, (send, strong("receive", taking=message))), "fails", 1, 1
        ),
        Eventual(
            AlwaysEventually(
                "done_if_never_sent", done, (weak("send message"), strong("receive", taking=message), clear)
            ),
            "fails",
            2,
            0,
        ),
        _eventual("stays_done", done, FALSE, send, clear, shows=(2, 2)),
    )


def _hitting() -> tuple[Eventual, ...]:
    """The last hit is cut by a limit, so a run that is fair to it leaves the bounds."""
    cut = {"within": ("too many hits",)}
    return (
        _eventual("served_for_ever", served, FALSE, weak("ping"), weak("pong"), shows="vacuous", **cut),
        _eventual("served_unless_pong_stops", served, FALSE, weak("ping"), shows=(2, 2)),
        _eventual("served_unless_all_stops", served, FALSE, shows=(1, 1)),
        _eventual("served_before_the_ball_flies", ~served, served, weak("serve"), **cut),
        _eventual(
            "served_if_all_hit", ~served, served, weak("serve"), weak("ping"), weak("pong"), shows="vacuous", **cut
        ),
    )


# A caller who tries again without end into a channel that takes two: an answer calms him, an echo does not.

calm, odd = variable("calm", BOOL), variable("odd", BOOL)


def calling(*, when_full: WhenFull = "block") -> TransitionSystem:
    """The answerer is odd or not, as it turns out before the first call; an odd one only echoes."""
    begun = variable("begun", BOOL)
    bags = tuple(Bag(name, (Variable(variable("any", BOOL)),), 2, when_full=when_full) for name in ("calls", "answers"))
    call, answer = (Emission(name, {"any": TRUE}) for name in ("calls", "answers"))
    hear = FirstMatch(
        "hear", None, (), (Row("an echo", "toy", when=(odd,), send=call), Row("an answer", "toy", set={calm: TRUE}))
    )
    return TransitionSystem(
        "calling",
        2,
        (Variable(calm), Variable(odd), Variable(begun)),
        bags,
        (
            _one("turn odd", when=(~begun,), set={odd: TRUE}),
            _one("call", when=(~calm,), set={begun: TRUE}, send=call),
            _rule("answer", Row("answer", "toy", send=answer), take=Take("calls", "it")),
            Rule("hear", "toy", "hear", (hear,), take=Take("answers", "it")),
        ),
    )


def _calling() -> tuple[Eventual, ...]:
    """Who must call again and again fills the channels where nobody calms him: those runs leave the bounds."""
    moves = (weak("answer"), weak("hear"))
    full = {"within": ("answers is full", "calls is full")}
    return (
        _eventual("odd_is_calmed", odd, calm, weak("call"), *moves, shows="vacuous", **full),
        _eventual("one_is_calmed", TRUE, calm, weak("call"), *moves, leaving=9, **full),
        _eventual("odd_echoes", odd, calm, *moves, shows=(1, 1)),
        _eventual("calls_are_answered", ~odd & some("calls", "it", TRUE), some("answers", "it", TRUE), *moves, **full),
    )


def counting_on() -> TransitionSystem:
    """From 0 to 4 and round again, within a limit of three numbers."""
    step = choose(equal(number, 4), constant(0, SEQ), number + 1)
    small = Limit("the number is 3 or more", within(number, constant(0, SEQ), 3))
    return TransitionSystem("counting_on", 3, (Variable(number),), (), (_one("count", set={number: step}),), (small,))


def _counting_on() -> tuple[Eventual, ...]:
    cut = {"within": ("the number is 3 or more",)}
    return (
        _eventual("reaches_five", TRUE, equal(number, 5), weak("count"), shows="vacuous", **cut),
        _eventual("reaches_one", equal(number, 0), equal(number, 1), weak("count"), shows="vacuous", **cut),
        _eventual("reaches_itself", equal(number, 2), equal(number, 2), **cut),
        _eventual("reaches_five_unless_it_stops", TRUE, equal(number, 5), shows=(0, 0)),
    )


def _eating() -> tuple[Eventual, ...]:
    """A step that stays where it is neither takes an entry nor enables it."""
    somebody = equal(hands[0], BOTH) | equal(hands[1], BOTH)
    takes = tuple(weak(f"{who} {what}") for who in ("first", "second") for what in ("takes one", "takes the other"))
    return (
        Eventual(AlwaysEventually("somebody_eats", somebody, takes), "fails", 2, 2),
        Eventual(AlwaysEventually("somebody_eats_while_waiting", somebody, (*takes, weak("wait"))), "fails", 2, 2),
        Eventual(AlwaysEventually("somebody_eats_or_waits", somebody, (strong("wait"),)), "fails", 0, 0),
    )


EVENTUAL: dict[str, tuple[TransitionSystem, tuple[Eventual, ...]]] = {
    "counter": (counter().system, _counting()),
    "server": (server(), _serving()),
    "repeating": (repeating(), _repeating()),
    "ping_pong": (ping_pong().system, _hitting()),
    "forks with waiting": (forks(waits=True).system, _eating()),
    "calling": (calling(), _calling()),
    "counting_on": (counting_on(), _counting_on()),
}
