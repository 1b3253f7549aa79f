"""The knobs: every departure from RFC 9293 and every choice within it, in one table.

A knob swaps rows or definitions; nothing inside a rule asks which variant is running.  The default
of each knob is RFC 9293 with RFC 5961's protections.  Knobs of the environment (who may call what,
what the network does) change no row; they are listed here for the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.language.terms import TRUE, Term, both, equal, every, implies, one_of, within
from tcpmodel.systems.row import Pick, Row
from tcpmodel.tcp.arrivals import OTHERS, RESET, START_2MSL, TAKE_SYN
from tcpmodel.tcp.rules import Rules
from tcpmodel.tcp.segment import (
    ACK_SEGMENT,
    IN,
    OUT,
    RESET_AFTER_SEG,
    RESET_AT_SEG_ACK,
    ctl,
    fields_of,
    seg_is_acceptable,
)
from tcpmodel.tcp.tcb import (
    CLOSED,
    ESTABLISHED,
    TCB,
    TIME_WAIT,
    isn,
    isn_drawn,
    isn_is_allowed,
    last_nxt,
    rcv,
    snd,
    state,
    theirs,
)

Edit = Callable[[Rules], Rules]


@dataclass(frozen=True)
class Knob:
    """A named choice: its values with the change each makes to the rules, meaning and citation."""

    name: str
    meaning: str
    cite: str
    values: Mapping[str, Edit]
    default: str


TWO_WAY = "two-way, not RFC 9293"


def _as_written(rules: Rules) -> Rules:
    return rules


def _listener_trusts_the_first_syn(rules: Rules) -> Rules:
    answer = rules.row("LISTEN answers a SYN with SYN,ACK")
    return rules.replaced(answer.name, replace(answer, goto=ESTABLISHED, rfc=TWO_WAY))


def _two_echo(rules: Rules) -> Rules:
    complete = rules.row("SYN,ACK completes the caller's handshake")
    return _listener_trusts_the_first_syn(rules).replaced(complete.name, replace(complete, send=None, rfc=TWO_WAY))


def _two_blind(rules: Rules) -> Rules:
    rules = _listener_trusts_the_first_syn(rules)
    rules = rules.replaced("SYN,ACK completes the caller's handshake")
    return rules.preceded(
        "SYN-SENT drops a reset that acknowledges nothing it sent",
        Row(
            "any SYN,ACK is taken for the answer",
            TWO_WAY,
            when=(ctl.syn, ctl.ack, ~ctl.rst),
            set=TAKE_SYN | {snd.una: snd.nxt},
            goto=ESTABLISHED,
        ),
    )


def _reset_anywhere_in_window(rules: Rules) -> Rules:
    return rules.replaced("a reset that is not at RCV.NXT is challenged")


def _syn_in_window_resets(rules: Rules) -> Rules:
    def reset(name: str, when: tuple[Term, ...]) -> Row:
        form = RESET_AT_SEG_ACK if when else RESET_AFTER_SEG
        return Row(name, "3.10.7.4 fourth", when=when, goto=CLOSED, send=form, forget=TCB, tell=RESET, ends="reset")

    return rules.replaced(
        "a SYN in the window is challenged",
        reset("a SYN with ACK in the window resets", (ctl.ack,)),
        reset("a SYN in the window resets", ()),
    )


def _time_wait_ignores_resets(rules: Rules) -> Rules:
    return rules.replaced("a reset ends TIME-WAIT", Row("TIME-WAIT ignores a reset", "RFC 1337 section 3, fix F1"))


def _any_ack_restarts_time_wait(rules: Rules) -> Rules:
    return rules.preceded(
        "an unacceptable segment is answered with an ACK",
        Row(
            "TIME-WAIT starts over at an unacceptable ACK",
            "BSD and Linux, not RFC 9293",
            when=(equal(state, TIME_WAIT), ~seg_is_acceptable, ctl.ack),
            set=START_2MSL,
            send=ACK_SEGMENT,
        ),
    )


def fresh_isn(*, units: int, window: int) -> Term:
    """An ISS whose numbers nothing in flight and nothing the peer remembers can be taken for.

    `units` is how many numbers an incarnation may use (SYN, octets, FIN).
    """
    each = fields_of("each")
    span = units + window
    they_expect = theirs(rcv.nxt)
    remembers = one_of(theirs(state), OTHERS)
    return both(
        every(OUT, "each", ~within(each.seq, isn, span)),
        every(IN, "each", implies(each.ctl.ack, ~within(each.ack, isn, span))),
        implies(remembers, ~within(they_expect, isn, span) & ~within(isn, they_expect, window)),
    )


def _isn(policy: Term) -> Edit:
    def edit(rules: Rules) -> Rules:
        return rules.map(
            lambda event, block, row: (replace(row, pick=row.pick and Pick(isn, policy)),),
        )

    return edit


def _last_used_plus(rules: Rules) -> Rules:
    """The ISS follows the last number used; the memory of it is real and a crash loses it."""

    def remember(event: str, block: object, row: Row) -> tuple[Row, ...]:
        return (replace(row, set={**row.set, last_nxt: row.set[snd.nxt]}) if snd.nxt in row.set else row,)

    return _isn(equal(isn, last_nxt + 1))(rules).map(remember)


KNOBS = (
    Knob(
        "handshake",
        "three: RFC 9293. two_blind: a listener is ESTABLISHED at the first SYN, a caller at any SYN,ACK. "
        "two_echo: the caller also checks that its own SYN is acknowledged.",
        "RFC 9293 3.5",
        {"three": _as_written, "two_blind": _two_blind, "two_echo": _two_echo},
        "three",
    ),
    Knob(
        "isn",
        "which ISS may be chosen. fresh: any whose numbers nothing in flight or remembered can be taken for. "
        "zero: always 0. last_used_plus: one more than the last number used, which a crash forgets. free: any.",
        "RFC 9293 3.4.1; RFC 6528",
        {
            "fresh": _as_written,
            "zero": _isn(equal(isn, 0)),
            "last_used_plus": _last_used_plus,
            "free": _isn(TRUE),
        },
        "fresh",
    ),
    Knob(
        "rst_5961",
        "on: a reset must be exactly at RCV.NXT, others in the window are challenged. off: any in the window resets.",
        "RFC 5961 3.2; RFC 9293 3.10.7.4 second",
        {"on": _as_written, "off": _reset_anywhere_in_window},
        "on",
    ),
    Knob(
        "syn_5961",
        "on: a SYN in the window is challenged. off: it resets the connection, as in RFC 793.",
        "RFC 5961 4.2; RFC 9293 3.10.7.4 fourth",
        {"on": _as_written, "off": _syn_in_window_resets},
        "on",
    ),
    Knob(
        "time_wait_rst",
        "kill: an acceptable reset ends TIME-WAIT. ignore: it does not.",
        "RFC 9293 3.10.7.4 second; RFC 1337 section 3",
        {"kill": _as_written, "ignore": _time_wait_ignores_resets},
        "kill",
    ),
    Knob(
        "time_wait_restart",
        "literal: only a segment in the window starts 2MSL over. ack_bearing: so does an unacceptable one with an ACK.",
        "RFC 9293 3.10.7.4 fifth",
        {"literal": _as_written, "ack_bearing": _any_ack_restarts_time_wait},
        "literal",
    ),
)

ENVIRONMENT = (
    ("bits", "n: sequence numbers are residues modulo 2^n", "3 for exploration", "2 to 32"),
    ("window", "RCV.WND of both ends, constant", "2", "2 up to half the number space"),
    ("User.passive_opens, active_opens", "how often this user may call OPEN", "0", "0 to 15"),
    ("User.sends, closes, aborts", "how often this user may make the call", "0", "0 to 15"),
    ("User.crashes", "how often this host may crash", "0", "0 to 15"),
    ("User.retransmissions", "how often this end may send the front of its queue again", "0", "0 to 15, or None"),
    ("User.timeouts", "how often this end's user timeout may expire", "0", "0 to 15"),
    ("User.first_isn", "this end's first ISS; None leaves it to the policy, as later ones are", "None", "0 to 15"),
    ("User.wrong_calls", "whether this user also makes calls that are answered with an error", "False", "True, False"),
    ("Network.capacity", "how many segments each direction holds", "2", "1 to 8"),
    ("Network.when_full", "lose: a segment sent into a full direction is lost. block: the step is cut", "lose", ""),
    ("Network.lose, duplicate", "how many segments may be lost, or arrive and stay", "0", "0 to 15, or None"),
    ("Network.reorder", "on: any segment in flight may arrive. off: the oldest", "True", "True, False"),
    ("Network.old_duplicates", "on: segments outlive their incarnation. off: an OPEN empties the network", "True", ""),
    ("Time.msl, rto", "segment lifetime and retransmission timer, in ticks", "1, 2", "1 to 64"),
    (
        "Time.time_wait",
        "length of TIME-WAIT in ticks; 0 = it may end at once. Without Time: it ends at any moment",
        "3",
        "0 to 64",
    ),
    ("Time.prompt", "no tick passes while a segment is about to expire", "True", "True, False"),
)
"""The environment's knobs: name, meaning, default, range."""

_BY_NAME = {knob.name: knob for knob in KNOBS}


def vary(rules: Rules, chosen: Mapping[str, str | bool]) -> Rules:
    """The rules with each knob at the chosen value; `DefinitionError` says which values there are."""
    for name, value in chosen.items():
        if name not in _BY_NAME:
            raise DefinitionError(f"there is no knob {name!r}: {choices(name, _BY_NAME)}")
        knob = _BY_NAME[name]
        word = {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
        if word not in knob.values:
            raise DefinitionError(f"{name}={value!r} is out of range: {choices(word, knob.values)}")
        rules = knob.values[word](rules)
    return rules


def with_isn_policy(rules: Rules, policy: Term) -> Rules:
    """The rules with the open definition "the ISN policy allows it" bound, where a knob has not bound it."""

    def bind(event: str, block: object, row: Row) -> tuple[Row, ...]:
        if row.pick is None or row.pick.among is not isn_is_allowed:
            return (row,)
        return (replace(row, pick=Pick(isn, policy)),)

    return rules.map(bind)


def with_first_isn(rules: Rules, first: int) -> Rules:
    """The rules in which an endpoint's first ISS is given and later ones follow the policy."""
    given = implies(~isn_drawn, equal(isn, first))

    def bind(event: str, block: object, row: Row) -> tuple[Row, ...]:
        if row.pick is None:
            return (row,)
        return (replace(row, pick=Pick(isn, row.pick.among & given), set={**row.set, isn_drawn: TRUE}),)

    return rules.map(bind)
