"""Environment assumptions of a system: users and hosts, network, sizes and knobs, each checked when given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from tcpmodel.errors import DefinitionError, choices, known_arguments
from tcpmodel.language.terms import Term
from tcpmodel.systems.system import WhenFull
from tcpmodel.tcp.knobs.stacks import knobs_of_profile
from tcpmodel.tcp.rfc9293.ends import ENDS, other_end
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.world.clock import Time
from tcpmodel.tcp.world.path import Part, nobodys, parts_of

MOST = 15
"""The largest finite budget."""
_BUDGETS = (
    "passive_opens active_opens sends closes aborts crashes retransmissions timeouts first_isn lose duplicate rebinds "
    "resets syns octets fins tails acks floods"
)
FORGERIES = ("resets", "syns", "octets", "fins", "tails", "acks")
"""The kinds of segments that an attacker may forge."""
RANGES = dict.fromkeys(_BUDGETS.split(), (0, MOST)) | {"capacity": (1, 8), "misses_by": (1, 1 << 31)}
RANGES["window"] = (0, 1 << 31)
_UNLIMITED = "passive_opens active_opens sends closes aborts crashes timeouts retransmissions lose duplicate floods"
NONE_MEANS = dict.fromkeys((*_UNLIMITED.split(), *FORGERIES), "for no limit")
NONE_MEANS |= {"first_isn": "to leave it to the ISN policy", "window": "for the connection's"}
KNOWLEDGE = ("seq", "ack")
GHOSTS = ("none", "history", "provenance", "both", "told")
"""Choices of observers (history variables) by what they note.

In this order: nothing; who took whom; whose numbers a segment bears; both; who took whom and what users are told.
"""


@known_arguments
@dataclass(frozen=True)
class User:
    """Budgets of one end: what its user, host and timers may do, and how often; and its own stack, if it has any.

    A stack is `rules`, turned by the knobs of a `profile` and by `knobs`, which go before those of the connection.
    """

    passive_opens: int | None = 0
    active_opens: int | None = 0
    sends: int | None = 0
    closes: int | None = 0
    aborts: int | None = 0
    crashes: int | None = 0
    retransmissions: int | None = 0
    timeouts: int | None = 0
    first_isn: int | None = None
    isn: str | None = None
    window: int | None = None
    wrong_calls: bool = False
    profile: str | None = None
    knobs: Mapping[str, str | bool] | None = field(default=None, hash=False)
    rules: Rules | None = field(default=None, repr=False, hash=False)

    def __post_init__(self) -> None:
        _check(self)


@known_arguments
@dataclass(frozen=True)
class Network:
    """Properties of the network: `capacity` is that of a direction, budgets are for both directions together."""

    capacity: int = 2
    lose: int | None = 0
    duplicate: int | None = 0
    reorder: bool = True
    old_duplicates: bool = True
    when_full: WhenFull = "lose"
    rebinds: int = 0

    def __post_init__(self) -> None:
        _check(self)
        if self.when_full not in ("lose", "block"):
            raise DefinitionError(f"when_full={self.when_full!r} is out of range: write 'lose' or 'block'")


@known_arguments
@dataclass(frozen=True)
class Attacker:
    """Somebody off the path who sends segments to `target` in the other end's name, and how often.

    He may know the target's RCV.NXT ("seq") and its SND.NXT ("ack"), and then writes them; what he does not
    know he guesses, and as things stand when he writes it he is wrong by `misses_by` or more: of 2^32 numbers
    few are right.  Where the target expects nothing he writes what he likes.  `tails` are text with a FIN.  `floods`
    are SYNs in strangers' names, each of which takes a place of the target's backlog.
    """

    target: str = "B"
    resets: int | None = 0
    syns: int | None = 0
    octets: int | None = 0
    fins: int | None = 0
    tails: int | None = 0
    acks: int | None = 0
    floods: int | None = 0
    knows: tuple[str, ...] = ()
    misses_by: int = 1

    def __post_init__(self) -> None:
        _check(self)
        if self.target not in ENDS:
            raise DefinitionError(f"target={self.target!r} is out of range: write 'A' or 'B'")
        if not isinstance(self.knows, tuple) or not set(self.knows) <= set(KNOWLEDGE):
            raise DefinitionError(f"an attacker knows {self.knows!r}: write (), ('seq',), ('ack',) or ('seq', 'ack')")


def _check(owner: User | Network | Attacker) -> None:
    """Raise `DefinitionError` where a switch is no truth value, or a number none or out of range."""
    knobs = getattr(owner, "knobs", None)
    if not isinstance(knobs, Mapping | None):
        raise DefinitionError(f"knobs={knobs!r} is no mapping: write knobs={{'time_wait_rst': 'ignore'}}")
    for f in fields(owner):
        value, switch = getattr(owner, f.name), isinstance(f.default, bool)
        if switch and not isinstance(value, bool):
            raise DefinitionError(f"{f.name}={value!r} is out of range: write True or False")
        if switch or f.name not in RANGES or (value is None and f.name in NONE_MEANS):
            continue
        low, high = RANGES[f.name]
        if type(value) is not int or not low <= value <= high:
            more = f", or None {NONE_MEANS[f.name]}" if f.name in NONE_MEANS else ""
            raise DefinitionError(f"{f.name}={value!r} is out of range: write a number from {low} to {high}{more}")


@dataclass(frozen=True)
class Setting:
    """Everything that makes one system: the environment, the sizes, the knobs."""

    name: str
    a: User
    b: User
    network: Network
    time: Time | None
    bits: int
    window: int
    knobs: Mapping[str, str | bool]
    rules: Rules
    ghosts: str = "history"
    attacker: Attacker | None = None
    span: int | None = None
    path: tuple[Part, ...] = ()

    @property
    def nobodys(self) -> Mapping[str, Term]:
        """The fields besides the real ones of a segment that neither end sent."""
        return nobodys(timed=self.time is not None, ghosts=self.ghosts != "none", provenance=self.provenance)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts in the path, the network's NAT among them."""
        return tuple(parts_of(self.path, rebinds=self.network.rebinds))

    def knobs_of(self, end: str) -> Mapping[str, str | bool]:
        """The knobs of one end: its profile's and its own go before everybody's."""
        user = self.user(end)
        isn = {} if user.isn is None else {"isn": user.isn}
        return {**self.knobs, **knobs_of_profile(user.profile), **(user.knobs or {}), **isn}

    def rules_of(self, end: str) -> Rules:
        """The rules of one end: its own go before everybody's."""
        own = self.user(end).rules
        return self.rules if own is None else own

    def policy(self, end: str) -> str:
        """The ISN policy of one end."""
        return str(self.knobs_of(end).get("isn", "fresh"))

    def user(self, end: str) -> User:
        """The user at an end."""
        return self.a if end == "A" else self.b

    def units(self, end: str) -> int:
        """Number of sequence numbers one incarnation of the end may use: SYN, octets, FIN; or the span that is set."""
        user = self.user(end)
        if self.span is not None or user.sends is None:
            return self.span or 0
        knobs = self.knobs_of(end)
        with_syn = any(knobs.get(knob, "off") in ("on", "kept", True) for knob in ("fast_open", "syn_text"))
        most = self.window_of(other_end(end)) if knobs.get("segments") == "any" else 1
        return 1 + with_syn + most * user.sends + (1 if user.closes != 0 or user.wrong_calls else 0)

    @property
    def history(self) -> bool:
        """Whether observers remember who took whom."""
        return self.ghosts in ("history", "both", "told")

    @property
    def provenance(self) -> bool:
        """Whether segments tell whose numbers they bear."""
        return self.ghosts in ("provenance", "both")

    @property
    def told(self) -> bool:
        """Whether observers note what users are told."""
        return self.ghosts == "told"

    def window_of(self, end: str) -> int:
        """RCV.WND of one end, which is SND.WND of the other."""
        own = self.user(end).window
        return self.window if own is None else own

    def retransmits(self, end: str) -> bool:
        """Whether the end ever retransmits."""
        return self.user(end).retransmissions != 0


def check_sizes(setting: Setting) -> None:
    """Raise `DefinitionError` if the numbers do not suffice for the window and what an incarnation uses."""
    bits, window = setting.bits, setting.window
    if not isinstance(bits, int) or not 2 <= bits <= 32:
        raise DefinitionError(f"bits={bits!r} is out of range: write a number from 2 to 32")
    if not isinstance(window, int) or window < 2:
        raise DefinitionError(
            f"window={window!r} is out of range: write 2 or more, so that 'in the window' is not 'exact'"
        )
    if setting.ghosts not in GHOSTS:
        raise DefinitionError(f"ghosts={setting.ghosts!r} is out of range: {choices(setting.ghosts, GHOSTS)}")
    for end in ENDS:
        if not isinstance(setting.rules_of(end), Rules):
            raise DefinitionError(f"the rules of {end} are no rules: write RFC_9293, or what a change makes of it")
        if setting.user(end).sends is None and setting.span is None:
            raise DefinitionError("sends=None has no end: write span=N, the most numbers that an incarnation uses")
        if setting.policy(end) == "clock" and setting.time is None:
            raise DefinitionError("isn='clock' needs a clock: write time=Time(...)")
        first = setting.user(end).first_isn
        if first is not None and first >= 1 << bits:
            raise DefinitionError(f"first_isn={first} is out of range: write a number from 0 to {(1 << bits) - 1}")
    misses_by, half = setting.attacker.misses_by if setting.attacker else 1, 1 << bits - 1
    if misses_by > half:
        raise DefinitionError(f"misses_by={misses_by} leaves an attacker nothing to guess: write {half} or less")
    window = max(window, *(setting.window_of(end) for end in ENDS))
    span = max(window + setting.units(end) for end in ENDS)
    if 2 * span > 1 << bits:
        needed = (2 * span - 1).bit_length()
        raise DefinitionError(
            f"bits={bits} gives {1 << bits} sequence numbers, too few for a window of {window} and {span - window} "
            f"numbers an incarnation: write bits={needed} or more"
        )


FAULTLESS = Network()
"""A network that reorders and does nothing worse."""
