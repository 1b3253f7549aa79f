"""The learner's mapper: what it takes for valid numbers, and how it tells the numbers of a segment that comes out.

It remembers two numbers: `peer`, the next that it will send, and `sut`, the last that the stack under test has used.
Both are forgotten at a reset in either direction; without `peer` it proposes a new number, and if the answer does not
acknowledge that, it forgets again.  So a state of a learned machine is the stack's and the mapper's together.
(P. Fiterău-Broștean, R. Janssen, F. Vaandrager, CAV 2016, section 4; mappers `simple_5` and `SimpleWindowsMapper`.)
"""

from __future__ import annotations

from typing import NamedTuple

from tcpmodel.conform.endpoint import Fields
from tcpmodel.conform.learned.words import CURRENT, FRESH, NEXT, ZERO, Reply, Stimulus, flags_of, flags_shown

UNSET = 0
"""Stands for a number that is not known: no number chosen here is 0."""


class Habits(NamedTuple):
    """In what mappers differ: what they do when a reset comes out."""

    name: str
    keeps_at_bare: bool = False
    """A reset without ACK that answers a SYN,ACK leaves the numbers as they are."""
    keeps_at_any: bool = False
    """So does one with ACK."""
    renews: bool = False
    """After a reset the next number is chosen at once, so nothing is proposed, and no answer makes it forgotten."""

    def keeps(self, segment: Fields) -> bool:
        """A reset that answers a SYN,ACK is passed over."""
        return self.keeps_at_any or (self.keeps_at_bare and not segment.ackbit)


HABITS = (
    Habits("it forgets its numbers at every reset"),
    Habits("it forgets its numbers at a reset, unless a bare one answers SYN,ACK", keeps_at_bare=True),
    Habits("it forgets its numbers at a reset, unless one answers SYN,ACK", keeps_at_any=True),
    Habits("it chooses a new number at a reset", renews=True),
    Habits("it chooses a new number at a reset, unless a bare one answers SYN,ACK", keeps_at_bare=True, renews=True),
    Habits("it chooses a new number at a reset, unless one answers SYN,ACK", keeps_at_any=True, renews=True),
)
"""The mappers that published machines were learned with; which one it was is found by trying."""


class Mapper(NamedTuple):
    """What the mapper remembers between steps."""

    peer: int = UNSET
    sut: int = UNSET

    def concrete(self, stimulus: Stimulus, fresh: int) -> Fields:
        """The segment that goes in, with valid numbers."""
        ack = self.sut + 1 if stimulus.ack and self.sut else 0
        syn, ackbit, rst, fin, text = stimulus
        return Fields(self.peer or fresh, ack, syn, ackbit, rst, fin, text)

    def having_sent(self, segment: Fields) -> tuple[Mapper, int]:
        """The mapper when the segment has gone in, and the number that this proposes, if any."""
        if segment.rst:
            return Mapper(), UNSET
        return self, UNSET if self.peer else segment.seq

    def abstract(self, segment: Fields, proposed: int) -> Reply:
        """How the mapper tells a segment that comes out."""
        seq = _told(segment.seq, (self.sut + 1,), self.sut)
        ack = _told(segment.ack, (self.peer + 1, proposed + 1), self.peer)
        return Reply(flags_shown(flags_of(segment), segment.text), seq, ack, segment.text)

    def concrete_reply(self, reply: Reply, proposed: int, fresh: int) -> Fields:
        """A segment that would be told so."""
        flags = set(reply.flags.split("+"))
        seq = {NEXT: self.sut + 1, CURRENT: self.sut, ZERO: 0, FRESH: fresh}[reply.seq]
        ack = {NEXT: (proposed or self.peer) + 1, CURRENT: self.peer, ZERO: 0, FRESH: fresh}[reply.ack]
        syn, ackbit, rst, fin = (int(flag in flags) for flag in ("SYN", "ACK", "RST", "FIN"))
        return Fields(seq, ack, syn, ackbit, rst, fin, reply.text)

    def having_got(self, segment: Fields, proposed: int, *, habits: Habits, to_syn_ack: bool, fresh: int) -> Mapper:
        """The mapper when a segment has come out."""
        if segment.rst and to_syn_ack and habits.keeps(segment):
            return self
        if segment.rst or (proposed and segment.ack != proposed + 1):
            return Mapper(peer=fresh if habits.renews else UNSET)
        if proposed or segment.seq == self.sut + 1:
            spent = segment.seq if segment.syn or segment.fin else self.sut + segment.text
            return Mapper(peer=segment.ack, sut=spent)
        if segment.syn:
            return Mapper(peer=segment.ack or self.peer, sut=segment.seq)
        return self


def _told(number: int, following: tuple[int, ...], last: int) -> str:
    if number == 0:
        return ZERO
    if number in following:
        return NEXT
    return CURRENT if number == last else FRESH
