"""Faults told by trackers of real stacks, each a change of rows in the notation, and the claim that catches it."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from tcp.playing import spec

from tcpmodel import explore, trace_of
from tcpmodel.tcp import RFC_9293, Rules, mutants, row
from tcpmodel.tcp.world.connection import sibling


class Case(NamedTuple):
    """A fault: who told it, the rules that have it, the spec and claim that catch it, and the fewest steps to it."""

    source: str
    rules: Rules
    spec: str
    claim: str
    steps: int


UNANSWERED = "SYN-SENT resets the sender of an unacceptable ACK"
UNACCEPTABLE = "an unacceptable segment is answered with an ACK"
ANSWER = "<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>"
GOES_ON: dict[str, Any] = {"goto": None, "forget": (), "tell": None, "ends": None}
DISPOSED: dict[str, Any] = {"goto": "CLOSED", "forget": "TCB"}


def first(name: str, **when: Any) -> Rules:
    """The rules with a new row of the first check in front of the answer to what is unacceptable."""
    return RFC_9293.before(UNACCEPTABLE, row(name, "3.10.7.4 first", **when))


CASES = (
    Case(
        "smoltcp #398: CLOSE enters FIN-WAIT-1 before its FIN leaves",
        RFC_9293.replacing("CLOSE waits until all is sent", goto="FIN-WAIT-1"),
        "close_behind_queued_text",
        "no_false_success",
        10,
    ),
    Case(
        "smoltcp #552: SYN-SENT does not reset a bad ACK",
        RFC_9293.replacing(UNANSWERED, send=None),
        "restart_without_loss",
        "is_found_out",
        4,
    ),
    Case(
        "smoltcp #470, zephyr #70507: LAST-ACK ends at any ACK",
        RFC_9293.replacing("LAST-ACK learns that its FIN arrived", when="LAST-ACK"),
        "everything_crosses",
        "no_false_success",
        6,
    ),
    Case(
        "smoltcp #338: a reset that fails the sequence check is answered",
        RFC_9293.replacing("an unacceptable reset is dropped", send=ANSWER),
        "reset_meets_syn_received",
        "is_dropped",
        5,
    ),
    Case(
        "FreeRTOS-Plus-TCP #1235: a challenge ACK acknowledges SEG.SEQ",
        RFC_9293.replacing("a reset that is not at RCV.NXT is challenged", send="<SEQ=SND.NXT><ACK=SEG.SEQ><CTL=ACK>"),
        "challenge_answered",
        "reset_takes_effect",
        6,
    ),
    Case(
        "utcp #24: no retransmission in CLOSE-WAIT",
        mutants.close_wait_repeats_nothing(RFC_9293),
        "sent_is_acknowledged",
        "sent_is_acknowledged",
        4,
    ),
    Case(
        "utcp #24, tried: none in FIN-WAIT-1",
        RFC_9293.before("the SYN is sent again", row("nothing is sent again", "3.10.8", when="FIN-WAIT-1")),
        "termination",
        "termination",
        4,
    ),
    Case(
        "picoTCP #10: a FIN is sent once",
        RFC_9293.replacing("the FIN is sent again", send=None),
        "termination",
        "termination",
        4,
    ),
    Case(
        "zephyr #46350: TIME-WAIT does not answer a repeated FIN",
        first("TIME-WAIT says nothing", when="TIME-WAIT").replacing(
            "TIME-WAIT acknowledges and starts over", send=None
        ),
        "last_ack_lost",
        "passive_closer_succeeds",
        17,
    ),
    Case(
        "zephyr #90086, FreeRTOS-Plus-TCP #700: the reset for a SYN acknowledges SEG.SEQ",
        RFC_9293.replacing("CLOSED resets the sender of anything else", send="<SEQ=0><ACK=SEG.SEQ><CTL=RST,ACK>"),
        "refused_port",
        "all_is_settled",
        5,
    ),
    Case(
        "gVisor #1132: a SYN is dropped silently in synchronised states",
        first("a SYN is dropped", when="SYN").replacing("a SYN in the window is challenged", send=None),
        "establishment",
        "leaves_syn_received",
        7,
    ),
    Case(
        "gVisor #2814: a caller in SYN-RECEIVED does not obey a reset",
        mutants.caller_ignores_resets_in_syn_received(RFC_9293),
        "reset_with_ack",
        "told_in_syn_received",
        7,
    ),
    Case(
        "seastar #1334: SYN-SENT does not obey an acceptable reset",
        RFC_9293.replacing("SYN-SENT is refused", **GOES_ON),
        "refused_port",
        "all_is_settled",
        5,
    ),
    Case(
        "warp17 #15: a repeated FIN has SEQ one too high",
        RFC_9293.replacing("the FIN is sent again", send="<SEQ=SND.UNA+1><ACK=RCV.NXT><CTL=FIN,ACK>"),
        "termination",
        "own_numbers",
        2,
    ),
    Case(
        "picotcp #67, netstack #13: no simultaneous open",
        RFC_9293.without("a SYN crosses ours"),
        "simultaneous_open",
        "deadlock_free",
        4,
    ),
    Case(
        "serenity #12329: a crossing SYN draws no SYN,ACK",
        RFC_9293.replacing("a SYN crosses ours", send=None),
        "simultaneous_open",
        "deadlock_free",
        4,
    ),
    Case(
        "passt: a repeated SYN resets SYN-RECEIVED",
        first(
            "a repeated SYN resets SYN-RECEIVED",
            when=("SYN-RECEIVED", "SYN"),
            send="<SEQ=SND.NXT><CTL=RST>",
            ends="reset",
            **DISPOSED,
        ),
        "establishment",
        "establishment",
        7,
    ),
    Case(
        "FreeBSD D40982: a RST,ACK is ignored in SYN-RECEIVED",
        mutants.syn_received_ignores_rst_ack(RFC_9293),
        "reset_with_ack",
        "told_in_syn_received",
        6,
    ),
    Case(
        "zephyr #106776: close() leaves the SYN timer",
        mutants.close_leaves_the_syn_timer(RFC_9293),
        "second_thoughts",
        "no_connection_without_owner",
        2,
    ),
    Case(
        "FreeRTOS-Plus-TCP #1301: a connect timeout leads to CLOSE-WAIT",
        mutants.timeout_leads_to_close_wait(RFC_9293),
        "timeout_in_every_state",
        "typing",
        2,
    ),
    Case(
        "nuttx #4022: a connection is disposed of in LAST-ACK",
        RFC_9293.replacing("CLOSE answers the peer's FIN with ours", ends="closed", **DISPOSED),
        "termination",
        "no_false_success",
        3,
    ),
    Case(
        "nyx-os #59: CLOSE sends the FIN and forgets",
        mutants.close_forgets(RFC_9293),
        "termination",
        "peer_hears_of_close",
        2,
    ),
    Case(
        "zephyr #728: CLOSE never sends its FIN",
        mutants.close_says_nothing(RFC_9293),
        "termination",
        "peer_hears_of_close",
        1,
    ),
    Case(
        "mtcp #78: a repeated SYN,ACK has a wrong number",
        RFC_9293.replacing("the SYN,ACK is sent again", send="<SEQ=SND.NXT><ACK=RCV.NXT><CTL=SYN,ACK>"),
        "establishment",
        "own_numbers",
        4,
    ),
    Case(
        "picoTCP #248: a RST,ACK is ignored in ESTABLISHED",
        mutants.established_ignores_rst_ack(RFC_9293),
        "reset_with_ack",
        "told_when_established",
        7,
    ),
    Case(
        "serenity #9485: a reset is answered with a reset",
        RFC_9293.replacing("CLOSED drops a reset", send="<SEQ=SEG.ACK><CTL=RST>"),
        "reset_with_ack",
        "no_stale_control",
        9,
    ),
    Case(
        "picoTCP #114: a bad ACK in SYN-SENT is answered with the SYN",
        RFC_9293.replacing(UNANSWERED, send="<SEQ=ISS><CTL=SYN>"),
        "restart_without_loss",
        "is_found_out",
        4,
    ),
    Case(
        "Linux TCP_DEFER_ACCEPT: the third ACK is dropped for want of text",
        RFC_9293.before(
            "an ACK of our SYN establishes the connection",
            row("an ACK without text waits", "tcp(7)", when=("SYN-RECEIVED", "no text", "no FIN")),
        ),
        "establishment",
        "establishment",
        7,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.source)
def test_a_fault_that_a_stack_had_is_caught_by_a_claim_that_holds_without_it(case: Case) -> None:
    found = spec(case.spec)
    claim = found.claim(case.claim)
    verdict = explore(sibling(found.system, rules=case.rules), [claim]).verdicts[claim.name]
    assert (claim.expected, verdict.word, len(trace_of(verdict) or ())) == ("holds", "fails", case.steps)
