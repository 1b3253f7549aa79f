"""Traceability of RFC 9293's numbered requirements on a connection's life: the rows, knobs and claims that keep each.

The numbers are those of the RFC's appendix B, the words ours.  What is left out, or kept in part, says why; the
requirements that no connection state depends on are listed by what they are about.
"""

from __future__ import annotations

from typing import NamedTuple


class Requirement(NamedTuple):
    """A requirement: the rows, `knob=value`s and `spec.claim`s that keep it, and a note."""

    number: str
    about: str
    rows: tuple[str, ...] = ()
    knobs: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    note: str = ""
    is_left_out: bool = False
    """Whether nothing keeps it; rows, where there are any, say so."""


NO_TIMESTAMPS = "no option is sent"
ONE_PAIR = "one pair of sockets is all there is, and both addresses are valid"
NO_ICMP = "there is no ICMP"
CONSTANT_WINDOW = "the window is a constant, at least 2"
ONE_SEGMENT = "a segment has one number at most and is processed alone, so there is one ACK for it"
ANY_MOMENT = "in part: the user timeout stands for R2 and may come at any moment; nothing happens at R1"
USER_TIMEOUT = "the user timeout ends the connection"


def _left_out(number: str, about: str, *, why: str) -> Requirement:
    return Requirement(number, about, note=f"left out: {why}", is_left_out=True)


REQUIREMENTS = (
    # ISN selection.
    Requirement(
        "MUST-8",
        "an ISN generator driven by a clock",
        knobs=("isn=clock",),
        claims=("isn_clock_keeps_ahead.no_stale_data", "isn_clock_and_time_wait.no_stale_data"),
        note="by default any ISS that nothing old can be taken for (isn=fresh), which is what the clock is for",
    ),
    Requirement(
        "SHLD-1",
        "an ISN that nobody can guess",
        claims=("unpredictable_isn.authenticity",),
        note="what an attacker knows is said in Attacker.knows; there is no function to compute",
    ),
    Requirement(
        "MUST-9",
        "nobody outside can compute the ISN's secret part",
        claims=("predictable_isn.authenticity",),
        note="where he can, the claim fails, as it should",
    ),
    # Opening.
    Requirement(
        "MUST-10",
        "two OPENs that cross",
        rows=("a SYN crosses ours",),
        claims=("simultaneous_open.both_established", "crossing_opens.both_established"),
    ),
    Requirement(
        "MUST-11",
        "SYN-RECEIVED knows whether it came from LISTEN or SYN-SENT",
        rows=("a reset sends a listener back to LISTEN", "a reset refuses a simultaneous OPEN"),
        claims=("crossing_opens.callers_never_listen", "passive_life.no_listener_again"),
    ),
    Requirement(
        "MUST-41",
        "a passive OPEN leaves other connections alone",
        rows=("a second passive OPEN leaves the first alone", "a passive OPEN meets an existing connection"),
    ),
    _left_out("MUST-42", "LISTEN beside a connection on the same port", why=ONE_PAIR),
    _left_out("MUST-43", "OPEN with a local address", why=ONE_PAIR),
    _left_out("MUST-44", "IP chooses the local address of a SYN", why=ONE_PAIR),
    _left_out("MUST-45", "later segments keep that address", why=ONE_PAIR),
    _left_out("MUST-46", "no OPEN to an invalid address", why=ONE_PAIR),
    _left_out("MUST-57", "a SYN to a group address is dropped", why=ONE_PAIR),
    _left_out("MUST-63", "a SYN from an invalid address is dropped", why=ONE_PAIR),
    # Closing.
    Requirement(
        "SHLD-2",
        "a reset may carry text",
        rows=("a reset ends the connection",),
        note="none is sent; one that arrives with text is judged by the same rows",
    ),
    Requirement(
        "MUST-12",
        "the user learns whether the peer closed or aborted",
        rows=(
            "a reset ends the connection",
            "a reset cuts a closing connection short",
            "a FIN closes the peer's half",
            "a FIN crosses ours",
            "a FIN ends the wait of FIN-WAIT-2",
        ),
        claims=("user_is_told.user_is_told",),
    ),
    Requirement(
        "MAY-1",
        "CLOSE in both directions at once",
        knobs=("half_duplex=on",),
        claims=("half_duplex_close.nobody_is_reset",),
        note="the claim fails, as it should: text after CLOSE has no reader",
    ),
    Requirement(
        "SHLD-3",
        "a reset shows that text found no reader",
        rows=("text after CLOSE is answered with a reset",),
        knobs=("half_duplex=on",),
        note="in part: only for text that arrives after CLOSE; text that waits at CLOSE has been handed over",
    ),
    Requirement(
        "MUST-13",
        "TIME-WAIT lasts 2MSL",
        rows=("TIME-WAIT has lasted long enough",),
        claims=("long_time_wait_old_octet.no_stale_data", "time_wait_restarted_by_any_ack.no_old_segment_from_b"),
        note="Time.time_wait is the length; `tcpmodel sweep time-wait` shows what breaks below which",
    ),
    Requirement(
        "MAY-2",
        "a SYN reopens TIME-WAIT",
        rows=("a higher SYN reopens TIME-WAIT", "a reset returns a reopened connection to TIME-WAIT"),
        knobs=("time_wait_syn=may2",),
        claims=("time_wait_reopened.no_stale_data", "time_wait_taken_up_again.time_wait_integrity"),
    ),
    _left_out("SHLD-4", "timestamps shorten TIME-WAIT", why=NO_TIMESTAMPS),
    # Acknowledging.
    _left_out("MUST-58", "ACKs are joined where they can be", why=ONE_SEGMENT),
    _left_out("MUST-59", "what is queued is processed before an ACK is sent", why=ONE_SEGMENT),
    Requirement(
        "SHLD-31",
        "segments ahead of RCV.NXT are held",
        rows=("text ahead of RCV.NXT is not kept", "a FIN ahead of RCV.NXT is not kept"),
        note="left out, as these rows say: the sender repeats them",
        is_left_out=True,
    ),
    _left_out("MAY-13", "an ACK for a segment ahead of RCV.NXT", why="no ACK is sent for what is not kept"),
    Requirement(
        "MAY-12",
        "an ACK must be within what was sent or within a window before",
        rows=("an ACK outside the range is challenged",),
        knobs=("ack_5961=on",),
        claims=("blind_text.no_stale_data",),
    ),
    # Giving up.
    Requirement(
        "MUST-20",
        "a connection is closed after R2 retransmissions",
        (USER_TIMEOUT,),
        (),
        ("user_timeout.gives_up",),
        ANY_MOMENT,
    ),
    Requirement("MUST-21", "the application sets R2", (USER_TIMEOUT,), note="User.timeouts says whether it may expire"),
    _left_out("SHLD-9", "the application hears of R1", why="nothing happens at R1"),
    _left_out("SHLD-10", "the value of R1", why="nothing happens at R1"),
    Requirement("SHLD-11", "the value of R2", (USER_TIMEOUT,), note=ANY_MOMENT),
    Requirement(
        "MUST-22",
        "SYNs are given up in the same way",
        ("the SYN is sent again", USER_TIMEOUT),
        claims=("user_timeout.gives_up",),
    ),
    Requirement("MUST-23", "the value of R2 for a SYN", (USER_TIMEOUT,), note=ANY_MOMENT),
    Requirement(
        "MUST-47",
        "soft errors are reported to the application",
        claims=("user_is_told.user_is_told",),
        note="in part: what ends a connection is told; soft errors are R1's, ICMP's and the urgent pointer's",
    ),
    _left_out("SHLD-20", "such reports can be turned off", why="see MUST-47"),
    # Keep-alives.
    Requirement(
        "MAY-5",
        "keep-alives",
        ("an idle end probes its peer",),
        ("keep_alive=one", "keep_alive=two"),
        ("keep_alive_cures.found_out_by_a_probe",),
    ),
    Requirement("MUST-24", "the application turns them on and off", knobs=("keep_alive=one",), note="the knob does"),
    Requirement("MUST-25", "they are off by default", knobs=("keep_alive=off",)),
    Requirement(
        "MUST-26",
        "only an idle end probes",
        ("an idle end probes its peer",),
        ("keep_alive=two",),
        note="nothing is outstanding and nothing in flight",
    ),
    _left_out("MUST-27", "their interval can be set", why="it is longer than anything is in flight"),
    _left_out("MUST-28", "the interval is two hours or more", why="it is longer than anything is in flight"),
    Requirement(
        "MUST-29",
        "one probe without an answer ends nothing",
        ("an unanswered end gives up",),
        ("keep_alive=two",),
        ("keep_alive_one_miss.nobody_gives_up_a_healthy_peer",),
    ),
    Requirement("SHLD-12", "a probe has no text", ("an idle end probes its peer",), ("keep_alive=two",)),
    _left_out("MAY-6", "a probe may have an octet", why="ours has none"),
    # The window, where a FIN or a connection depends on it.
    _left_out("MUST-66", "RST is obeyed though the window is zero", why=CONSTANT_WINDOW),
    _left_out("MUST-34", "the sender bears a window that shrinks", why=CONSTANT_WINDOW),
    _left_out("MUST-35", "zero windows are probed as usual", why=CONSTANT_WINDOW),
    _left_out("MUST-36", "zero windows are probed", why=CONSTANT_WINDOW),
    _left_out("MUST-37", "a connection outlives a zero window", why=CONSTANT_WINDOW),
    _left_out("MAY-8", "the window stays zero", why=CONSTANT_WINDOW),
    _left_out("SHLD-17", "text behind the right edge ends no connection", why=CONSTANT_WINDOW),
    _left_out("SHLD-29", "when a zero window is probed first", why=CONSTANT_WINDOW),
    _left_out("SHLD-30", "probes become rarer", why=CONSTANT_WINDOW),
    # ICMP, where it aborts.
    _left_out("MUST-54", "ICMP is heard", why=NO_ICMP),
    _left_out("SHLD-25", "soft ICMP errors are told", why=NO_ICMP),
    _left_out("MUST-56", "soft ICMP errors abort nothing", why=NO_ICMP),
    _left_out("SHLD-26", "hard ICMP errors abort", why=NO_ICMP),
)

ELSEWHERE = {
    "the window field and its arithmetic; no state depends on them": "MUST-1 REC-1 SHLD-14 SHLD-15 SHLD-16 MAY-7",
    "checksums: a damaged segment is a lost one": "MUST-2 MUST-3",
    "options and the sizes of segments: none is sent": (
        "MUST-4 MUST-5 MUST-6 MUST-7 MUST-14 MUST-15 MUST-16 MUST-64 MUST-65 MUST-67 MUST-68 MUST-69 "
        "SHLD-5 SHLD-6 MAY-3"
    ),
    "when text is sent, and how much at once": "MUST-17 MUST-38 MUST-39 SHLD-7 SHLD-28",
    "when an ACK is sent: a lost one stands for a late one": "MUST-40 SHLD-18 SHLD-19",
    "how long the retransmission timer is, and congestion": "MUST-18 MUST-19 MAY-4 MAY-18 SHLD-8",
    "PUSH and FLUSH: text is handed over as it comes": "MUST-60 MUST-61 SHLD-27 MAY-14 MAY-15 MAY-16 MAY-17",
    "the urgent pointer": "MUST-30 MUST-31 MUST-32 MUST-33 MUST-62 SHLD-13",
    "fields and options of IP, and ICMP that is dropped": (
        "MUST-48 MUST-49 MUST-50 MUST-51 MUST-52 MUST-53 MUST-55 SHLD-21 SHLD-22 SHLD-23 SHLD-24 MAY-9 MAY-10 MAY-11"
    ),
}
"""The other requirements by what they are about, which no connection state depends on."""
