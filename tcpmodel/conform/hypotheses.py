"""Sets of hypotheses: what an end's TCB may be, each with the least that has to be assumed for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tcpmodel.conform.assumptions import Assumption, price
from tcpmodel.conform.endpoint import Fields, Tcb


class Why(NamedTuple):
    """By which event and row a segment was sent, where that is written, and the frame that drew it, if one did."""

    event: str
    row: str
    rfc: str
    caused: int | None = None


class Owed(NamedTuple):
    """A reset that an arrival has drawn and that has not been seen yet: when that was, and why."""

    segment: Fields
    since: float
    why: Why


class Hypothesis(NamedTuple):
    """What an end may be: its TCB, how many of the arrivals it has processed, the resets that it owes, what it holds.

    `held` are places of arrivals ahead of RCV.NXT; an end that has `called` never listens on that port.
    """

    tcb: Tcb
    taken: int = 0
    owed: tuple[Owed, ...] = ()
    held: tuple[int, ...] = ()
    called: bool = False


class Story(NamedTuple):
    """How a hypothesis came about: what it assumes, the frames that set SND.NXT, RCV.NXT and the state, the last row.

    `why` is of the last segment that the end was seen to send.
    """

    assumptions: frozenset[Assumption] = frozenset()
    snd_nxt: int | None = None
    rcv_nxt: int | None = None
    state: int | None = None
    why: Why | None = None

    def assuming(self, assumed: frozenset[Assumption]) -> Story:
        """The story with more assumptions."""
        return self._replace(assumptions=self.assumptions | assumed)

    def after(self, before: Tcb, tcb: Tcb, frame: int, assumes: Assumption | None) -> Story:
        """The story with one more firing."""
        return Story(
            self.assumptions if assumes is None else self.assumptions | {assumes},
            frame if tcb.snd_nxt != before.snd_nxt else self.snd_nxt,
            frame if tcb.rcv_nxt != before.rcv_nxt else self.rcv_nxt,
            frame if tcb.state != before.state else self.state,
            self.why,
        )

    def sent(self, why: Why) -> Story:
        """The story with what the end was seen to send."""
        return self._replace(why=why)


class Hypotheses:
    """Hypotheses with their stories; of two stories of one hypothesis the one that assumes less is kept.

    `whys` are all the rows by which the last segment may have been sent, each with the price of its cheapest story.
    """

    def __init__(self, *first: tuple[Hypothesis, Story]) -> None:
        self._stories: dict[Hypothesis, Story] = dict(first)
        self.whys: dict[Why, int] = {}

    def __len__(self) -> int:
        return len(self._stories)

    def __iter__(self) -> Iterator[tuple[Hypothesis, Story]]:
        return iter(self._stories.items())

    def add(self, hypothesis: Hypothesis, story: Story) -> bool:
        """Add a hypothesis; whether it is new or has a cheaper story than before."""
        known = self._stories.get(hypothesis)
        if known is not None and price(known.assumptions) <= price(story.assumptions):
            return False
        self._stories[hypothesis] = story
        return True

    def sent(self, hypothesis: Hypothesis, story: Story) -> None:
        """Add a hypothesis under which the segment at hand was sent."""
        self.add(hypothesis, story)
        if story.why is not None:
            cost = price(story.assumptions)
            self.whys[story.why] = min(cost, self.whys.get(story.why, cost))

    def only_cheapest(self, number: int) -> Hypotheses:
        """So many of them, those that assume least."""
        kept = sorted(self._stories.items(), key=lambda pair: price(pair[1].assumptions))[:number]
        found = Hypotheses(*kept)
        found.whys = self.whys
        return found

    def cheapest(self) -> Story:
        """The story that assumes least."""
        return min(self._stories.values(), key=lambda story: price(story.assumptions), default=Story())

    def least(self) -> frozenset[Assumption]:
        """The cheapest set of assumptions under which any hypothesis holds."""
        return self.cheapest().assumptions
