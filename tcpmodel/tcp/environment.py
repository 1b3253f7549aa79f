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
        _check_budgets(self, unlimited=("retransmissions", "first_isn"))


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
        _check_budgets(self, unlimited=("lose", "duplicate"))
        if not 1 <= self.capacity <= 8:
            raise DefinitionError(f"capacity={self.capacity!r} is out of range: write a number from 1 to 8")
        if self.when_full not in ("lose", "block"):
            raise DefinitionError(f"when_full={self.when_full!r} is out of range: write 'lose' or 'block'")


def _check_budgets(owner: object, *, unlimited: tuple[str, ...]) -> None:
    for f in fields(owner):  # type: ignore[arg-type]
        value = getattr(owner, f.name)
        if isinstance(value, bool | str) or (value is None and f.name in unlimited):
            continue
        if not isinstance(value, int) or not 0 <= value <= MOST:
            more = ", or None for no limit" if f.name in unlimited else ""
            raise DefinitionError(f"{f.name}={value!r} is out of range: write a number from 0 to {MOST}{more}")


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
    span = max(window + setting.units(end) for end in ENDS)
    if 2 * span > 1 << bits:
        needed = (2 * span - 1).bit_length()
        raise DefinitionError(
            f"bits={bits} gives {1 << bits} sequence numbers, too few for a window of {window} and {span - window} "
            f"numbers an incarnation: write bits={needed} or more"
        )


FAULTLESS = Network()
"""A network that reorders and does nothing worse."""
