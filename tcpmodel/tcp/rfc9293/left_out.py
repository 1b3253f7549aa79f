"""Lists of what the model leaves out, with reasons: parts of RFC 9293, rows no endpoint's segments fire, hazards."""

from __future__ import annotations

from typing import NamedTuple


class LeftOut(NamedTuple):
    """A part of RFC 9293's processing that is not modelled."""

    what: str
    rfc: str
    why: str


LEFT_OUT = (
    LeftOut("URG: urgent pointer and its signals", "3.10.7.4 sixth; 3.8.5", "changes no connection state"),
    LeftOut("security/compartment checks", "3.10.7.2 third; 3.10.7.4 third", "every segment is taken to match"),
    LeftOut(
        "SND.WND, SND.WL1, SND.WL2 updates; zero windows and their probes",
        "3.10.7.4 fifth; 3.8.6.1",
        "the window is a constant parameter, at least 2; SEND keeps to it, but CLOSE asks for no room: a FIN behind "
        "a full window is sent at once, lies outside the peer's window, and has to come again",
    ),
    LeftOut(
        "aggregation of ACKs",
        "3.10.7.4 first (MUST-58, MUST-59)",
        "a segment has one number at most and is processed alone, so there is one ACK for it and nothing to join",
    ),
    LeftOut(
        "the thresholds R1 and R2 and what is told at R1",
        "3.8.3 (MUST-20 to MUST-23, SHLD-9 to SHLD-11)",
        "the user timeout stands for R2 and may come at any moment; at R1 nothing changes",
    ),
    LeftOut(
        "text in a reset",
        "3.5.3 (SHLD-2)",
        "none is sent; a reset that carried text would be judged by the same rows",
    ),
    LeftOut(
        "congestion control, Nagle, delayed ACKs",
        "3.7; 3.8",
        "they decide when, not what; a lost ACK stands for a late one",
    ),
    LeftOut("options: MSS, timestamps, window scale, SACK", "3.1; RFC 7323", "no option is sent"),
    LeftOut("timestamp rules for a SYN in TIME-WAIT", "3.6.1; RFC 6191", "no option is sent"),
    LeftOut(
        "reopening from TIME-WAIT, the ACK range check, half-duplex CLOSE",
        "3.6.1 (MAY-1, MAY-2); 3.10.7.4 fifth (MAY-12)",
        "optional: the knobs time_wait_syn, half_duplex and ack_5961 bring them in",
    ),
    LeftOut(
        "challenge ACK throttling by a rate",
        "3.10.7.4; RFC 5961 section 7",
        "every challenge is sent; the knob throttled swallows all of a kind",
    ),
    LeftOut(
        "keeping text or a FIN that come with a SYN until ESTABLISHED",
        "3.10.7.2; 3.10.7.3",
        "the sender repeats them: the knob syn_text sends an octet, and keeps it",
    ),
    LeftOut(
        "holding text and FINs that are ahead of RCV.NXT",
        "3.10.7.4 (SHLD-31)",
        "the sender repeats them; the knob out_of_order holds them",
    ),
    LeftOut(
        "RECEIVE, STATUS, PUSH, reassembly into buffers",
        "3.10.3; 3.10.6",
        "text is handed over as it arrives; nothing else changes",
    ),
    LeftOut(
        "answers to each SEND and RECEIVE",
        "3.10.2 to 3.10.5; 3.10.7.4 fifth",
        "there are no buffers: SND.UNA shows what was acknowledged, the end of the connection that the rest was not",
    ),
    LeftOut(
        "OPEN without a remote socket, without access, without resources",
        "3.10.1",
        "both sockets are fixed and allowed",
    ),
    LeftOut(
        "ICMP, broadcast and multicast SYNs",
        "3.9.2",
        "one socket pair and its segments are the world",
    ),
    LeftOut("keep-alives, Fast Open, SYN cookies", "3.8.4; RFC 7413; RFC 4987", "optional: knobs bring them in"),
)

NEVER_FIRED = {
    "LISTEN drops anything else": "needs a segment with neither ACK, SYN nor RST, which no TCP sends",
}
"""A row that needs an injected segment, by name, with the reason."""

HAZARDS = tuple(f"H{number:02}" for number in range(1, 81))
"""The ids of the catalogue of hazards: what can go wrong with a connection, and what is said to prevent it."""

LEFT_OUT_HAZARDS = {
    "H58": "RFC 6191, a SYN in TIME-WAIT judged by its timestamp: no option is sent",
    "H59": "one memory of timestamps for all hosts behind a NAT: no option is sent, and there is one socket pair",
    "H70": "the side channel of a global limit on challenge ACKs: a hyperproperty, of two copies and a counter",
    "H71": "a forged ICMP error: there is no ICMP",
    "H73": "T/TCP delivers twice: its options are not sent",
}
"""Hazards that no spec shows, by id: what each is, and why it is left out."""
