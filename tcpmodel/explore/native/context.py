"""Memory shared by a search and its caller: an array of 64-bit words with names.

Addresses, counters and bounds of one worker.  Python sets and reads them between rounds, native
code while it runs.
"""

from __future__ import annotations

from enum import IntEnum, auto

from tcpmodel.explore.native.code import Place, Value


class Slot(IntEnum):
    """The words of a worker's context."""

    QUEUE = 0  # successors that wait to be looked up
    QUEUED = auto()
    TABLE = auto()
    BUCKETS = auto()
    ALONE = auto()  # whether no other worker uses the table now
    STORE = auto()  # every state found, W words each
    PARENTS = auto()  # for every state, the number of the one that it was found from
    NEXT = auto()  # the number of the next state that this worker finds
    LIMIT = auto()  # where this worker must stop
    FIRED = auto()  # how often each way through the blocks was taken
    FOUND = auto()  # how often it led to a new state
    BOUNDS = auto()  # how often each bound was met
    SOURCE = auto()  # the number of the state being expanded
    SEEN = auto()  # which bits of the claims have come true
    FIRST = auto()  # for each such bit, in which state first
    STUCK = auto()  # the numbers of states from which nothing moves
    STUCK_COUNT = auto()
    CURSOR = auto()  # the address of the next place of the frontier, shared by all workers
    END = auto()  # the end of the frontier's part that this round expands
    RANGES = auto()  # the frontier: pairs of state numbers
    BATCH = auto()
    CHUNK = auto()
    BEYOND = auto()  # whether a count went beyond its top
    TAKEN = auto()  # the kinds of firing that the present one is
    ENABLED = auto()  # the kinds that the present source enables
    HASHES = auto()  # where states are compared by their hashes: every state's


class Context:
    """The context as native code sees it."""

    def __init__(self, address: Value) -> None:
        self._address = address

    def __getitem__(self, slot: Slot) -> Place:
        return self._address.at(int(slot))

    def array(self, slot: Slot) -> Value:
        """The address that a slot holds."""
        word = self[slot].get()
        return word.code.result("ptr", f"inttoptr i64 {word.text} to ptr")
