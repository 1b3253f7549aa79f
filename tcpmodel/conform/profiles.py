"""Profiles: which assumptions an explanation may use, by the name of a stack or of a reading of the RFC.

`strict` allows RFC 9293's rows alone; `rfc9293` the options that RFCs permit as well; a stack's name those of its
profile (`tcp/knobs/profiles/`) besides; `any` every deviation that is known here.  What is of the environment, a
crash or a capture that begins late, is allowed in all of them: no profile can rule it out, so it is named where it is
needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import chain

from tcpmodel.conform import assumptions
from tcpmodel.conform.assumptions import Assumption, Kind
from tcpmodel.errors import UsageError, choices
from tcpmodel.tcp.knobs.stacks import profile, profiles

STRICT, RFC, ANY = "strict", "rfc9293", "any"

ALL = tuple(a for a in vars(assumptions).values() if isinstance(a, Assumption))
"""Every assumption there is."""

BY_KNOB: Mapping[tuple[str, str], tuple[Assumption, ...]] = {
    ("abort_reset", "ack"): (assumptions.ABORT_WITH_ACK,),
    ("abort_reset", "closing"): (assumptions.ABORT_WITH_ACK, assumptions.ABORT_WHILE_CLOSING),
    ("ack_5961", "sent"): (assumptions.OLD_ACK_CHALLENGED,),
    ("fin_wait_2", "forgets"): (assumptions.FIN_WAIT_2_ENDS,),
    ("handshake_ack", "rfc793"): (assumptions.ACK_OF_ISS,),
    ("half_duplex", "on"): (assumptions.HALF_DUPLEX,),
    ("listener", "cookies"): (assumptions.SYN_COOKIE,),
    ("out_of_order", "held"): (assumptions.HELD,),
    ("rst_5961", "off"): (assumptions.RESET_IN_WINDOW,),
    ("second_fin", "consumed"): (assumptions.FIN_TWICE,),
    ("second_syn", "challenged"): (assumptions.SYN_CHALLENGED,),
    ("second_syn", "reset"): (assumptions.SYN_RECEIVED_RESETS,),
    ("sequence_test", "linux_acks"): (assumptions.LINUX_WINDOW,),
    ("syn_5961", "off"): (assumptions.SYN_RESETS,),
    ("time_wait_rst", "ignore"): (assumptions.DEAF_TIME_WAIT,),
    ("time_wait_syn", "may2_no_return"): (assumptions.REOPENS,),
}
"""What a knob's value is to a judge.  Other values leave what a capture may show as it is."""


def names() -> tuple[str, ...]:
    """The names of the profiles that a judge knows."""
    return (STRICT, RFC, *profiles(), ANY)


def both(name: str) -> tuple[str, str]:
    """The profiles of A and of B: of both, or each named as in `A=linux,B=lwip`; who is not named may do anything."""
    if "=" not in name:
        return name, name
    given = dict(part.split("=", 1) for part in name.split(",") if "=" in part)
    if given.keys() - {"A", "B"} or name.count(",") + 1 != len(given):
        raise UsageError(f"--profile {name!r} names no ends: write for example --profile A=linux,B=lwip")
    return given.get("A", ANY), given.get("B", ANY)


@cache
def allowed(name: str) -> frozenset[Assumption]:
    """What a profile allows; `UsageError` says which profiles there are."""
    if name not in names():
        raise UsageError(f"there is no profile {name!r}: {choices(name, names())}")
    if name == ANY:
        return frozenset(ALL)
    kinds = {Kind.ENVIRONMENT} if name == STRICT else {Kind.ENVIRONMENT, Kind.OPTION}
    return frozenset(a for a in ALL if a.kind in kinds) | of_stack(name)


def of_stack(name: str) -> frozenset[Assumption]:
    """What a stack's profile names beside RFC 9293's rows; an option among it is allowed anyway."""
    if name in (STRICT, RFC):
        return frozenset()
    stack = profile(name)
    named = {a.name: a for a in ALL}
    by_knob = (BY_KNOB.get(chosen, ()) for chosen in stack.knobs.items())
    return frozenset({*chain(*by_knob)} | {named[name] for name in stack.assumes})
