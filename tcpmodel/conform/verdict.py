"""The verdict on a capture: of all its conversations, and of what in it could not be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from tcpmodel.captures.headers import Noise
from tcpmodel.captures.reading import Reading
from tcpmodel.captures.segments import Captured, Conversation
from tcpmodel.conform.alternatives import would_explain
from tcpmodel.conform.checking import Judged, Settings, check
from tcpmodel.conform.judge import Conclusion
from tcpmodel.conform.vantage import Vantage
from tcpmodel.errors import UsageError, choices
from tcpmodel.exits import Exit

MOST_EXPLAINED = 32
"""For so many rejected conversations it is tried what would explain them."""

EXITS = {
    Conclusion.EXPLAINABLE: Exit.OK,
    Conclusion.REJECTED: Exit.REJECTED,
    Conclusion.INCONCLUSIVE: Exit.INCONCLUSIVE,
}


class CaptureJudged(NamedTuple):
    """A capture's conversations by their first frame, what was not read, and what that leaves open, if anything."""

    container: str
    noise: Noise
    conversations: tuple[Judged, ...]
    doubts: tuple[str, ...]

    @property
    def verdict(self) -> Conclusion:
        """The verdict on the whole: one rejected segment rejects it."""
        verdicts = {judged.verdict for judged in self.conversations}
        if Conclusion.REJECTED in verdicts:
            return Conclusion.REJECTED
        doubtful = Conclusion.INCONCLUSIVE in verdicts or not verdicts or self.doubts
        return Conclusion.INCONCLUSIVE if doubtful else Conclusion.EXPLAINABLE


def judge_capture(path: Path, settings: Settings, *, alternatives: bool = True) -> CaptureJudged:
    """Judge every conversation of a capture; `UnreadableInput` says why it is none.

    With `alternatives` it is tried what would explain a conversation that is rejected.
    """
    reading = Reading(path)
    found = sorted(check(reading.pieces(), settings), key=lambda judged: judged.first)
    _check_vantage(settings.vantage, found)
    rejected = [judged for judged in found if judged.rejection is not None][:MOST_EXPLAINED]
    if rejected and alternatives:
        segments = segments_of(path, {judged.conversation for judged in rejected})
        explained = {id(j): _with_alternatives(j, segments[j.conversation], settings) for j in rejected}
        found = [explained.get(id(judged), judged) for judged in found]
    return CaptureJudged(reading.container, reading.noise, tuple(found), tuple(_doubts(reading, found)))


def _check_vantage(given: str, found: Sequence[Judged]) -> None:
    """Refuse a vantage that is neither a place nor an address nor a host of the capture."""
    places, hosts = [place.value for place in Vantage], {end.host for judged in found for end in judged.ends}
    if given and found and given not in {*places, *hosts} and not _is_address(given):
        raise UsageError(f"no conversation has the host {given!r}: {choices(given, [*places, *sorted(hosts)[:20]])}")


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def segments_of(path: Path, conversations: Iterable[Conversation]) -> dict[Conversation, list[Captured]]:
    """The segments of these conversations, read anew."""
    found: dict[Conversation, list[Captured]] = defaultdict(list)
    wanted = frozenset(conversations)
    for piece in Reading(path).pieces():
        if piece.conversation in wanted:
            found[piece.conversation] += piece.segments
    return found


def _with_alternatives(judged: Judged, segments: Sequence[Captured], settings: Settings) -> Judged:
    assert judged.rejection is not None
    found = would_explain(judged, segments, settings)
    return judged._replace(rejection=judged.rejection._replace(would_explain=found))


def _doubts(reading: Reading, found: Sequence[Judged]) -> Iterable[str]:
    """Why the capture as a whole may lack something."""
    if not found:
        yield "the capture holds no TCP segment"
    if reading.cut:
        yield reading.cut
    if reading.noise.cut_off:
        yield f"{reading.noise.cut_off:,} TCP headers are cut off by the snap length"
    if reading.noise.fragments:
        yield f"{reading.noise.fragments:,} fragments are not put together"
