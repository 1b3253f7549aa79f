"""What surrounds two endpoints: users and hosts, the network, sizes and knobs, each checked when given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from tcpmodel.errors import DefinitionError
from tcpmodel.systems.system import WhenFull
from tcpmodel.tcp.clock import Time
from tcpmodel.tcp.ends import ENDS
from tcpmodel.tcp.rules import Rules

MOST = 15
"""The largest finite budget."""
_BUDGETS = "passive_opens active_opens sends closes aborts crashes retransmissions timeouts first_isn lose duplicate"
RANGES = dict.fromkeys(_BUDGETS.split(), (0, MOST)) | {"capacity": (1, 8)}
NONE_MEANS = dict.fromkeys(("retransmissions", "lose", "duplicate"), "for no limit")
NONE_MEANS |= {"first_isn": "to leave it to the ISN policy"}


@dataclass(frozen=True)
class User:
    """What one end's user, host and timers may do, and how often."""

    passive_opens: int = 0
    active_opens: int = 0
    sends: int = 0
    closes: int = 0
    aborts: int = 0
    crashes: int = 0
    retransmissions: int | None = 0
    timeouts: int = 0
    first_isn: int | None = None
    wrong_calls: bool = False

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True)
class Network:
    """What the network holds and does, in both directions together."""

    capacity: int = 2
    lose: int | None = 0
    duplicate: int | None = 0
    reorder: bool = True
    old_duplicates: bool = True
    when_full: WhenFull = "lose"

    def __post_init__(self) -> None:
        _check(self)
        if self.when_full not in ("lose", "block"):
            raise DefinitionError(f"when_full={self.when_full!r} is out of range: write 'lose' or 'block'")


def _check(owner: User | Network) -> None:
    """Raise `DefinitionError` where a switch is no truth value, or a number none or out of range."""
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
    ghosts: bool = True

    def user(self, end: str) -> User:
        """The user at an end."""
        return self.a if end == "A" else self.b

    def units(self, end: str) -> int:
        """How many numbers one incarnation of the end may use: SYN, octets, FIN."""
        user = self.user(end)
        return 1 + user.sends + (1 if user.closes or user.wrong_calls else 0)

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
    for end in ENDS:
        first = setting.user(end).first_isn
        if first is not None and first >= 1 << bits:
            raise DefinitionError(f"first_isn={first} is out of range: write a number from 0 to {(1 << bits) - 1}")
    span = max(window + setting.units(end) for end in ENDS)
    if 2 * span > 1 << bits:
        needed = (2 * span - 1).bit_length()
        raise DefinitionError(
            f"bits={bits} gives {1 << bits} sequence numbers, too few for a window of {window} and {span - window} "
            f"numbers an incarnation: write bits={needed} or more"
        )


FAULTLESS = Network()
"""A network that reorders and does nothing worse."""
