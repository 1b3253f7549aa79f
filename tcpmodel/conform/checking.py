"""A capture judged: each of its conversations, as its segments come, in memory for those that are under way.

The first segments of a conversation are kept back until they show who called and which end answers at once; from then
on each is judged when it is read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from tcpmodel.captures.segments import ACK, RST, SYN, Address, Captured, Columns, Conversation, Piece
from tcpmodel.conform.assumptions import Assumption, Kind, price
from tcpmodel.conform.hypotheses import Why
from tcpmodel.conform.judge import LATE, Conclusion, Judge, States
from tcpmodel.conform.plain import is_settled, pass_plain
from tcpmodel.conform.profiles import ANY, allowed, both
from tcpmodel.conform.reasons import Rejection, rejection
from tcpmodel.conform.stack import stack_of
from tcpmodel.conform.summary import Tally
from tcpmodel.conform.timeline import Known, Timeline
from tcpmodel.conform.vantage import ENOUGH, Near, Vantages, client, handshake

MOST_AT_ONCE = 20_000
"""So many conversations are under way at the most; the one that was silent longest is given up then."""


PATIENCE, MOST_PATIENCE = 16, 1024
"""So many segments are judged one by one before a plain stretch is tried again; more after each that was none."""
REACH = 1024
"""So many segments are looked at for a plain stretch at first, and more while all of them are plain."""
Each = TypeVar("Each")


class Settings(NamedTuple):
    """How to judge: profile, vantage if it is given, D in seconds, whether states are kept, frames of somebody else.

    Ends in `begun`, by their place in the conversation, have a connection from before.  `at_once` lets plain stretches
    be judged for many segments at once; without it each is judged by itself.
    """

    profile: str = ANY
    vantage: str = ""
    late: float = LATE
    keep_states: bool = True
    foreign: frozenset[int] = frozenset()
    begun: frozenset[int] = frozenset()
    at_once: bool = True


class Judged(NamedTuple):
    """What is said of a conversation; ends, states and culprits are of A, which called, and B.

    `resets` are by their frames: the rows that may have sent each, and what drew it, what assumes least first.
    """

    ends: tuple[Address, Address]
    verdict: Conclusion
    near: Near
    segments: int
    conn_state: str
    needs: tuple[Assumption, ...]
    uses: tuple[Assumption, ...]
    rejection: Rejection | None
    doubt: str | None
    timeline: Timeline
    resets: Mapping[int, tuple[Why, ...]]
    first: int
    conversation: Conversation


class Trial:
    """One conversation under judgement; `doubt` says at its beginning why no verdict is to be had."""

    def __init__(
        self, conversation: Conversation, settings: Settings, vantages: Vantages, *, doubt: str | None = None
    ) -> None:
        self.conversation, self.settings, self.vantages = conversation, settings, vantages
        self.waiting: list[Captured] = []
        self.timeline = Timeline()
        self.resets: dict[int, tuple[Why, ...]] = {}
        self.segments = self.first = 0
        self.near = Near(None, "")
        self.a = 0
        self.doubt = doubt
        self._judge: Judge | None = None
        self._rejection: Rejection | None = None
        self._tally = Tally()

    def take(self, segments: Columns | Sequence[Captured]) -> None:
        """Judge more segments; plain stretches of many at once, if they come as columns."""
        place, patience, reach = 0, PATIENCE, REACH
        while place < len(segments):
            ahead = segments[place : place + reach]
            passed = self._pass(ahead) if self.settings.at_once and isinstance(ahead, Columns) else 0
            place += passed
            if passed:
                patience, reach = PATIENCE, 4 * reach if passed == len(ahead) else REACH
            if passed < len(ahead):
                for captured in segments[place : place + patience]:
                    self._take(captured)
                place, patience = place + patience, min(2 * patience, MOST_PATIENCE)

    def _take(self, captured: Captured) -> None:
        self.segments += 1
        self.first = self.first or captured.frame
        if self._judge is not None:
            self._see(captured)
            return
        self.waiting.append(captured)
        if len(self.waiting) >= ENOUGH or handshake(self.waiting):
            self._begin()

    def _pass(self, columns: Columns) -> int:
        """Judge the plain stretch that begins here, if one does; how many segments it has."""
        if self._judge is None or not is_settled(self._judge):
            return 0
        passed = pass_plain(self._judge, columns)
        if passed is None:
            return 0
        number = len(passed.which)
        self.segments += number
        if self.settings.keep_states:
            known = {which: self._known(at) for which, at in passed.states.items()}
            self.timeline.extend(columns.frame[:number], passed.which, known)
        return number

    def _begin(self) -> None:
        first, settings = self.waiting, self.settings
        self.a = client(first, self.conversation)
        alone = self.conversation.ends[0] == self.conversation.ends[1]
        self.near = Near(0, "it talks to itself") if alone else self.vantages.near(first, self.conversation)
        of_a, of_b = (stack_of(allowed(name)) for name in both(settings.profile))
        self._judge = Judge(
            *self._as_ends((of_a, of_b)),
            near=self.near.end,
            alone=alone,
            late=settings.late,
            foreign=settings.foreign,
            begun=settings.begun,
        )
        self._judge.doubt = self.doubt
        for captured in first:
            self._see(captured)
        self.waiting = []

    def _see(self, captured: Captured) -> None:
        judge = self._judge
        assert judge is not None
        if captured.flags is not None:
            self._tally.see(captured.sender ^ self.a, captured.flags)
        if judge.decided:
            return
        judge.see(captured)
        if judge.divergence is not None:
            self._rejection = rejection(judge, judge.divergence)
        elif not judge.decided and self.settings.keep_states:
            self.timeline.add(captured.frame, self._known(judge.states(captured.frame, captured.time or 0.0)))
            if (captured.flags or 0) & RST:
                whys = judge.end_of(captured.sender).now.whys
                self.resets[captured.frame] = tuple(sorted(whys, key=lambda why: (whys[why], why.caused or 0)))

    def _known(self, at: States) -> Known:
        return Known(self._as_ends(at.states), self._as_ends(at.gone))

    def _as_ends(self, both: tuple[Each, Each]) -> tuple[Each, Each]:
        return (both[1], both[0]) if self.a else both

    def judged(self) -> Judged:
        """What is to be said of it now."""
        if self._judge is None:
            self._begin()
        judge, found = self._judge, self._rejection
        assert judge is not None
        assumed = sorted(judge.assumptions(), key=lambda a: (-price(frozenset({a})), a.name))
        near = self.near if self.near.end is None else self.near._replace(end=self.near.end ^ self.a)
        return Judged(
            self._as_ends(self.conversation.ends),
            judge.conclusion,
            near,
            self.segments,
            self._tally.conn_state,
            tuple(a for a in assumed if a.kind is Kind.ENVIRONMENT),
            tuple(a for a in assumed if a.kind is not Kind.ENVIRONMENT),
            found and found._replace(culprit=found.culprit ^ self.a),
            judge.doubt,
            self.timeline,
            self.resets,
            self.first,
            self.conversation,
        )


_MANY = f"it was given up, since more than {MOST_AT_ONCE:,} conversations were under way at once"


def _calls(segments: Columns | Sequence[Captured]) -> bool:
    """Whether a conversation begins anew here: what was known of it before does not matter then."""
    (first,) = segments[:1]
    return first.flags is not None and first.flags & (SYN | ACK | RST) == SYN


def check(pieces: Iterable[Piece], settings: Settings) -> Iterator[Judged]:
    """Judge a capture's conversations; each is given when it is over, so in no order."""
    vantages = Vantages(settings.vantage)
    trials: OrderedDict[Conversation, Trial] = OrderedDict()
    lost: set[Conversation] = set()
    for piece in pieces:
        conversation = piece.conversation
        trial = trials.get(conversation)
        if trial is None:
            doubt = _MANY if conversation in lost and not _calls(piece.segments) else None
            trial = trials[conversation] = Trial(conversation, settings, vantages, doubt=doubt)
            if len(trials) > MOST_AT_ONCE:
                silent, oldest = trials.popitem(last=False)
                lost.add(silent)
                yield oldest.judged()
        trials.move_to_end(conversation)
        trial.take(piece.segments)
    for trial in trials.values():
        yield trial.judged()
