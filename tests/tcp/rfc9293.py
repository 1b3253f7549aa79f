"""RFC 9293 3.10 written a second time, from its text alone: one endpoint's calls, arrivals and timeouts.

Nothing is imported but Python's own, so that the rows have an opponent that shares no mistake with them.
With `departs` empty it is the letter; each name in `DEPARTURES` is one place where the rows part from the letter,
or where the letter is silent, and says what they do instead.  Windows are constants.

`x < y` between sequence numbers, which the RFC leaves open, is 0 < y-x < half the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

AHEAD = "a segment ahead of RCV.NXT is checked at once, and its text or FIN is not kept"
BARE_ACK = "TIME-WAIT starts over at an empty segment without answering it"
SECOND_FIN = "a FIN after the peer's FIN is ignored"
ONLY_ANSWERED = "a FIN after the peer's FIN is answered with an ACK, and RCV.NXT stays"
TIMER_STARTS = "the time-wait timer starts where CLOSING becomes TIME-WAIT"
LAST_ACK_ACKS = "LAST-ACK advances SND.UNA as ESTABLISHED does"
NO_RCV_NXT_YET = "SYN-SENT does not compare a reset with RCV.NXT"
ALL_SENT = "CLOSING and LAST-ACK tell that everything sent is acknowledged"
QUIET_TIME_WAIT = "a reset that ends TIME-WAIT is not told"
NO_BUFFERS = "a SEND that waits gets no answer of its own"
RANGE_BEHIND = "SYN-RECEIVED resets the sender of an unacceptable ACK before its range is looked at"
WINDOW_IS_ROOM = "SEND is refused where it would have to wait for the window"
CLOSE_WAITS = "CLOSE behind queued text changes the state when its FIN is sent"
SYN_ALONE = "text and FIN on a SYN,ACK are not kept"
SYN_IN_FRONT = "a SYN in front of the window is looked at, whatever of its segment is in the window"
OWED = "the user timeout expires only while an acknowledgment is owed"
DEPARTURES = frozenset(
    {
        *(AHEAD, BARE_ACK, SECOND_FIN, TIMER_STARTS, LAST_ACK_ACKS, NO_RCV_NXT_YET, ALL_SENT),
        *(QUIET_TIME_WAIT, NO_BUFFERS, RANGE_BEHIND, WINDOW_IS_ROOM, CLOSE_WAITS, SYN_ALONE, SYN_IN_FRONT, OWED),
    }
)
"""What the rows do; ONLY_ANSWERED is a third way with a second FIN."""

SYNCHRONIZED = ("ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT")
MOST_QUEUED = 2


@dataclass(frozen=True, slots=True)
class Tcb:
    """The connection record, both windows included; `text` octets and a CLOSE, `fin`, wait to be sent."""

    state: str = "CLOSED"
    iss: int = 0
    irs: int = 0
    una: int = 0
    nxt: int = 0
    rcv: int = 0
    wnd: int = 2
    peers_wnd: int = 2
    passive: bool = False
    text: int = 0
    fin: bool = False
    since_2msl: int = 0


class Segment(NamedTuple):
    """A segment; `ack` is 0 without the ACK bit, `text` a number of octets."""

    seq: int
    ack: int = 0
    syn: bool = False
    has_ack: bool = False
    rst: bool = False
    fin: bool = False
    text: int = 0


def deleted(tcb: Tcb, state: str = "CLOSED") -> Tcb:
    """What is left of a record; what the two sides offer each other is no part of it here."""
    return Tcb(state, wnd=tcb.wnd, peers_wnd=tcb.peers_wnd)


class Done(NamedTuple):
    """What an event leaves: the record, what was sent, what the user was told."""

    tcb: Tcb
    sent: tuple[Segment, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rfc9293:
    """The RFC for numbers of so many bits, with the parts of RFC 5961 that it makes optional."""

    bits: int
    departs: frozenset[str] = frozenset()
    rst_5961: bool = True
    syn_5961: bool = True
    ack_5961: bool = False

    # Sequence numbers.

    def _less(self, x: int, y: int) -> bool:
        return 0 < (y - x) % (1 << self.bits) < 1 << (self.bits - 1)

    def _at_most(self, x: int, y: int) -> bool:
        return x == y or self._less(x, y)

    def _plus(self, x: int, n: int) -> int:
        return (x + n) % (1 << self.bits)

    def _length(self, seg: Segment) -> int:
        return seg.text + seg.syn + seg.fin

    # What is sent.

    def _ack(self, tcb: Tcb) -> Segment:
        return Segment(tcb.nxt, tcb.rcv, has_ack=True)

    def _reset_for(self, seg: Segment) -> Segment:
        if seg.has_ack:
            return Segment(seg.ack, rst=True)
        return Segment(0, self._plus(seg.seq, self._length(seg)), has_ack=True, rst=True)

    # 3.10.1 to 3.10.6, user calls; the remote socket is specified, and the user has access.

    def open_passive(self, tcb: Tcb) -> Done:
        if tcb.state == "CLOSED":
            return Done(deleted(tcb, "LISTEN"))
        return Done(tcb, told=("error: connection already exists",))

    def open_active(self, tcb: Tcb, iss: int) -> Done:
        if tcb.state not in ("CLOSED", "LISTEN"):
            return Done(tcb, told=("error: connection already exists",))
        calling = replace(tcb, state="SYN-SENT", iss=iss, una=iss, nxt=self._plus(iss, 1))
        return Done(calling, (Segment(iss, syn=True),))

    def send(self, tcb: Tcb, iss: int) -> Done:
        if tcb.state == "CLOSED":
            return Done(tcb, told=("error: connection does not exist",))
        if tcb.state == "LISTEN":
            called = self.open_active(tcb, iss)
            return called._replace(tcb=replace(called.tcb, text=1))
        if tcb.state not in ("SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT") or tcb.fin:
            return Done(tcb, told=("error: connection closing",))
        ready = tcb.state in ("ESTABLISHED", "CLOSE-WAIT")
        if ready and not tcb.text and self._window_has_room(tcb):
            return self._segmentize(tcb)
        if tcb.text >= MOST_QUEUED or (ready and WINDOW_IS_ROOM in self.departs):
            return Done(tcb, told=("error: insufficient resources",))
        return Done(replace(tcb, text=tcb.text + 1))

    def close(self, tcb: Tcb) -> Done:
        if tcb.state == "CLOSED":
            return Done(tcb, told=("error: connection does not exist",))
        if tcb.state in ("LISTEN", "SYN-SENT"):
            return Done(deleted(tcb), told=self._to_pending(tcb, "error: closing"))
        if tcb.state not in ("SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT") or tcb.fin:
            return Done(tcb, told=("error: connection closing",))
        if not tcb.text:
            return self._send_fin(tcb)
        at_once = tcb.state == "ESTABLISHED" and CLOSE_WAITS not in self.departs
        return Done(replace(tcb, fin=True, state="FIN-WAIT-1" if at_once else tcb.state))

    def abort(self, tcb: Tcb) -> Done:
        if tcb.state == "CLOSED":
            return Done(tcb, told=("error: connection does not exist",))
        told = self._to_pending(tcb, "connection reset")
        resets = tcb.state in ("SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT")
        return Done(deleted(tcb), (Segment(tcb.nxt, rst=True),) if resets else (), told)

    def _to_pending(self, tcb: Tcb, answer: str) -> tuple[str, ...]:
        return (answer,) if tcb.text and NO_BUFFERS not in self.departs else ()

    # What was queued goes out (3.10.2, 3.10.4), one number at a time.

    def transmit(self, tcb: Tcb) -> Done:
        at_once = CLOSE_WAITS not in self.departs
        if tcb.state not in ("ESTABLISHED", "CLOSE-WAIT", *(("FIN-WAIT-1", "CLOSING") if at_once else ())):
            return Done(tcb)
        if tcb.state == "ESTABLISHED" and tcb.text and tcb.fin and at_once:  # a CLOSE of SYN-RECEIVED
            return Done(replace(tcb, state="FIN-WAIT-1"))
        if tcb.text:
            return self._segmentize(replace(tcb, text=tcb.text - 1)) if self._window_has_room(tcb) else Done(tcb)
        return self._send_fin(tcb) if tcb.fin else Done(tcb)

    def _window_has_room(self, tcb: Tcb) -> bool:
        """SND.NXT is below SND.UNA+SND.WND (3.3.1)."""
        return self._less(tcb.nxt, self._plus(tcb.una, tcb.peers_wnd))

    def _segmentize(self, tcb: Tcb) -> Done:
        return Done(replace(tcb, nxt=self._plus(tcb.nxt, 1)), (Segment(tcb.nxt, tcb.rcv, has_ack=True, text=1),))

    def _send_fin(self, tcb: Tcb) -> Done:
        enters = {"SYN-RECEIVED": "FIN-WAIT-1", "ESTABLISHED": "FIN-WAIT-1", "CLOSE-WAIT": "LAST-ACK"}
        closed = replace(tcb, state=enters.get(tcb.state, tcb.state), nxt=self._plus(tcb.nxt, 1), fin=False)
        return Done(closed, (Segment(tcb.nxt, tcb.rcv, has_ack=True, fin=True),))

    # 3.10.8, timeouts.

    def user_timeout(self, tcb: Tcb) -> Done:
        if tcb.state == "CLOSED" or (OWED in self.departs and tcb.una == tcb.nxt):
            return Done(tcb)
        return Done(deleted(tcb), told=("error: connection aborted due to user timeout",))

    def retransmission_timeout(self, tcb: Tcb) -> Done:
        """The front of the queue is what SND.UNA numbers: our SYN, an octet, or our FIN."""
        if tcb.una == tcb.nxt:
            return Done(tcb)
        if tcb.una == tcb.iss:
            alone = tcb.state == "SYN-SENT"
            return Done(tcb, (Segment(tcb.iss, 0 if alone else tcb.rcv, syn=True, has_ack=not alone),))
        fin = self._fin_is_sent(tcb) and self._plus(tcb.una, 1) == tcb.nxt
        return Done(tcb, (Segment(tcb.una, tcb.rcv, has_ack=True, fin=fin, text=int(not fin)),))

    def time_wait_timeout(self, tcb: Tcb) -> Done:
        return Done(deleted(tcb) if tcb.state == "TIME-WAIT" else tcb)

    def _fin_is_sent(self, tcb: Tcb) -> bool:
        return tcb.state in ("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK", "TIME-WAIT") and not tcb.fin

    # 3.10.7, SEGMENT ARRIVES.

    def arrive(self, tcb: Tcb, seg: Segment, iss: int) -> Done:
        if tcb.state == "CLOSED":
            return Done(tcb, () if seg.rst else (self._reset_for(seg),))
        if tcb.state == "LISTEN":
            return self._listen(tcb, seg, iss)
        if tcb.state == "SYN-SENT":
            return self._syn_sent(tcb, seg)
        return self._others(tcb, seg)

    def _listen(self, tcb: Tcb, seg: Segment, iss: int) -> Done:
        if seg.rst:
            return Done(tcb)
        if seg.has_ack:
            return Done(tcb, (self._reset_for(seg),))
        if not seg.syn:
            return Done(tcb)
        numbers = {"iss": iss, "una": iss, "nxt": self._plus(iss, 1), "irs": seg.seq, "rcv": self._plus(seg.seq, 1)}
        taken = replace(tcb, state="SYN-RECEIVED", passive=True, **numbers)
        return Done(taken, (Segment(iss, taken.rcv, syn=True, has_ack=True),))

    def _syn_sent(self, tcb: Tcb, seg: Segment) -> Done:
        if seg.has_ack and (self._at_most(seg.ack, tcb.iss) or self._less(tcb.nxt, seg.ack)):
            return Done(tcb, () if seg.rst else (self._reset_for(seg),))
        if seg.rst:
            exact = not self.rst_5961 or NO_RCV_NXT_YET in self.departs or seg.seq == tcb.rcv
            obeyed = seg.has_ack and exact
            return Done(deleted(tcb), told=("error: connection reset",)) if obeyed else Done(tcb)
        if not seg.syn:
            return Done(tcb)
        taken = replace(tcb, irs=seg.seq, rcv=self._plus(seg.seq, 1), una=seg.ack if seg.has_ack else tcb.una)
        if self._less(taken.iss, taken.una):
            known = replace(taken, state="ESTABLISHED")
            if SYN_ALONE in self.departs:
                return Done(known, (self._ack(known),))
            return self._rest(known, seg, ack=True)
        crossed = replace(taken, state="SYN-RECEIVED", passive=False)
        return Done(crossed, (Segment(crossed.iss, crossed.rcv, syn=True, has_ack=True),))

    def _others(self, tcb: Tcb, seg: Segment) -> Done:
        """3.10.7.4, check by check."""
        if not self._acceptable(tcb, seg):
            return Done(tcb, () if seg.rst else (self._ack(tcb),))
        if seg.rst:
            return self._rst(tcb, seg)
        if seg.syn and not self._syn_is_trimmed(tcb, seg):
            return self._syn(tcb, seg)
        if not self._begins_at_rcv_nxt(tcb, seg) and AHEAD not in self.departs:
            return Done(tcb)  # SHLD-31: held
        if not seg.has_ack:
            return Done(tcb)
        return self._fifth(tcb, seg)

    def _begins_at_rcv_nxt(self, tcb: Tcb, seg: Segment) -> bool:
        """Whether the segment does so once what lies in front of the window is trimmed off."""
        in_front = self._plus(tcb.rcv, -seg.seq)
        return in_front == 0 or in_front < self._length(seg)

    def _syn_is_trimmed(self, tcb: Tcb, seg: Segment) -> bool:
        """Whether the SYN is outside the window; RFC 5961 challenges it all the same, "irrespective of" its number."""
        challenged = self.syn_5961 and not (tcb.state == "SYN-RECEIVED" and tcb.passive)
        return SYN_IN_FRONT not in self.departs and not challenged and not self._inside(tcb, seg.seq)

    def _inside(self, tcb: Tcb, number: int) -> bool:
        return self._at_most(tcb.rcv, number) and self._less(number, self._plus(tcb.rcv, tcb.wnd))

    def _acceptable(self, tcb: Tcb, seg: Segment) -> bool:
        length = self._length(seg)
        if tcb.wnd == 0:
            return length == 0 and seg.seq == tcb.rcv
        return self._inside(tcb, seg.seq) or (length > 0 and self._inside(tcb, self._plus(seg.seq, length - 1)))

    def _rst(self, tcb: Tcb, seg: Segment) -> Done:
        if self.rst_5961 and seg.seq != tcb.rcv:
            return Done(tcb, (self._ack(tcb),))
        if tcb.state == "SYN-RECEIVED" and tcb.passive:
            return Done(deleted(tcb, "LISTEN"))
        if tcb.state == "SYN-RECEIVED":
            return Done(deleted(tcb), told=("connection refused",))
        if tcb.state == "TIME-WAIT" and QUIET_TIME_WAIT in self.departs:
            return Done(deleted(tcb))
        return Done(deleted(tcb), told=("connection reset",))  # in every state: 3.5.3

    def _syn(self, tcb: Tcb, seg: Segment) -> Done:
        if tcb.state == "SYN-RECEIVED" and tcb.passive:
            return Done(deleted(tcb, "LISTEN"))
        if self.syn_5961:
            return Done(tcb, (self._ack(tcb),))
        return Done(deleted(tcb), (self._reset_for(seg),), ("connection reset",))

    def _fifth(self, tcb: Tcb, seg: Segment) -> Done:
        lowest = self._plus(tcb.una, -tcb.peers_wnd)
        in_range = self._plus(seg.ack, -lowest) <= self._plus(tcb.nxt, -lowest)
        behind = tcb.state == "SYN-RECEIVED" and RANGE_BEHIND in self.departs
        if self.ack_5961 and not in_range and not behind:
            return Done(tcb, (self._ack(tcb),))
        new = self._less(tcb.una, seg.ack) and self._at_most(seg.ack, tcb.nxt)
        if tcb.state == "SYN-RECEIVED":
            if not new:
                return Done(tcb, (self._reset_for(seg),))  # 3.5.2: the state stays
            return self._rest(replace(tcb, state="ESTABLISHED", una=seg.ack), seg)
        if tcb.state == "TIME-WAIT":
            quiet = BARE_ACK in self.departs and self._length(seg) == 0
            return self._rest(replace(tcb, since_2msl=0), seg, ack=not quiet)
        if self._less(tcb.nxt, seg.ack):  # in LAST-ACK: 3.5.2
            return Done(tcb, (self._ack(tcb),))
        return self._acknowledged(tcb, seg) if new else self._duplicate(tcb, seg)

    def _duplicate(self, tcb: Tcb, seg: Segment) -> Done:
        return Done(tcb) if tcb.state == "CLOSING" else self._rest(tcb, seg)

    def _acknowledged(self, tcb: Tcb, seg: Segment) -> Done:
        """SND.UNA < SEG.ACK =< SND.NXT in a synchronized state but TIME-WAIT."""
        covers_fin = self._fin_is_sent(tcb) and seg.ack == tcb.nxt
        advanced = replace(tcb, una=seg.ack)
        octets = self._plus(seg.ack, -tcb.una) - (tcb.una == tcb.iss) - covers_fin
        told = ("SEND: ok",) if octets > 0 and NO_BUFFERS not in self.departs else ()
        also_told = ("CLOSE: ok",) if ALL_SENT in self.departs else ()
        if covers_fin and tcb.state == "FIN-WAIT-1":
            return self._rest(replace(advanced, state="FIN-WAIT-2"), seg, told=(*told, "CLOSE: ok"))
        if covers_fin and tcb.state == "CLOSING":
            started = 0 if TIMER_STARTS in self.departs else tcb.since_2msl
            return self._rest(replace(advanced, state="TIME-WAIT", since_2msl=started), seg, told=(*told, *also_told))
        if covers_fin and tcb.state == "LAST-ACK":
            return Done(deleted(tcb), told=also_told)
        if tcb.state == "CLOSING":
            return Done(advanced, told=told)
        if tcb.state == "LAST-ACK":
            return self._rest(advanced, seg, told=told) if LAST_ACK_ACKS in self.departs else self._rest(tcb, seg)
        return self._rest(advanced, seg, told=told)

    def _rest(self, tcb: Tcb, seg: Segment, *, ack: bool = False, told: tuple[str, ...] = ()) -> Done:
        """The seventh and the eighth check; one ACK acknowledges all (MUST-58)."""
        open_half = tcb.state in ("ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2")
        first = self._plus(seg.seq, int(seg.syn))
        behind = self._plus(first, seg.text)
        edge = self._plus(tcb.rcv, tcb.wnd)
        had = self._plus(tcb.rcv, -first)
        if open_half and had < seg.text:
            tcb = replace(tcb, rcv=self._plus(tcb.rcv, min(seg.text - had, tcb.wnd)))
            ack, told = True, (*told, "text")
        here = behind == tcb.rcv and behind != edge
        if seg.fin and here and (open_half or SECOND_FIN not in self.departs):
            tcb, ack, told = self._take_fin(tcb), True, (*told, "connection closing")
        elif seg.fin and here:
            ack = ack or ONLY_ANSWERED in self.departs
            tcb = replace(tcb, since_2msl=0) if tcb.state == "TIME-WAIT" else tcb
        return Done(tcb, (self._ack(tcb),) if ack else (), told)

    def _take_fin(self, tcb: Tcb) -> Tcb:
        enters = {"ESTABLISHED": "CLOSE-WAIT", "FIN-WAIT-1": "CLOSING", "FIN-WAIT-2": "TIME-WAIT"}
        state = enters.get(tcb.state, tcb.state)
        waits = {"since_2msl": 0} if state == "TIME-WAIT" else {}
        return replace(tcb, state=state, rcv=self._plus(tcb.rcv, 1), **waits)
