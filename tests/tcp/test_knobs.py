"""The knobs: each changes the rows it names and no other, and a value out of range is refused in a sentence."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tcpmodel import Attacker, Network, Time, User, connection
from tcpmodel.errors import DefinitionError
from tcpmodel.language.terms import TRUE
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.knobs.choices import FIN_AHEAD, SECOND_SYN, TEXT_AHEAD
from tcpmodel.tcp.knobs.extensions import queue_is_full
from tcpmodel.tcp.knobs.variants import ENVIRONMENT, KNOBS, vary
from tcpmodel.tcp.knobs.waiting import unanswered
from tcpmodel.tcp.rfc9293.checks import RST_CHECK, SEQUENCE_CHECK, SYN_CHECK
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, RFC_9293, Rules
from tcpmodel.tcp.rfc9293.segment import seg_is_acceptable
from tcpmodel.tcp.rfc9293.tcb import CLOSED, ESTABLISHED, LISTEN, SYN_RECEIVED, iss, snd, time_wait_elapsed
from tcpmodel.tcp.world.connection import sibling

Change = tuple[frozenset[str], frozenset[str]]
"""The rows that a knob takes away or changes, and those that it changes or adds."""

CHOOSES_ISS = frozenset(row.name for _, _, row in RFC_9293.rows() if row.pick)
MOVES_SND_NXT = frozenset(row.name for _, _, row in RFC_9293.rows() if snd.nxt in row.set)
LISTENER = "LISTEN answers a SYN with SYN,ACK"
CALLER = "SYN,ACK completes the caller's handshake"

NONE: frozenset[str] = frozenset()


def same(*names: str) -> Change:
    """These rows stay where they are, and say something else."""
    return frozenset(names), frozenset(names)


def more(*names: str) -> Change:
    """These rows come."""
    return NONE, frozenset(names)


CHALLENGES = ("a reset that is not at RCV.NXT is challenged", "a SYN in the window is challenged")
UNACCEPTABLE = "an unacceptable segment is answered with an ACK"
WAITS = ("TIME-WAIT acknowledges and starts over", "TIME-WAIT starts over at a bare ACK")
ESTABLISHES = "an ACK of our SYN establishes the connection"
SETTLES = (ESTABLISHES, LISTENER, "a SYN crosses ours")
SECOND_FIN = ("a FIN after the peer's FIN is ignored", "a FIN in TIME-WAIT starts 2MSL over")
ANSWERED_ONCE = "TIME-WAIT leaves the answer to a FIN to the eighth check"
FIN_IS_OUT = (
    "FIN-WAIT-1 learns that its FIN arrived",
    "CLOSING learns that its FIN arrived",
    "the FIN is sent again",
)

OF_ONE_OCTET = frozenset(
    {
        "SEND sends an octet",
        "a queued octet is sent",
        "a queued octet is sent to a peer that has closed",
        "the oldest unacknowledged octet is sent again",
    }
)
OF_ANY_LENGTH = frozenset(
    {
        "SEND sends octets",
        "queued octets are sent",
        "queued octets are sent to a peer that has closed",
        "the oldest unacknowledged octets are sent again",
        "SEND and CLOSE send text with a FIN",
        "SEND and CLOSE send text with a FIN, to a peer that has closed",
        "queued octets are sent with the FIN of a CLOSE",
        "queued octets are sent with the FIN of a CLOSE, to a peer that has closed",
    }
)
ESTABLISHES = "an ACK of our SYN establishes the connection"
EXPECTED: dict[tuple[str, str], Change] = {
    ("segments", "any"): (OF_ONE_OCTET, OF_ANY_LENGTH),
    ("ahead", "acknowledged"): (
        frozenset({TEXT_AHEAD}),
        frozenset(
            {"text ahead of RCV.NXT is acknowledged, not kept", "a FIN ahead of RCV.NXT is acknowledged, not kept"}
        ),
    ),
    ("out_of_order", "held"): (
        frozenset({TEXT_AHEAD, FIN_AHEAD}),
        frozenset({"text ahead of RCV.NXT is held", "a FIN ahead of RCV.NXT is held"}),
    ),
    ("second_syn", "reset"): (
        frozenset({SECOND_SYN}),
        frozenset({"a second SYN with ACK is reset by a listener", "a second SYN is reset by a listener"}),
    ),
    ("second_syn", "challenged"): (frozenset({SECOND_SYN}), frozenset()),
    ("handshake_ack", "rfc793"): (frozenset({ESTABLISHES}), frozenset({ESTABLISHES})),
    ("syn_text", "kept"): (
        frozenset({"an active OPEN sends a SYN", LISTENER, "a SYN crosses ours"}),
        frozenset(
            {
                "an active OPEN sends a SYN",
                LISTENER,
                "a SYN crosses ours",
                "the text that came with the SYN is delivered",
                "the SYN in front of the window is trimmed off its text",
            }
        ),
    ),
    ("syn_text", "on"): (
        frozenset({"an active OPEN sends a SYN"}),
        frozenset({"an active OPEN sends a SYN", "the SYN in front of the window is trimmed off its text"}),
    ),
    ("sequence_test", "linux_acks"): (
        frozenset({"an unacceptable reset is dropped", UNACCEPTABLE}),
        frozenset(
            {
                "an unacceptable reset is dropped",
                UNACCEPTABLE,
                "the crossing SYN,ACK establishes and is acknowledged",
                "a SYN that comes again is not a second one",
            }
        ),
    ),
    ("handshake", "split"): (frozenset({LISTENER}), frozenset({"LISTEN answers a SYN with a SYN"})),
    ("sequence_test", "linux"): (
        frozenset({"an unacceptable reset is dropped", UNACCEPTABLE}),
        frozenset(
            {
                "an unacceptable reset is dropped",
                UNACCEPTABLE,
                "the crossing SYN,ACK passes",
                "a SYN that comes again is not a second one",
            }
        ),
    ),
    ("syn_received_repeats", "syn"): more("a caller's SYN is sent again without ACK"),
    ("repeated_syn", "syn_ack"): more("a repeated SYN is answered with SYN,ACK"),
    ("ack_5961", "on"): more("an ACK outside the range is challenged"),
    ("ack_5961", "sent"): more("an ACK outside the range is challenged"),
    ("throttled", "challenges"): same(*CHALLENGES),
    ("throttled", "all"): same(*CHALLENGES, UNACCEPTABLE),
    ("unsent_ack", "dropped"): more("an ACK of what was never sent is dropped"),
    ("time_wait_restart", "fin"): (
        frozenset(WAITS),
        frozenset({*WAITS, "TIME-WAIT starts over at a FIN that comes again"}),
    ),
    ("second_fin", "acknowledged"): (
        frozenset(SECOND_FIN),
        frozenset(
            {"a FIN after the peer's FIN is acknowledged", SECOND_FIN[1], ANSWERED_ONCE},
        ),
    ),
    ("second_fin", "consumed"): (
        frozenset(SECOND_FIN),
        frozenset({"a FIN after the peer's FIN is consumed", SECOND_FIN[1], ANSWERED_ONCE}),
    ),
    ("queued_close", "at_once"): (
        frozenset(FIN_IS_OUT),
        frozenset(
            {
                *FIN_IS_OUT,
                "CLOSE changes the state before its FIN is sent",
                "a CLOSE that waited changes the state before its FIN is sent",
                "a queued octet is sent after CLOSE",
                "the FIN follows what was queued",
            }
        ),
    ),
    ("time_wait_restart", "never"): same(*WAITS, "a FIN in TIME-WAIT starts 2MSL over"),
    ("time_wait_syn", "may2"): (
        frozenset(SETTLES),
        frozenset(
            {
                *SETTLES,
                "a higher SYN reopens TIME-WAIT",
                "a reset returns a reopened connection to TIME-WAIT",
                "a second SYN returns a reopened connection to TIME-WAIT",
            }
        ),
    ),
    ("time_wait_syn", "may2_no_return"): (
        frozenset(SETTLES),
        frozenset(
            {
                *SETTLES,
                "a higher SYN reopens TIME-WAIT",
                "a reset of a reopened connection ends in LISTEN",
                "a second SYN to a reopened connection ends in LISTEN",
            }
        ),
    ),
    ("time_wait_syn", "drop"): more("TIME-WAIT drops a SYN"),
    ("abort_time_wait", "on"): same("ABORT resets the peer"),
    ("fin_wait_2", "forgets"): more("FIN-WAIT-2 is forgotten"),
    ("half_duplex", "on"): more("text after CLOSE is answered with a reset"),
    **{
        ("keep_alive", value): (
            CHOOSES_ISS | {"an acceptable segment is checked further"},
            CHOOSES_ISS
            | {
                "an acceptable segment is checked further",
                "an idle end probes its peer",
                "an unanswered end gives up",
            },
        )
        for value in ("one", "two")
    },
    ("listener", "cookies"): (
        frozenset({LISTENER}),
        frozenset({"LISTEN answers a SYN with a cookie", "LISTEN knows its cookie again"}),
    ),
    ("fast_open", "on"): (
        frozenset({"an active OPEN sends a SYN"}),
        frozenset(
            {
                "an active OPEN sends a SYN",
                "LISTEN delivers the text of a SYN at once",
                "the SYN in front of the window is trimmed off its text",
            }
        ),
    ),
    **{
        ("backlog", value): more(
            "LISTEN drops a SYN for which it has no place", "a half-open connection of a stranger expires"
        )
        for value in ("one", "two")
    },
    ("accept_queue", "full"): more("an ACK of our SYN is dropped: nobody accepts", "the application accepts"),
    ("isn", "monotone"): same(*CHOOSES_ISS, *MOVES_SND_NXT, "a crash forgets everything"),
    ("isn", "apart"): same(),  # as for fresh, the sizes of the system complete the condition
    ("isn", "clock"): same(*CHOOSES_ISS),
    ("handshake", "two_blind"): (
        frozenset({LISTENER, CALLER}),
        frozenset({LISTENER, "any SYN,ACK is taken for the answer"}),
    ),
    ("handshake", "two_echo"): (frozenset({LISTENER, CALLER}), frozenset({LISTENER, CALLER})),
    ("isn", "zero"): (CHOOSES_ISS, CHOOSES_ISS),
    ("isn", "last_used_plus"): (CHOOSES_ISS | MOVES_SND_NXT, CHOOSES_ISS | MOVES_SND_NXT),
    ("isn", "free"): (CHOOSES_ISS, CHOOSES_ISS),
    ("rst_5961", "off"): (frozenset({"a reset that is not at RCV.NXT is challenged"}), frozenset()),
    ("syn_5961", "off"): (
        frozenset({"a SYN in the window is challenged"}),
        frozenset({"a SYN with ACK in the window resets", "a SYN in the window resets"}),
    ),
    ("abort_reset", "ack"): same("ABORT resets the peer"),
    ("abort_reset", "closing"): (
        frozenset({"ABORT resets the peer", "ABORT gives up calling"}),
        frozenset({"ABORT resets the peer", "ABORT gives up calling", "ABORT resets a peer that closes, too"}),
    ),
    ("listener_timeout", "listens"): more("a user timeout sends a listener back to LISTEN"),
    ("time_wait_rst", "ignore"): (
        frozenset({"a reset ends TIME-WAIT"}),
        frozenset({"TIME-WAIT ignores a reset"}),
    ),
    ("time_wait_restart", "ack_bearing"): (
        frozenset(),
        frozenset({"TIME-WAIT starts over at an unacceptable ACK"}),
    ),
}


def contents(row: Row) -> tuple[Any, ...]:
    """What a row says, comparable: terms are interned, so equal rows have equal contents."""
    sent = row.send and (row.send.bag, tuple(sorted(row.send.fields.items())))
    said = (row.when, row.pick, tuple(row.set.items()), row.goto, sent, row.forget)
    return (row.name, row.rfc, *said, row.more, row.refuses, row.tell, row.ends, row.reading)


def difference(before: Rules, after: Rules) -> Change:
    old, new = (
        {(event, block.title, contents(row)) for event, block, row in rules.rows()} for rules in (before, after)
    )
    return (frozenset(c[0] for _, _, c in old - new), frozenset(c[0] for _, _, c in new - old))


@pytest.mark.parametrize(("name", "value"), EXPECTED)
def test_a_knob_changes_exactly_these_rows(name: str, value: str) -> None:
    assert difference(RFC_9293, vary(RFC_9293, {name: value})) == EXPECTED[name, value]


@pytest.mark.parametrize(("name", "value"), EXPECTED)
def test_a_knob_leaves_the_other_rows_in_their_order(name: str, value: str) -> None:
    gone, come = EXPECTED[name, value]
    kept = [r.name for _, _, r in vary(RFC_9293, {name: value}).rows() if r.name not in gone | come]
    assert kept == [r.name for _, _, r in RFC_9293.rows() if r.name not in gone | come]


def test_every_value_but_the_default_is_expected_to_change_something() -> None:
    assert {(k.name, v) for k in KNOBS for v in k.values if v != k.default} == set(EXPECTED)


@pytest.mark.parametrize("k", KNOBS, ids=lambda k: k.name)
def test_the_default_changes_nothing(k: Any) -> None:
    assert difference(RFC_9293, vary(RFC_9293, {k.name: k.default})) == (frozenset(), frozenset())


def test_knobs_are_turned_together() -> None:
    gone, come = difference(RFC_9293, vary(RFC_9293, {"rst_5961": "off", "time_wait_rst": "ignore"}))
    both = (EXPECTED["rst_5961", "off"], EXPECTED["time_wait_rst", "ignore"])
    assert (gone, come) == (both[0][0] | both[1][0], both[0][1] | both[1][1])


@pytest.mark.parametrize(("flag", "word"), [(True, "on"), (False, "off")])
def test_on_and_off_may_be_written_as_truth_values(flag: bool, word: str) -> None:
    assert difference(vary(RFC_9293, {"syn_5961": flag}), vary(RFC_9293, {"syn_5961": word})) == (
        frozenset(),
        frozenset(),
    )


def test_a_knob_tells_what_it_means_and_where_it_is_written() -> None:
    assert all(k.meaning and k.cite and k.default in k.values for k in KNOBS)


# Out of range.

LONELY = {"a": User(), "b": User()}


def refusal(**arguments: Any) -> str:
    """The sentence with which a connection of these arguments is refused."""
    with pytest.raises(DefinitionError) as refused:
        connection(**{**LONELY, **arguments})
    return str(refused.value)


@pytest.mark.parametrize("k", KNOBS, ids=lambda k: k.name)
def test_a_knobs_wrong_value_is_refused_with_the_right_ones(k: Any) -> None:
    sentence = refusal(**{k.name: "sideways"})
    assert sentence.startswith(f"{k.name}='sideways' is out of range: ")
    assert all(value in sentence for value in k.values)


def test_a_truth_value_for_a_knob_that_is_not_on_or_off_is_refused() -> None:
    assert refusal(handshake=True).startswith("handshake=True is out of range: ")


@pytest.mark.parametrize(
    "knobs",
    [
        {"listener": "cookies", "fast_open": "on"},
        {"handshake": "split", "listener": "cookies"},
        {"handshake": "split", "fast_open": "on"},
    ],
    ids=lambda knobs: " and ".join(knobs),
)
def test_knobs_that_change_one_listener_in_two_ways_are_refused_in_a_sentence(knobs: dict[str, str]) -> None:
    assert refusal(**knobs).endswith("leave out the knob handshake, listener or fast_open")


PAIRS = list(itertools.combinations([(k.name, v) for k in KNOBS for v in k.values if v != k.default], 2))
ONE_LISTENER = {("handshake", "split"), ("listener", "cookies"), ("fast_open", "on")}


def test_any_other_two_knobs_go_together() -> None:
    for pair in PAIRS:
        if len({name for name, _ in pair}) == 2 and not set(pair) <= ONE_LISTENER:
            vary(RFC_9293, dict(pair))


@pytest.mark.parametrize("reset_or_syn", ["rst_5961", "syn_5961"])
def test_a_throttle_needs_nothing_to_swallow(reset_or_syn: str) -> None:
    silent = vary(RFC_9293, {reset_or_syn: "off", "ack_5961": "on", "throttled": "challenges"})
    assert silent.row("an ACK outside the range is challenged").send is None


# Knobs that change all rows of a kind change those that other knobs bring.

OTHERS = [{k.name: v} for k in KNOBS for v in k.values]


def with_others(knob: str, value: str) -> Iterator[tuple[dict[str, str], Rules]]:
    """The rules with this knob turned, and one other."""
    for other in OTHERS:
        yield other, vary(RFC_9293, {**other, knob: value})


def arrivals(rules: Rules) -> Iterator[tuple[FirstMatch, Row]]:
    return ((block, row) for event, block, row in rules.rows() if event == ARRIVAL)


def sends_bare_ack(row: Row) -> bool:
    sent = row.send.fields if row.send else {}
    return bool(sent) and sent["ackbit"] is TRUE and not any(sent[f] is TRUE for f in ("syn", "rst", "fin", "text"))


@pytest.mark.parametrize(
    ("value", "checks"), [("challenges", (RST_CHECK, SYN_CHECK)), ("all", (SEQUENCE_CHECK, RST_CHECK, SYN_CHECK))]
)
def test_a_throttle_swallows_every_ack_of_its_checks_whichever_knob_brought_it(value: str, checks: Any) -> None:
    titles = {check.title for check in checks}
    for other, rules in with_others("throttled", value):
        if "throttled" not in other:
            heard = [row.name for block, row in arrivals(rules) if block.title in titles and sends_bare_ack(row)]
            assert heard == [], other


def test_a_throttle_that_swallows_all_swallows_the_ack_of_a_repeated_syn_that_linux_lets_in() -> None:
    silent = vary(RFC_9293, {"sequence_test": "linux", "throttled": "all"})
    assert silent.row("a SYN that comes again is not a second one").send is None


def test_nothing_restarts_a_time_wait_that_nothing_restarts() -> None:
    for other, rules in with_others("time_wait_restart", "never"):
        if "time_wait_restart" not in other:
            restarts = [row.name for _, row in arrivals(rules) if row.goto is None and time_wait_elapsed in row.set]
            assert restarts == [], other


def test_no_knob_brings_a_resetter_that_does_not_wait() -> None:
    for other, rules in with_others("abort_time_wait", "on"):
        if "abort_time_wait" not in other:
            resets = [r for _, _, r in rules.rows() if r.send and r.send.fields["rst"] is TRUE and r.goto is CLOSED]
            assert resets == [], other


def test_a_new_incarnation_has_no_probe_unanswered_whichever_knob_let_it_begin() -> None:
    for other, rules in with_others("keep_alive", "two"):
        if "keep_alive" not in other:
            begins = [row for _, _, row in rules.rows() if iss in row.set]
            assert begins
            assert all(unanswered in row.set for row in begins), other


def test_a_full_accept_queue_stops_whatever_would_establish_a_listener() -> None:
    for other, rules in with_others("accept_queue", "full"):
        for block in rules.events[ARRIVAL]:
            for before, row in itertools.pairwise((None, *block.rows)):
                if row.goto is ESTABLISHED and set(block.states) & {LISTEN, SYN_RECEIVED}:
                    assert before is not None
                    assert {*row.when, queue_is_full} <= set(before.when), other


def test_linuxs_sequence_test_is_the_only_one_where_it_is_chosen() -> None:
    for other, rules in with_others("sequence_test", "linux"):
        if "sequence_test" not in other:
            tested = [row.name for _, row in arrivals(rules) if {seg_is_acceptable, ~seg_is_acceptable} & set(row.when)]
            assert tested == [], other


def test_an_unknown_knob_is_refused() -> None:
    assert refusal(handshakes="three").startswith("there is no knob 'handshakes': ")


@pytest.mark.parametrize("bits", [1, 33, 2.5, "3"])
def test_bits_out_of_range_are_refused(bits: object) -> None:
    assert refusal(bits=bits) == f"bits={bits!r} is out of range: write a number from 2 to 32"


@pytest.mark.parametrize("window", [0, 1, -2, 2.5])
def test_a_window_in_which_everything_is_exact_is_refused(window: object) -> None:
    wanted = "write 2 or more, so that 'in the window' is not 'exact'"
    assert refusal(window=window, bits=6) == f"window={window!r} is out of range: {wanted}"


TOO_FEW: Mapping[str, tuple[dict[str, Any], int]] = {
    "a window of half the numbers": ({"bits": 3, "window": 4}, 4),
    "two octets": ({"bits": 3, "a": User(sends=2)}, 4),
    "an octet and a FIN": ({"bits": 3, "b": User(sends=1, closes=1)}, 4),
    "fifteen octets": ({"bits": 4, "a": User(sends=15)}, 6),
    "a window of all the numbers": ({"bits": 4, "window": 16}, 6),
    "fewest bits": ({"bits": 2}, 3),
}


@pytest.mark.parametrize(("arguments", "needed"), TOO_FEW.values(), ids=TOO_FEW)
def test_too_few_bits_are_refused_with_how_many_to_write(arguments: dict[str, Any], needed: int) -> None:
    assert refusal(**arguments).endswith(f": write bits={needed} or more")
    assert connection(**{**LONELY, **arguments, "bits": needed}).bits == needed


BUDGETS = ("passive_opens", "active_opens", "sends", "closes", "aborts", "crashes", "timeouts")


@pytest.mark.parametrize("name", BUDGETS)
@pytest.mark.parametrize("value", [-1, 16, 1.5])
def test_a_users_budget_out_of_range_is_refused(name: str, value: Any) -> None:
    with pytest.raises(DefinitionError, match=f"{name}=.*: write a number from 0 to 15, or None for no limit$"):
        User(**{name: value})


def test_a_word_for_a_budget_is_refused() -> None:
    with pytest.raises(DefinitionError, match="sends='many' is out of range"):
        User(sends="many")  # type: ignore[arg-type]


def test_a_first_isn_that_is_no_sequence_number_is_refused() -> None:
    assert refusal(a=User(active_opens=1, first_isn=8), bits=3).startswith("first_isn=8 is out of range")


def test_a_two_way_system_that_starts_established_is_refused_in_a_sentence() -> None:
    assert "established" in refusal(established=True, handshake="two_blind")


@pytest.mark.parametrize(
    ("name", "means"), [("retransmissions", "for no limit"), ("first_isn", "to leave it to the ISN policy")]
)
@pytest.mark.parametrize("value", [-1, 16, 1.5, True, "2"])
def test_a_number_that_may_be_left_out_is_refused_with_none_as_a_choice(name: str, means: str, value: Any) -> None:
    with pytest.raises(DefinitionError, match=f"write a number from 0 to 15, or None {means}$"):
        User(**{name: value})


@pytest.mark.parametrize("name", ["lose", "duplicate"])
@pytest.mark.parametrize("value", [-1, 16, 0.5])
def test_the_networks_budget_out_of_range_is_refused(name: str, value: Any) -> None:
    with pytest.raises(DefinitionError, match=r"write a number from 0 to 15, or None for no limit$"):
        Network(**{name: value})


@pytest.mark.parametrize("capacity", [0, 9])
def test_a_capacity_out_of_range_is_refused(capacity: int) -> None:
    with pytest.raises(DefinitionError, match=f"^capacity={capacity} is out of range: write a number from 1 to 8$"):
        Network(capacity=capacity)


def test_an_unknown_way_of_being_full_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"^when_full='wait' is out of range: write 'lose' or 'block'$"):
        Network(when_full="wait")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "least"),
    [("msl", 0, 1), ("msl", 65, 1), ("rto", 0, 1), ("time_wait", -1, 0), ("time_wait", 65, 0)],
)
def test_a_time_out_of_range_is_refused(name: str, value: int, least: int) -> None:
    sentence = f"^{name}={value} is out of range: write a number of ticks from {least} to 64$"
    with pytest.raises(DefinitionError, match=sentence):
        Time(**{name: value})


def test_a_siblings_wrong_value_is_refused_too() -> None:
    with pytest.raises(DefinitionError, match="isn='one' is out of range"):
        sibling(connection(**LONELY), isn="one")


def test_the_table_of_the_environment_lists_every_argument() -> None:
    listed = " ".join(name for name, *_ in ENVIRONMENT)
    owners = (User, Network, Time, Attacker)
    wanted = [*(field for owner in owners for field in owner.__dataclass_fields__), "bits", "window"]
    assert [name for name in wanted if name not in listed] == []


@pytest.mark.parametrize(("name", "default"), [(n, d) for n, _, d, _ in ENVIRONMENT if "." in n])
def test_the_table_of_the_environment_gives_the_defaults(name: str, default: str) -> None:
    owners = {"User": User(), "Network": Network(), "Time": Time(), "Attacker": Attacker()}
    owner = owners[name.partition(".")[0]]
    fields = name.partition(".")[2].split(", ")
    values = ", ".join(dict.fromkeys(str(getattr(owner, field)) for field in fields))
    assert values == default
