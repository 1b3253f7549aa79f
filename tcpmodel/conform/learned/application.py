"""The application that a learner drives: sockets above one endpoint, and which of RFC 9293's calls they make.

There is one connection at a time.  A caller has one socket, used once.  A server has a listening socket, and one
accepted; ACCEPT and RCV wait in the background.  A connection that ends before anybody accepted it stays in the accept
queue.  What a call of the sockets means to TCP is not RFC 9293's matter: where hosts differ, each way is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from tcpmodel.conform.assumptions import ABORT_WITH_ACK, Assumption
from tcpmodel.conform.endpoint import Tcb
from tcpmodel.conform.learned.departures import DROPPED, HALF_OPEN_DROPPED, UNACCEPTED_RESET, UNREAD_RESETS
from tcpmodel.conform.shown import ABORT_ACK
from tcpmodel.conform.stack import CLOSE_WAIT, CLOSED, ESTABLISHED, LISTEN, SYN_RECEIVED, SYN_SENT
from tcpmodel.tcp.rfc9293.events import Event

MOST_GONE = 3
"""So many ended connections in the accept queue are told apart."""


class Held(StrEnum):
    """What the application has of a connection."""

    NOTHING = "nothing"
    WAITS = "ACCEPT waits"
    SOCKET = "a socket"
    DEAD = "a socket whose connection has ended"


class Application(NamedTuple):
    """What the sockets remember beside the TCB."""

    used: bool = False
    listening: bool = False
    held: Held = Held.NOTHING
    gone: int = 0
    """How many connections in the accept queue have ended."""
    unread: bool = False
    reading: bool = False
    """RCV waits for text."""
    closed: bool = False
    """The connection's own socket is closed."""

    def without_text(self) -> Application:
        """Nothing is unread, and nobody reads."""
        return self._replace(unread=False, reading=False)


class Act(NamedTuple):
    """What a call does: the event of RFC 9293 that it makes, the application after it, and what that assumes."""

    event: str | None
    application: Application
    assumes: tuple[Assumption, ...] = ()


Call = Callable[[Application, Tcb], Iterator[Act]]


def _connect(app: Application, tcb: Tcb) -> Iterator[Act]:
    if app.used:
        yield Act(None, app)
    else:
        yield Act(Event.ACTIVE_OPEN, app._replace(used=True, held=Held.SOCKET))


def _listen(app: Application, tcb: Tcb) -> Iterator[Act]:
    if app.used:
        yield Act(None, app)
    else:
        yield Act(Event.PASSIVE_OPEN, app._replace(used=True, listening=True))


def _accept(app: Application, tcb: Tcb) -> Iterator[Act]:
    if app.held is not Held.NOTHING or not app.listening:
        yield Act(None, app)
    elif app.gone:
        for held in (Held.NOTHING, Held.DEAD):
            yield Act(None, app._replace(held=held, gone=app.gone - 1))
    else:
        arrived = tcb.state >= ESTABLISHED and not app.closed
        yield Act(None, app._replace(held=Held.SOCKET if arrived else Held.WAITS))


def _receive(app: Application, tcb: Tcb) -> Iterator[Act]:
    if app.held is not Held.SOCKET or tcb.state < ESTABLISHED:
        yield Act(None, app)
    elif app.unread:
        yield Act(None, app.without_text())
    else:
        yield Act(None, app._replace(reading=tcb.state == ESTABLISHED))


def _send(app: Application, tcb: Tcb) -> Iterator[Act]:
    able = app.held is Held.SOCKET and tcb.state in (ESTABLISHED, CLOSE_WAIT)
    yield Act(Event.SEND if able else None, app)


def _close_own(app: Application, tcb: Tcb) -> Iterator[Act]:
    """The connection's own socket is closed."""
    if app.held is not Held.SOCKET:
        yield Act(None, app._replace(used=True, held=Held.NOTHING))
        return
    after = app.without_text()._replace(held=Held.NOTHING, closed=tcb.state != SYN_SENT)
    yield Act(Event.CLOSE, after)
    if app.unread:
        yield Act(Event.ABORT, after, (UNREAD_RESETS,))
        yield Act(ABORT_ACK, after, (UNREAD_RESETS, ABORT_WITH_ACK))


def _close_listener(app: Application, tcb: Tcb) -> Iterator[Act]:
    """The listening socket is closed; connections that nobody has accepted are its own."""
    held = Held.NOTHING if app.held is Held.WAITS else app.held
    after = app._replace(used=True, listening=False, held=held, gone=0)
    unaccepted = app.listening and not app.closed and app.held is not Held.SOCKET
    if unaccepted and tcb.state == LISTEN:
        yield Act(Event.CLOSE, after)
    elif unaccepted and tcb.state >= SYN_RECEIVED:
        yield Act(Event.CLOSE, after.without_text()._replace(closed=True))
        if tcb.state == SYN_RECEIVED:
            yield Act(DROPPED, after, (HALF_OPEN_DROPPED,))
        else:
            yield Act(Event.ABORT, after.without_text(), (UNACCEPTED_RESET,))
            yield Act(ABORT_ACK, after.without_text(), (UNACCEPTED_RESET, ABORT_WITH_ACK))
    else:
        yield Act(None, after)


def _close_connection(app: Application, tcb: Tcb) -> Iterator[Act]:
    if app.held is Held.SOCKET:
        yield from _close_own(app, tcb)
    else:
        yield Act(None, app._replace(held=Held.NOTHING))


_BOTH: Mapping[str, Call] = {"RCV": _receive, "SEND": _send}
_CALLER: Mapping[str, Call] = {**_BOTH, "CONNECT": _connect, "CLOSE": _close_own}
_SERVER: Mapping[str, Call] = {
    **_BOTH,
    "LISTEN": _listen,
    "ACCEPT": _accept,
    "CLOSE": _close_listener,
    "CLOSECONNECTION": _close_connection,
}


def calls(*, serves: bool) -> Mapping[str, Call]:
    """What each call of a learned machine's alphabet does."""
    return _SERVER if serves else _CALLER


def settled(app: Application, before: Tcb, after: Tcb, *, text: int = 0) -> Application:
    """The application when an event has taken the endpoint from one TCB to another, with so much text arriving."""
    if after.state in (CLOSED, LISTEN):
        return _ended(app, before)
    if after.state == SYN_RECEIVED and before.state != SYN_RECEIVED:
        return app.without_text()._replace(closed=False)
    if after.state >= ESTABLISHED and app.held is Held.WAITS and not app.closed:
        app = app._replace(held=Held.SOCKET)
    if text and after.rcv_nxt != before.rcv_nxt and not app.closed:
        app = app._replace(reading=False, unread=not app.reading)
    return app if after.state == ESTABLISHED else app._replace(reading=False)


def _ended(app: Application, before: Tcb) -> Application:
    was_there = before.state >= ESTABLISHED and not app.closed
    app = app.without_text()._replace(closed=False)
    if app.held is Held.SOCKET:
        return app._replace(held=Held.DEAD)
    return app._replace(gone=min(app.gone + 1, MOST_GONE)) if was_there and app.listening else app
