"""Table of knobs (features, variants): every departure from RFC 9293 and every choice within it, and the environment's.

The changes themselves stand beside it: `handshakes`, `isn`, `protections`, `choices`, `waiting`, `closing`,
`extensions`, `segmenting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tcpmodel.systems.system import Variable
from tcpmodel.tcp.knobs import choices, closing, extensions, handshakes, isn, protections, segmenting, waiting
from tcpmodel.tcp.rfc9293.rules import Edit, as_written
from tcpmodel.tcp.rfc9293.tcb import isn_clock, last_nxt


@dataclass(frozen=True)
class Knob:
    """A named choice: its values with the change each makes to the rules, meaning and citation.

    `remembers` gives what an endpoint has to remember besides, by value.
    """

    name: str
    meaning: str
    cite: str
    values: Mapping[str, Edit]
    default: str
    remembers: Mapping[str, tuple[Variable, ...]] = field(default_factory=dict)


KNOBS = (
    Knob(
        "handshake",
        "three: RFC 9293. two_blind: a listener is ESTABLISHED at the first SYN, a caller at any SYN,ACK. "
        "two_echo: the caller also checks that its own SYN is acknowledged. split: a listener answers with a SYN.",
        "RFC 9293 3.5",
        {
            "three": as_written,
            "two_blind": handshakes.two_blind,
            "two_echo": handshakes.two_echo,
            "split": handshakes.split,
        },
        "three",
    ),
    Knob(
        "syn_received_repeats",
        "what an end that called sends again in SYN-RECEIVED. syn_ack: its SYN with an ACK. syn: its SYN as it was.",
        "RFC 9293 3.10.8",
        {"syn_ack": as_written, "syn": handshakes.syn_is_repeated_bare},
        "syn_ack",
    ),
    Knob(
        "repeated_syn",
        "the answer of SYN-RECEIVED to the SYN that brought it there. ack: an ACK, as to anything outside the window. "
        "syn_ack: its SYN,ACK again.",
        "RFC 9293 3.10.7.4 first",
        {"ack": as_written, "syn_ack": handshakes.repeated_syn_draws_syn_ack},
        "ack",
    ),
    Knob(
        "rst_5961",
        "on: a reset must be exactly at RCV.NXT, others in the window are challenged. off: any in the window resets.",
        "RFC 5961 3.2; RFC 9293 3.10.7.4 second",
        {"on": as_written, "off": protections.reset_anywhere_in_window},
        "on",
    ),
    Knob(
        "syn_5961",
        "on: a SYN in the window is challenged. off: it resets the connection, as in RFC 793.",
        "RFC 5961 4.2; RFC 9293 3.10.7.4 fourth",
        {"on": as_written, "off": protections.syn_in_window_resets},
        "on",
    ),
    Knob(
        "ack_5961",
        "off: text with any old ACK is processed. on: an ACK older than a window is challenged. sent: so is one of "
        "what was never sent, the ISS and what lies below it, as by Linux since 6.7.",
        "RFC 5961 5.2; RFC 9293 3.10.7.4 fifth (MAY-12)",
        {
            "off": as_written,
            "on": protections.ack_must_be_plausible,
            "sent": protections.ack_must_be_of_what_was_sent,
        },
        "off",
    ),
    Knob(
        "unsent_ack",
        "an ACK of what was never sent. answered: with an ACK. dropped: by an ESTABLISHED end, without a word.",
        "RFC 9293 3.10.7.4 fifth",
        {"answered": as_written, "dropped": protections.acks_of_nothing_sent_are_dropped},
        "answered",
    ),
    Knob(
        "listener_timeout",
        "the user timeout of a listener in SYN-RECEIVED. closes: the listener is gone. listens: it is back in LISTEN.",
        "RFC 9293 3.10.8",
        {"closes": as_written, "listens": handshakes.timeout_returns_to_listen},
        "closes",
    ),
    Knob(
        "abort_reset",
        "the reset that ABORT sends. bare: <CTL=RST>. ack: <CTL=RST,ACK>, as most hosts send it. closing: so, and also "
        "in SYN-SENT, CLOSING and LAST-ACK, as lwIP 2.1.3 does.",
        "RFC 9293 3.10.5",
        {
            "bare": as_written,
            "ack": protections.abort_acknowledges,
            "closing": protections.abort_resets_while_closing,
        },
        "bare",
    ),
    Knob(
        "second_fin",
        "a FIN at RCV.NXT after the peer's FIN. ignored. acknowledged: with an ACK, and RCV.NXT stays. consumed: to "
        "the letter, RCV.NXT advances, the ACK is sent and the user told.",
        "RFC 9293 3.10.7.4 eighth",
        {
            "ignored": as_written,
            "acknowledged": closing.second_fin_is_acknowledged,
            "consumed": closing.second_fin_is_consumed,
        },
        "ignored",
    ),
    Knob(
        "queued_close",
        "CLOSE behind queued text in ESTABLISHED. waits: the state changes when the FIN is sent. at_once: to the "
        "letter, when the call is made.",
        "RFC 9293 3.10.4",
        {"waits": as_written, "at_once": closing.close_changes_state_at_once},
        "waits",
    ),
    Knob(
        "ahead",
        "text or a FIN in the window, ahead of RCV.NXT. silent: no answer. acknowledged: an ACK says what is missing.",
        "RFC 9293 3.8.6.3 (MAY-13)",
        {"silent": as_written, "acknowledged": choices.ahead_is_acknowledged},
        "silent",
    ),
    Knob(
        "out_of_order",
        "text or a FIN in the window, ahead of RCV.NXT. dropped: the sender repeats it. held: it arrives again.",
        "RFC 9293 3.10.7.4 (SHLD-31)",
        {"dropped": as_written, "held": choices.ahead_is_held},
        "dropped",
    ),
    Knob(
        "handshake_ack",
        "the ACK that ends SYN-RECEIVED. new: SND.UNA < SEG.ACK. rfc793: SND.UNA =< SEG.ACK, the ISS itself will do.",
        "RFC 9293 3.10.7.4 fifth; erratum 3301",
        {"new": as_written, "rfc793": choices.ack_of_nothing_new_establishes},
        "new",
    ),
    Knob(
        "syn_text",
        "off: a SYN is empty. on: a caller's SYN carries the first octet, which is not kept and comes again. kept: "
        "who takes it keeps it, and delivers it once its own SYN is acknowledged.",
        "RFC 9293 3.5, 3.10.7.2 third and 3.10.7.3 fourth",
        {"off": as_written, "on": choices.syn_carries_text, "kept": choices.syn_text_is_kept},
        "off",
    ),
    Knob(
        "segments",
        "how text is cut into segments. octets: one octet each, a FIN alone. any: any number of octets, with a FIN "
        "or without, and cut anew when sent again.",
        "RFC 9293 3.10.2, 3.10.8; RFC 1122 4.2.2.15",
        {"octets": as_written, "any": segmenting.any_segments},
        "octets",
    ),
    Knob(
        "time_wait_rst",
        "kill: an acceptable reset ends TIME-WAIT. ignore: it does not.",
        "RFC 9293 3.10.7.4 second; RFC 1337 section 3",
        {"kill": as_written, "ignore": waiting.ignores_resets},
        "kill",
    ),
    Knob(
        "time_wait_restart",
        "literal: only a segment in the window starts 2MSL over. ack_bearing: so does an unacceptable one with an ACK. "
        "fin: only a FIN does, also one that comes again. never: nothing does.",
        "RFC 9293 3.10.7.4 fifth",
        {
            "literal": as_written,
            "ack_bearing": waiting.restarted_by_any_ack,
            "fin": waiting.restarted_by_fin,
            "never": waiting.never_restarted,
        },
        "literal",
    ),
    Knob(
        "time_wait_syn",
        "spec: a SYN in TIME-WAIT is answered with an ACK. may2: a higher one reopens, and if it proves old TIME-WAIT "
        "is taken up again. may2_no_return: it is not. drop: a SYN is dropped.",
        "RFC 9293 3.6.1 (MAY-2)",
        {
            "spec": as_written,
            "may2": waiting.reopens_and_returns,
            "may2_no_return": waiting.reopens_for_good,
            "drop": waiting.drops_syns,
        },
        "spec",
        {"may2": waiting.REMEMBERS_TIME_WAIT, "may2_no_return": waiting.REMEMBERS_REOPENING},
    ),
    Knob(
        "sequence_test",
        "rfc: table 6. linux: what neither ends in front of the window nor begins behind it, and a crossing SYN,ACK. "
        "linux_acks: so, and the crossing SYN,ACK is answered with an ACK.",
        "RFC 9293 3.10.7.4 first",
        {
            "rfc": as_written,
            "linux": handshakes.linux_sequence_test,
            "linux_acks": choices.crossing_syn_ack_is_acknowledged,
        },
        "rfc",
    ),
    Knob(
        "fin_wait_2",
        "waits: for the peer's FIN, however long. forgets: a timer may end it.",
        "RFC 9293 3.6",
        {"waits": as_written, "forgets": waiting.fin_wait_2_is_forgotten},
        "waits",
    ),
    Knob(
        "half_duplex",
        "off: text that arrives after CLOSE is delivered. on: it is answered with a reset.",
        "RFC 9293 3.6.1 (MAY-1, SHLD-3)",
        {"off": as_written, "on": waiting.text_after_close_resets},
        "off",
    ),
    Knob(
        "listener",
        "tcb: a listener remembers a SYN in SYN-RECEIVED. cookies: nothing until its answer is acknowledged.",
        "RFC 4987 3.6",
        {"tcb": as_written, "cookies": extensions.syn_cookies},
        "tcb",
    ),
    Knob(
        "fast_open",
        "off: a SYN is empty. on: it carries the first octet, which the listener hands over at once.",
        "RFC 7413",
        {"off": as_written, "on": extensions.fast_open},
        "off",
    ),
    Knob(
        "backlog",
        "how many half-open connections of strangers a listener can hold: unlimited, one, two.",
        "RFC 4987 2",
        {"unlimited": as_written, "one": extensions.backlog(1), "two": extensions.backlog(2)},
        "unlimited",
        {"one": extensions.counts_places(1), "two": extensions.counts_places(2)},
    ),
    Knob(
        "accept_queue",
        "open. full: the ACK that would establish a listener is dropped until the application accepts.",
        "RFC 9293 3.10.7.4 fifth",
        {"open": as_written, "full": extensions.accept_queue},
        "open",
        {"full": (Variable(extensions.queue_is_full, initial=1),)},
    ),
    Knob(
        "second_syn",
        "a SYN in the window of a listener's SYN-RECEIVED. listen: it is back in LISTEN, without a word. reset: with a "
        "reset. challenged: it stays, and answers with an ACK.",
        "RFC 9293 3.10.7.4 fourth",
        {"listen": as_written, "reset": choices.second_syn_is_reset, "challenged": choices.second_syn_is_challenged},
        "listen",
    ),
    Knob(
        "throttled",
        "what a throttle swallows. nothing. challenges: every challenge ACK. all: also every ACK that answers a "
        "segment outside the window.",
        "RFC 5961 7",
        {
            "nothing": as_written,
            "challenges": protections.challenges_are_swallowed,
            "all": protections.all_replies_are_swallowed,
        },
        "nothing",
    ),
    Knob(
        "abort_time_wait",
        "off: who resets its peer is CLOSED. on: it waits in TIME-WAIT.",
        "RFC 9293 3.5.2 and 3.10.5",
        {"off": as_written, "on": waiting.abort_waits},
        "off",
    ),
    Knob(
        "keep_alive",
        "off. one, two: an idle end probes, and gives up after so many probes without an answer.",
        "RFC 9293 3.8.4",
        {"off": as_written, "one": waiting.keep_alive(1), "two": waiting.keep_alive(2)},
        "off",
        {"one": waiting.counts_probes(1), "two": waiting.counts_probes(2)},
    ),
    Knob(
        "isn",
        "which ISS may be chosen. fresh: any whose numbers nothing in flight or remembered can be taken for. "
        "apart: fresh, and old numbers do not lie just below the new ones either. "
        "zero: always 0. last_used_plus: one more than the last number used, which a crash forgets. "
        "monotone: none behind the last number used, even after a crash. clock: what a clock says. free: any.",
        "RFC 9293 3.4.1; RFC 6528",
        {
            "fresh": as_written,
            "apart": as_written,
            "zero": isn.zero,
            "last_used_plus": isn.last_used_plus,
            "monotone": isn.monotone,
            "clock": isn.by_clock,
            "free": isn.free,
        },
        "fresh",
        {
            "last_used_plus": (Variable(last_nxt),),
            "monotone": (Variable(last_nxt),),
            "clock": (Variable(isn_clock),),
        },
    ),
)
"""In the order in which they change the rules: those that change rows of a kind behind those that bring such rows."""

ENVIRONMENT = (
    ("bits", "n: sequence numbers are residues modulo 2^n", "3 for exploration", "2 to 32"),
    ("window", "RCV.WND of both ends, constant", "2", "2 up to half the number space"),
    ("Attacker.target", "the end that is sent forged segments, in the other's name", "B", "A or B"),
    ("Attacker.resets, syns, octets, fins, tails, acks", "how many segments may be forged", "0", "0 to 15, or None"),
    ("Attacker.floods", "how many SYNs strangers may send to fill the backlog", "0", "0 to 15, or None"),
    (
        "Attacker.knows",
        "seq: the target's RCV.NXT. ack: its SND.NXT. The rest he guesses wrongly",
        "()",
        "",
    ),
    ("Attacker.misses_by", "by how much at least a guess is wrong", "1", "1 to half the number space"),
    ("User.passive_opens, active_opens", "how often this user may call OPEN", "0", "0 to 15"),
    ("User.sends, closes, aborts", "how often this user may make the call", "0", "0 to 15"),
    ("User.crashes", "how often this host may crash", "0", "0 to 15"),
    ("User.retransmissions", "how often this end may send the front of its queue again", "0", "0 to 15, or None"),
    ("User.timeouts", "how often this end's user timeout may expire", "0", "0 to 15"),
    ("User.first_isn", "this end's first ISS; None leaves it to the policy, as later ones are", "None", "0 to 15"),
    ("User.isn", "this end's ISN policy; None leaves it to the knob isn", "None", "the knob's values"),
    ("User.wrong_calls", "whether this user also makes calls that are answered with an error", "False", "True, False"),
    ("User.window", "RCV.WND of this end; None: the connection's", "None", "0 up to half the number space"),
    ("User.profile, knobs", "this end's own stack and knobs; None: those of the connection", "None", ""),
    ("User.rules", "this end's own rules; None: those of the connection", "None", "RFC_9293, or a change of it"),
    ("Network.capacity", "how many segments each direction holds", "2", "1 to 8"),
    ("Network.when_full", "lose: a segment sent into a full direction is lost. block: the step is cut", "lose", ""),
    ("Network.lose, duplicate", "how many segments may be lost, or arrive and stay", "0", "0 to 15, or None"),
    ("Network.reorder", "on: any segment in flight may arrive. off: the oldest", "True", "True, False"),
    ("Network.rebinds", "how often a NAT may give A's idle connection another name", "0", "0 to 15"),
    ("Network.old_duplicates", "on: segments outlive their incarnation. off: an OPEN empties the network", "True", ""),
    ("Time.msl, rto", "segment lifetime and retransmission timer, in ticks", "1, 2", "1 to 64"),
    (
        "Time.time_wait",
        "length of TIME-WAIT in ticks; 0 = it may end at once. Without Time: it ends at any moment",
        "3",
        "0 to 64",
    ),
    ("Time.measured", "how far TIME-WAIT's clock counts beyond the length required", "0", "0 to 64"),
    ("Time.quiet", "how many ticks a host keeps quiet after a crash", "0", "0 to 64"),
    ("Time.isn_rate", "by how much the ISN clock moves in a tick", "1", "0 to 64"),
    ("Time.prompt", "no tick passes while a segment is about to expire", "True", "True, False"),
)
"""The environment's knobs: name, meaning, default, range."""
