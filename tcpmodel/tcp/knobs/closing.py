"""The letter of RFC 9293 where closing departs from it: a second FIN, and CLOSE behind queued text."""

from __future__ import annotations

from dataclasses import replace

from tcpmodel.language.terms import TRUE, at_least
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.rfc9293.checks import CONSUME_FIN, PEER_CLOSES, fin_at_rcv_nxt
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.rfc9293.segment import ACK_SEGMENT, ctl
from tcpmodel.tcp.rfc9293.tcb import CLOSING, ESTABLISHED, FIN_WAIT_1, TIME_WAIT, in_state, queued, state

IGNORED, IN_TIME_WAIT = "a FIN after the peer's FIN is ignored", "a FIN in TIME-WAIT starts 2MSL over"


def second_fin_is_acknowledged(rules: Rules) -> Rules:
    """A second FIN at RCV.NXT is answered with an ACK, and RCV.NXT stays."""
    answer = Row(
        "a FIN after the peer's FIN is acknowledged",
        "3.10.7.4 eighth",
        send=ACK_SEGMENT,
        reading="the ACK is sent, RCV.NXT is not advanced",
    )
    waiting = replace(rules.row(IN_TIME_WAIT), send=ACK_SEGMENT)
    return _answered_once(rules).replaced(IGNORED, answer).replaced(IN_TIME_WAIT, waiting)


def second_fin_is_consumed(rules: Rules) -> Rules:
    """A second FIN at RCV.NXT is taken like the first: RCV.NXT advances over it."""
    taken = Row(
        "a FIN after the peer's FIN is consumed",
        "3.10.7.4 eighth",
        set=CONSUME_FIN,
        send=ACK_SEGMENT,
        tell=PEER_CLOSES,
        consumes=True,
        reading="to the letter; the peer sends one FIN, so this one is not his",
    )
    waiting = rules.row(IN_TIME_WAIT)
    again = replace(
        waiting,
        set={**waiting.set, **CONSUME_FIN},
        send=ACK_SEGMENT,
        tell=PEER_CLOSES,
        consumes=True,
        reading=taken.reading,
    )
    return _answered_once(rules).replaced(IGNORED, taken).replaced(IN_TIME_WAIT, again)


def _answered_once(rules: Rules) -> Rules:
    """The rules in which the fifth check of TIME-WAIT leaves the answer to a FIN to the eighth."""
    return rules.preceded(
        "TIME-WAIT acknowledges and starts over",
        Row(
            "TIME-WAIT leaves the answer to a FIN to the eighth check",
            "3.10.7.4 fifth (MUST-58)",
            when=(in_state(TIME_WAIT), ctl.fin, fin_at_rcv_nxt),
            more=True,
            reading="one ACK for both checks",
        ),
    )


def close_changes_state_at_once(rules: Rules) -> Rules:
    """CLOSE enters FIN-WAIT-1 "in any case"; the queue and the FIN go out from there, and from CLOSING."""
    waits = at_least(queued.text, 1)
    at_once = Row(
        "CLOSE changes the state before its FIN is sent",
        "3.10.4",
        when=(in_state(ESTABLISHED), waits),
        set={queued.fin: TRUE},
        goto=FIN_WAIT_1,
    )
    later = Row(
        "a CLOSE that waited changes the state before its FIN is sent",
        "3.10.4",
        when=(queued.fin, waits),
        goto=FIN_WAIT_1,
    )
    rules = rules.preceded("CLOSE waits until all is sent", at_once).preceded("a queued octet is sent", later)
    for name in (
        "FIN-WAIT-1 learns that its FIN arrived",
        "CLOSING learns that its FIN arrived",
        "the FIN is sent again",
    ):
        rules = rules.changed(name, when=(*rules.row(name).when, ~queued.fin))
    return rules.extended("queue is sent", *rules.events["queue is sent"], _queue_behind_close(rules))


def _queue_behind_close(rules: Rules) -> FirstMatch:
    """The block that goes on sending what was queued after CLOSE has already left ESTABLISHED."""
    octet, fin = rules.row("a queued octet is sent"), rules.row("a queued CLOSE sends its FIN")
    rows = (
        replace(octet, name="a queued octet is sent after CLOSE", rfc="3.10.4"),
        replace(fin, name="the FIN follows what was queued", goto=None),
    )
    return FirstMatch("what was queued is sent", state, (FIN_WAIT_1, CLOSING), rows)
