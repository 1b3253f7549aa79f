"""Alternatives: under what a conversation that is rejected would be explained, the smallest first.

Each is tried, not guessed: the conversation is judged again with more deviations, with neither end near, or with the
segments that nothing explains as somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tcpmodel.captures.segments import Captured
from tcpmodel.conform.assumptions import (
    INCOMPLETE,
    MID_STREAM,
    OLD_DUPLICATE,
    THIRD_PARTY,
    TRANSCRIBED,
    UNSEEN,
    Assumption,
    price,
)
from tcpmodel.conform.checking import Judged, Settings, Trial
from tcpmodel.conform.judge import Conclusion
from tcpmodel.conform.profiles import ANY
from tcpmodel.conform.reasons import Alternative
from tcpmodel.conform.vantage import Vantage, Vantages

MOST_TRIED = 20_000
"""So many segments of a conversation are judged again at the most."""
MOST_FOREIGN = 8
"""So many segments are taken for somebody else's at the most."""


def would_explain(judged: Judged, segments: Sequence[Captured], settings: Settings) -> tuple[Alternative, ...]:
    """The sets of assumptions beside those that the profile allows under which everything is explained."""
    shown = segments[:MOST_TRIED]
    freely = settings._replace(vantage=_vantage(judged), profile=ANY, keep_states=False)
    found = set(_tried(judged, shown, freely))
    return tuple(sorted(found, key=lambda some: (price(frozenset(some.assumptions)), some)))


def _tried(judged: Judged, segments: Sequence[Captured], freely: Settings) -> Iterator[Alternative]:
    for besides, how in (((), freely), ((INCOMPLETE,), freely._replace(vantage=Vantage.UNKNOWN))):
        again = _again(judged, segments, how)
        if again.verdict is Conclusion.EXPLAINABLE:
            yield _alternative(again, besides)
    if judged.rejection is not None:
        yield from _begun(judged, segments, freely)
    if segments[0].text is None and judged.rejection is not None and judged.rejection.acceptable_if is not None:
        yield Alternative((TRANSCRIBED,))
    if judged.rejection is not None:
        yield from _foreign(judged, segments, freely)


def _begun(judged: Judged, segments: Sequence[Captured], freely: Settings) -> Iterator[Alternative]:
    """The conversation with an end whose very first segment nothing explains as one that had a connection before."""
    assert judged.rejection is not None
    place = judged.conversation.ends.index(judged.ends[judged.rejection.culprit])
    first = next(c.frame for c in segments if c.sender == place)
    if judged.rejection.frame == first:
        shown = segments[1:] if first == segments[0].frame else segments
        again = _again(judged, shown, freely._replace(begun=frozenset({place})))
        if again.verdict is Conclusion.EXPLAINABLE or len(segments) == 1:
            yield _alternative(again, (MID_STREAM,))


def _foreign(judged: Judged, segments: Sequence[Captured], freely: Settings) -> Iterator[Alternative]:
    """The conversation with each segment that nothing explains taken for somebody else's, one after another."""
    again, foreign = judged, frozenset[int]()
    while again.rejection is not None and len(foreign) < MOST_FOREIGN:
        foreign |= {again.rejection.frame}
        again = _again(judged, segments, freely._replace(foreign=foreign))
    if again.verdict is Conclusion.EXPLAINABLE:
        yield _alternative(again, (_stranger(judged),), foreign)
    elif again.rejection is not None:
        yield from _unseen(judged, segments, freely)


def _unseen(judged: Judged, segments: Sequence[Captured], freely: Settings) -> Iterator[Alternative]:
    """The conversation with all that the end sends from the rejected segment on as what a stranger made it send."""
    assert judged.rejection is not None
    place = judged.conversation.ends.index(judged.ends[judged.rejection.culprit])
    foreign = frozenset(c.frame for c in segments if c.sender == place and c.frame >= judged.rejection.frame)
    again = _again(judged, segments, freely._replace(foreign=foreign))
    if again.verdict is Conclusion.EXPLAINABLE:
        yield _alternative(again, (UNSEEN,), foreign)


def _alternative(again: Judged, besides: tuple[Assumption, ...], foreign: frozenset[int] = frozenset()) -> Alternative:
    assumed = sorted({*besides, *again.needs, *again.uses}, key=lambda a: (-a.kind.value, a.name))
    return Alternative(tuple(assumed), tuple(sorted(foreign)))


def _vantage(judged: Judged) -> str:
    return Vantage.UNKNOWN if judged.near.end is None else judged.ends[judged.near.end].host


def _again(judged: Judged, segments: Sequence[Captured], settings: Settings) -> Judged:
    trial = Trial(judged.conversation, settings, Vantages(settings.vantage))
    trial.take(segments[:MOST_TRIED])
    return trial.judged()


def _stranger(judged: Judged) -> Assumption:
    """Who else sent the segment: somebody; where a far end answers what its peer did not send, an old duplicate did."""
    found = judged.rejection
    is_answer = found is not None and found.acceptable_if is not None and "ACK were" in found.acceptable_if
    return OLD_DUPLICATE if is_answer and found is not None and found.culprit != judged.near.end else THIRD_PARTY
