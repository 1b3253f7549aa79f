"""The unbounded proof: all of it is met, nothing of it is empty, none of it is superfluous; and toys on which it fails.

`python tests/prove/test_unbounded.py` searches, for each clause of the invariant, what breaks without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import pytest
from prove.tokens import COMES, ITS_TURN, SAME, of_tokens, waiting

from tcpmodel import load
from tcpmodel.errors import DefinitionError
from tcpmodel.language.sorts import BOOL
from tcpmodel.language.terms import TRUE, equal, variable
from tcpmodel.prove import unbounded
from tcpmodel.prove.breaking import breaking
from tcpmodel.prove.certify import certificate
from tcpmodel.prove.making import CAN_HAPPEN, Maker
from tcpmodel.prove.obligations import Frame
from tcpmodel.prove.shape import Question, questions_of
from tcpmodel.prove.solving import EFFORT, Answer, questions, solver
from tcpmodel.prove.unbounded import Asker, Obligation, Proved, prove
from tcpmodel.systems.claims import Always
from tcpmodel.systems.paths import Way
from tcpmodel.systems.proof import Proof
from tcpmodel.systems.trace import replay, value_of
from tcpmodel.tcp.knobs.isn import always_left, reach, ruled_out
from tcpmodel.tcp.proofs.unbounded import LARGEST_SPAN, LARGEST_WINDOW, proven, remains
from tcpmodel.tcp.rfc9293.ends import each_end
from tcpmodel.tcp.rfc9293.tcb import FIN_WAIT_2, state
from tcpmodel.tcp.world.connection import sibling

pytestmark = pytest.mark.long

Z3 = solver("z3")


@cache
def proof() -> Proof:
    return load("unbounded").proof()


@cache
def maker() -> Maker:
    return Maker(proof())


def way_called(name: str, *, of: str = "A") -> Way:
    """The way of these rows by which that end acts."""
    return next(way for way in maker().ways if way.name == name and way.rule.agent == of)


# The whole proof of RFC 9293's rules, asked once for all tests of a run.


class Whole(NamedTuple):
    """What can be sent between workers: each way by its name only."""

    obligations: tuple[Obligation, ...]
    same: dict[str, str]


@pytest.fixture(scope="session")
def whole(once_for_all_workers) -> Whole:
    def make() -> Whole:
        found = prove(proof(), workers=1)
        return Whole(tuple(replace(o, way=None) for o in found.obligations), found.same)

    return once_for_all_workers("unbounded_proof", make)


DEAD = {
    "LISTEN drops anything else": "a segment without SYN, RST and ACK is sent by nobody",
    "a segment without ACK is dropped": "without ACK there are SYNs and resets only",
    "a second SYN sends a listener back to LISTEN": "no SYN lies in the window: the ISSs are too far apart",
    "a SYN in the window is challenged": "no SYN lies in the window: the ISSs are too far apart",
    "TIME-WAIT acknowledges and starts over": "what is in the window behind the peer's FIN would be its own",
    "a FIN in TIME-WAIT starts 2MSL over": "nothing lies behind the peer's FIN, so none is in the window",
    "text after the peer's FIN is ignored": "nothing lies behind the peer's FIN",
    "a FIN ahead of RCV.NXT is not kept": "in TIME-WAIT nothing lies behind the peer's FIN; behind text it is taken",
    "text after the peer's FIN is ignored, and the FIN behind it looked at": "it is for segments with a FIN alone",
}
"""Rows of ways that cannot be taken in any state that the invariant allows, with the reason."""
DEAD_WAYS = (
    "LISTEN drops anything else",
    "an acceptable segment is checked further; no reset; no SYN; a segment without ACK is dropped",
    "an acceptable segment is checked further; no reset; a second SYN sends a listener back to LISTEN",
    "an acceptable segment is checked further; no reset; a SYN in the window is challenged",
    "an acceptable segment is checked further; no reset; no SYN; TIME-WAIT acknowledges and starts over; no text; "
    "no FIN",
    "an acceptable segment is checked further; no reset; no SYN; TIME-WAIT starts over at a bare ACK; no text; "
    "a FIN ahead of RCV.NXT is not kept",
    "an acceptable segment is checked further; no reset; no SYN; TIME-WAIT starts over at a bare ACK; no text; "
    "a FIN in TIME-WAIT starts 2MSL over",
    "an acceptable segment is checked further; no reset; no SYN; TIME-WAIT starts over at a bare ACK; "
    "text after the peer's FIN is ignored",
    *(
        f"an acceptable segment is checked further; no reset; no SYN; {ack}; text in front of a FIN is delivered; "
        "a FIN ahead of RCV.NXT is not kept"
        for ack in (
            "FIN-WAIT-1 learns that its FIN arrived",
            "a new ACK advances SND.UNA",
            "an ACK of our SYN establishes the connection",
            "an old ACK changes nothing",
        )
    ),
    *(
        f"an acceptable segment is checked further; no reset; no SYN; {ack}; "
        f"text after the peer's FIN is ignored, and the FIN behind it looked at; {fin}"
        for ack, fin in (
            ("TIME-WAIT starts over at a bare ACK", "a FIN ahead of RCV.NXT is not kept"),
            ("TIME-WAIT starts over at a bare ACK", "a FIN in TIME-WAIT starts 2MSL over"),
            ("a new ACK advances SND.UNA", "no FIN"),
            ("an old ACK changes nothing", "no FIN"),
        )
    ),
)
"""The ways, each at both ends."""


def test_every_obligation_is_met(whole: Whole) -> None:
    assert [o.name for o in whole.obligations if o.failed] == []
    assert {p.answer.word for o in whole.obligations for p in o.posed} == {"sat", "unsat"}


def test_the_start_every_way_and_every_claim_is_asked_about(whole: Whole) -> None:
    by_kind = {kind: [o for o in whole.obligations if o.kind == kind] for kind in ("init", "ways", "rule", "property")}
    assert len(by_kind["init"]) == 1
    assert [o.about for o in by_kind["ways"]] == [rule.name for rule in maker().rules]
    assert sorted(o.name for o in by_kind["rule"]) == sorted(f"{w.rule.name}: {w.name}" for w in maker().ways)
    assert [o.about for o in by_kind["property"]] == [c.name for c in proof().consequences]


def test_every_rule_has_a_way_that_can_be_taken(whole: Whole) -> None:
    can_happen = {o.about for o in whole.obligations if o.kind == "rule" and asked_to_be_possible(o)}
    assert {whole.same[rule.name] for rule in proof().system.rules} == can_happen


# With old incarnations about.


def asked_to_be_possible(obligation: Obligation) -> list[str]:
    """With whom the way was shown to be possible."""
    found = [p.question for p in obligation.posed if p.question.expected == "sat"]
    return [question.name.removeprefix(f"{CAN_HAPPEN}, ") for question in found]


def picking(number: int) -> str:
    """The name of a way that opens a connection."""
    return f"A: {('active OPEN', 'segment arrives')[number]}: {OPENS[number]}"


OPENS = ("an active OPEN sends a SYN", "LISTEN answers a SYN with SYN,ACK")
OF_ONE = "with the remains of 1 old incarnation of each end in flight"
OF_FOUR = "with the remains of 4 old incarnations of each end in flight"


def test_every_step_can_be_taken_while_old_incarnations_are_about(whole: Whole) -> None:
    rules = [o for o in whole.obligations if o.kind == "rule" and not o.dead]
    assert all(asked_to_be_possible(o)[0] == OF_ONE for o in rules)
    assert {o.name for o in rules if OF_FOUR in asked_to_be_possible(o)} >= {picking(0), picking(1)}


def with_remains(of: Proof, name: str, number: int) -> str:
    """Whether A's way of these rows can be taken with the remains of so many old incarnations of each end."""
    asked = Maker(replace(of, crowds=(remains(number),)))
    way = next(way for way in asked.ways if way.name == name and way.rule.agent == "A")
    return Z3.ask(next(questions(asked.step(way).script.text())), lazily=True).word


@pytest.mark.parametrize("name", OPENS)
def test_with_the_largest_sizes_two_old_incarnations_leave_no_iss(name: str) -> None:
    """One in flight and one remembered: then all that is said of an OPEN is said of none, and the proof notices."""
    largest = proven(window=LARGEST_WINDOW, span=LARGEST_SPAN)
    assert [with_remains(largest, name, number) for number in (1, 2)] == ["unsat", "unsat"]
    free = replace(largest, system=sibling(largest.system, isn="free"))
    assert with_remains(free, name, 1) == "sat"
    asker = Asker(Maker(largest), Z3, EFFORT)
    (way,) = (w for w in asker.maker.ways if w.name == name and w.rule.agent == "A")
    assert {p.question.name for p in asker.of_way(way).failed} == {
        f"{CAN_HAPPEN}, {OF_ONE}",
        f"{CAN_HAPPEN}, {OF_FOUR}",
    }


@pytest.mark.parametrize(("bits", "units", "window"), [(6, 2, 2), (7, 2, 2), (7, 3, 2), (8, 2, 3)])
def test_as_many_old_incarnations_as_are_counted_leave_an_iss_wherever_they_are(
    bits: int, units: int, window: int
) -> None:
    """The worst that they can do is to lie side by side: an ISS is left of as many, and none of some more."""
    numbers, far = 1 << bits, reach(units=units, window=window)
    in_a_row = ruled_out(units=units, window=window) + units + 1
    left = always_left(bits=bits, units=units, window=window)

    def isss(incarnations: int) -> int:
        """How many ISSs are left where so many lie side by side."""
        out = {
            (i * in_a_row + d - far - units - 1 + k) % numbers
            for i in range(incarnations)
            for d in range(units + 2)
            for k in range(ruled_out(units=units, window=window))
        }
        return numbers - len(out)

    assert isss(left) > 0
    assert isss(left + 1) == 0


def test_a_rule_that_keeps_a_copy_is_proved_by_the_one_that_takes_it(whole: Whole) -> None:
    others = {rule: other for rule, other in whole.same.items() if rule != other}
    assert others == {f"{end}: segment arrives, a copy stays": f"{end}: segment arrives" for end in "AB"}


def test_the_ways_that_cannot_be_taken_are_those_listed(whole: Whole) -> None:
    dead = sorted(o.name.partition(": ")[2] for o in whole.obligations if o.dead)
    assert dead == sorted(f"segment arrives: {name}" for name in DEAD_WAYS for _ in "AB")
    assert all(any(row in name.split("; ") for row in DEAD) for name in DEAD_WAYS)


def test_of_a_way_that_cannot_be_taken_nothing_else_is_asked(whole: Whole) -> None:
    assert {len(o.posed) for o in whole.obligations if o.dead} == {1}


def test_every_script_has_the_shape_of_a_certificate(whole: Whole) -> None:
    for o in whole.obligations:
        assert questions_of(o.text) == tuple(p.question for p in o.posed), o.name


def test_the_certificate_repeats_claims_assumptions_and_invariant(whole: Whole) -> None:
    found = Proved(proof(), whole.obligations, whole.same, "z3", "5", EFFORT, 1.0)
    written = certificate(found, spec="unbounded", tool="tcpmodel")
    assert [s.name for s in written.invariant] == [c.name for c in proof().invariant]
    assert [s.name for s in written.assumptions] == [a.name for a in proof().assumptions]
    assert len(written.obligations) == len(whole.obligations)
    assert set(written.rules) == {rule.name for rule in proof().system.rules}


def test_what_a_step_leaves_alone_is_not_asked() -> None:
    """The questions that are left are those of clauses that speak of what changes, or of what is sent."""
    way = way_called("a crash forgets everything")
    writing = maker().step(way, singly=True)
    possible, *goals = writing.asked
    assert possible.question == Question(f"{CAN_HAPPEN}, {OF_ONE}", "sat")
    assert writing.untouched + len(goals) == len(list(maker().frame.goals(way)))
    assert writing.untouched > len(goals)


# The mirror image.


def some_pairs() -> list[tuple[Way, Way]]:
    """A few ways, and what the other end does."""
    found: dict[str, list[Way]] = {}
    for way in maker().ways:
        found.setdefault(f"{way.rule.event}: {way.name}", []).append(way)
    pairs = [(ways[0], ways[1]) for ways in found.values() if len(ways) == 2 and ways[0].name not in DEAD_WAYS]
    return pairs[::18]


class Counting:
    """Z3, and how often it was asked."""

    name, version = "z3", Z3.version

    def __init__(self) -> None:
        self.times = 0

    def ask(self, text: str, *, effort: int = EFFORT, lazily: bool = False) -> Answer:
        self.times += 1
        return Z3.ask(text, effort=effort, lazily=lazily)


def words(obligation: Obligation) -> list[tuple[Question, str]]:
    return [(p.question, p.answer.word) for p in obligation.posed]


def test_of_two_ways_that_mirror_each_other_the_second_is_answered_by_the_first_and_rightly() -> None:
    """Not every question is: goals asked together may differ in order, and of old incarnations each end has its own."""
    pairs, without_mirror = some_pairs(), Maker(replace(proof(), mirror={}))
    assert len(pairs) > 4
    firsts, seconds = 0, 0
    for one, other in pairs:
        counting = Counting()
        asker = Asker(maker(), counting, EFFORT)
        asker.of_way(one)
        first = counting.times
        by_mirror = asker.of_way(other)
        firsts, seconds = firsts + first, seconds + counting.times - first
        assert words(by_mirror) == words(Asker(without_mirror, Z3, EFFORT).of_way(other)), one.name
    assert seconds < firsts / 2


def test_a_mirror_that_exchanges_too_little_answers_nothing() -> None:
    """An answer is taken over only where the exchanged question is the question itself."""
    one, other = next(pair for pair in some_pairs() if pair[0].rule.event == "segment arrives")
    crooked = dict(list(proof().mirror.items())[:-2])
    counting = Counting()
    asker = Asker(Maker(replace(proof(), mirror=crooked)), counting, EFFORT)
    asker.of_way(one)
    first = counting.times
    assert not asker.of_way(other).failed
    assert counting.times > first


# Without a clause.


class Missed(NamedTuple):
    """What is not kept where a clause is missing, and by which way of A's; of a claim, that it does not follow."""

    name: str
    way: str = ""


CHECKED = "an acceptable segment is checked further; no reset; no SYN; "
TEXT_TAKEN = "an old ACK changes nothing; text at RCV.NXT is delivered and acknowledged"
NEEDED: dict[str, Missed] = {
    "is_somebody": Missed("bears_a_number", "SEND sends octets"),
    "sends_in_its_span": Missed("text_has_a_number", "CLOSE before ESTABLISHED sends a FIN"),
    "una_below_nxt": Missed("bears_a_number", "the oldest unacknowledged octets are sent again"),
    "syn_sent": Missed("counts_what_it_received", "SYN,ACK completes the caller's handshake"),
    "forgotten": Missed("typing"),
    "took_somebody": Missed("acknowledges_a_number", "SEND sends octets"),
    "expects_in_its_peers_span": Missed("own_and_peer", "an active OPEN turns a listener into a caller"),
    "counts_what_it_received": Missed(
        "fins_come_last",
        CHECKED + "an ACK of our SYN establishes the connection; no text; a FIN closes the peer's half",
    ),
    "acknowledged_is_told": Missed("agreement"),
    "told_is_mutual": Missed("sequence_agreement"),
    "past_the_handshake": Missed("agreement"),
    "octets_are_the_peers": Missed("no_stale_data"),
    "fins_are_the_peers": Missed("no_stale_fin"),
    "fins_come_last": Missed("whole_stream"),
    "resets_are_the_peers": Missed("no_foreign_reset"),
    "bears_a_number": Missed("own_and_sent", "an active OPEN turns a listener into a caller"),
    "acknowledges_a_number": Missed("own_and_acknowledged", "an active OPEN turns a listener into a caller"),
    "text_has_a_number": Missed("octets_are_the_peers", CHECKED + TEXT_TAKEN),
    "text_ends_in_the_span": Missed("expects_in_its_peers_span", CHECKED + TEXT_TAKEN),
    "syn_has_the_iss": Missed("own_and_peer", "SYN,ACK completes the caller's handshake"),
    "says_who_sent_it": Missed(
        "fins_are_the_peers",
        CHECKED + "an ACK of our SYN establishes the connection; no text; a FIN closes the peer's half",
    ),
    "acks_whom_it_took": Missed(
        "told_is_mutual", CHECKED + "an ACK of our SYN establishes the connection; no text; no FIN"
    ),
    "own_and_peer": Missed("own_and_acknowledged", "SEND sends octets"),
    "own_and_sent": Missed("sent_and_sent", "SEND sends octets"),
    "own_and_acknowledged": Missed("sent_and_acknowledged", "SEND sends octets"),
    "peer_and_sent": Missed("sent_and_acknowledged", "CLOSE sends a FIN"),
    "peer_and_acknowledged": Missed("acknowledged_and_acknowledged", "CLOSE answers the peer's FIN with ours"),
    "sent_and_sent": Missed("peer_and_sent", "SYN,ACK completes the caller's handshake"),
    "sent_and_acknowledged": Missed("sent_and_sent", "SYN-SENT resets the sender of an unacceptable ACK"),
    "acknowledged_and_acknowledged": Missed(
        "sent_and_acknowledged", "SYN-SENT resets the sender of an unacceptable ACK"
    ),
}
"""For each clause something that breaks without it."""
TELLING = {
    "bare_segments": "it shows that what answers a segment without ACK has nothing to answer",
    "resets_are_bare": "it only tells what a reset is like",
}
"""Clauses without which all else is kept and every claim follows."""


def without(name: str) -> Maker:
    """The proof without a clause."""
    changed = replace(proof(), invariant=tuple(c for c in proof().invariant if c.name != name))
    found = copy(maker())
    found.proof = changed
    found.frame = Frame(changed.system, changed.invariant, changed.helpers)
    return found


def asked_of(of: Maker, missed: Missed) -> Iterator[tuple[Question, str]]:
    """The questions about what is missed, each with its text."""
    claims = {c.name: c for c in of.proof.consequences}
    writing = of.step(way_called(missed.way), singly=True) if missed.way else of.consequence(claims[missed.name])
    for asking, text in zip(writing.asked, questions(writing.script.text()), strict=True):
        if asking.question.name.partition(".")[0] == missed.name:
            yield asking.question, text


def breaks(of: Maker, missed: Missed) -> bool:
    answers = (
        Z3.ask(text, lazily=True).word for question, text in asked_of(of, missed) if question.expected == "unsat"
    )
    return "sat" in answers


def test_every_clause_is_listed_with_what_breaks_without_it() -> None:
    assert set(NEEDED) == {c.name for c in proof().invariant} - set(TELLING)


@pytest.mark.parametrize("name", NEEDED)
def test_without_the_clause_something_is_not_kept(name: str) -> None:
    assert breaks(without(name), NEEDED[name])


def what_breaks(name: str) -> Missed | None:
    """A search for an entry of `NEEDED`; it asks about everything, so it takes minutes."""
    of = without(name)
    claims = (Missed(c.name) for c in of.proof.consequences)
    kept = sorted({part.clause for part in of.frame.parts})
    steps = (Missed(clause, way.name) for way in of.ways if way.rule.agent == "A" for clause in kept)
    return next((missed for missed in (*claims, *steps) if breaks(of, missed)), None)


def test_a_lemma_that_names_no_clause_is_refused() -> None:
    (first, *others) = proof().lemmas
    wrong = replace(proof(), lemmas=(first._replace(by=("peer_and_send",)), *others))
    with pytest.raises(DefinitionError, match=r"is to follow from 'peer_and_send': did you mean 'peer_and_sent'"):
        Maker(wrong)


# An invariant that is wrong.


def test_a_wrong_clause_is_not_kept_and_the_solver_says_by_which_step() -> None:
    rows = ("FIN-WAIT-1 learns that its FIN arrived", "no text", "no FIN")
    wrong = Always("no_fin_wait_2", each_end(~equal(state, FIN_WAIT_2)))
    changed = replace(proof(), invariant=(*proof().invariant, wrong))
    asker = Asker(Maker(changed), Z3, EFFORT)
    (way,) = (w for w in asker.maker.ways if w.rule.agent == "A" and w.titles[-3:] == rows)
    obligation = asker.of_way(way)
    (failed,) = obligation.failed
    assert failed.question.name.startswith("no_fin_wait_2.")
    shown = breaking(changed, way, failed)
    assert shown.clauses == (wrong,)
    assert replay(shown.trace) is shown.trace
    assert value_of(shown.trace.system, wrong.predicate, shown.trace.states[0])


# Toys (`tokens`).


def failures(found: Proved) -> list[tuple[str, list[str]]]:
    return [(o.name, [p.question.name for p in o.failed]) for o in found.failed]


def test_a_toy_is_proved_however_many_tokens_there_are() -> None:
    found = prove(of_tokens(COMES, ITS_TURN, SAME), workers=1)
    assert failures(found) == []
    assert [o.name for o in found.obligations] == [
        "init",
        "send: ways",
        "receive: ways",
        "send: send",
        "receive: receive",
        "the_one_just_sent_comes",
    ]
    assert not any(o.dead for o in found.obligations)


def test_an_invariant_that_is_too_weak_is_not_kept_and_the_step_replays() -> None:
    toy = of_tokens(COMES)
    (missed,) = prove(toy, workers=1).failed
    assert missed.way is not None
    shown = breaking(toy, missed.way, missed.failed[0])
    assert (missed.name, shown.clauses) == ("receive: receive", (COMES,))
    assert len(shown.trace) == 1


def test_without_freshness_the_step_that_sends_breaks_it() -> None:
    toy = of_tokens(COMES, ITS_TURN, among=TRUE)
    (missed,) = prove(toy, workers=1).failed
    assert missed.way is not None
    shown = breaking(toy, missed.way, missed.failed[0])
    assert (missed.name, shown.clauses) == ("send: send", (ITS_TURN,))
    old, new = (len(shown.trace.states[i].bags[0]) for i in (0, 1))
    assert (old, new) == (1, 2)


def test_a_count_without_end_that_is_no_name_is_refused() -> None:
    with pytest.raises(DefinitionError, match="turn of tokens may count beyond 255: give it a top"):
        prove(of_tokens(COMES, ITS_TURN, SAME, names=()), workers=1)


def test_an_invariant_that_is_false_at_the_start_is_not_met_there() -> None:
    wrong = Always("waits_from_the_start", waiting)
    assert ("init", ["waits_from_the_start.0"]) in failures(prove(of_tokens(wrong, claims=()), workers=1))


def test_a_claim_that_does_not_follow_is_not_met() -> None:
    wrong = Always("never_waits", ~waiting, needs=waiting)
    found = prove(of_tokens(COMES, ITS_TURN, claims=(wrong,)), workers=1)
    assert failures(found) == [("never_waits", ["never_waits.0"])]


def test_a_claim_that_needs_what_cannot_be_is_not_met() -> None:
    empty = Always("nothing", TRUE | waiting, needs=waiting & ~waiting)
    assert failures(prove(of_tokens(COMES, ITS_TURN, claims=(empty,)), workers=1))[0][0] == "nothing"


def test_a_way_that_the_invariant_forbids_is_dead_and_asked_for_nothing_else() -> None:
    never = Always("never_waits", ~waiting)
    found = prove(of_tokens(never, claims=()), workers=1)
    (dead,) = (o for o in found.obligations if o.dead)
    assert (dead.name, len(dead.posed)) == ("receive: receive", 1)
    assert [o.name for o in found.failed] == ["send: send"]


def test_a_solver_that_gives_up_leaves_it_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tired:
        name, version = "tired", "1"

        def ask(self, text: str, *, effort: int = EFFORT, lazily: bool = False) -> Answer:
            return Answer("unknown", why="it is late")

    monkeypatch.setattr(unbounded, "solver", lambda name: Tired())
    found = prove(of_tokens(COMES, ITS_TURN), workers=1)
    assert {p.answer.word for o in found.failed for p in o.failed} == {"unknown"}
    assert len(found.failed) == len(found.obligations)


def test_a_clause_about_what_the_system_does_not_have_is_refused() -> None:
    with pytest.raises(DefinitionError, match="names 'nowhere'"):
        prove(of_tokens(Always("wrong", variable("nowhere", BOOL))), workers=1)


def test_a_goal_speaks_of_one_record_for_each_every_that_is_not_of_a_record_sent() -> None:
    of = Maker(of_tokens(COMES, ITS_TURN, SAME))
    asked = {a.question.name: len(a.records) for way in of.ways for a in of.step(way, singly=True).asked}
    assert asked == {
        CAN_HAPPEN: 0,
        "the_one_just_sent_comes.0": 0,
        "its_number_is_its_turns.1": 1,
        "a_turn_has_one_number.2, t sent": 1,
        "a_turn_has_one_number.2, s sent": 1,
    }


def test_goals_of_the_same_records_are_one_question_until_it_is_not_met() -> None:
    of = Maker(of_tokens(COMES, ITS_TURN, SAME))
    asked = [a.question.name for way in of.ways for a in of.step(way).asked]
    assert len(asked) < len([a for way in of.ways for a in of.step(way, singly=True).asked])
    (missed,) = prove(of_tokens(COMES, ITS_TURN, SAME, among=TRUE), workers=1).failed
    assert [p.question.name.partition(".")[0] for p in missed.failed] == ["its_number_is_its_turns"]


if __name__ == "__main__":
    for clause in proof().invariant:
        print(clause.name, what_breaks(clause.name))
