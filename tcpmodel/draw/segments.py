"""Notation of a segment as in the figures of RFC 9293: `<SEQ=0><ACK=1><CTL=SYN,ACK>`."""

from __future__ import annotations

from collections.abc import Mapping

from tcpmodel.systems.system import State, TransitionSystem

Value = int | str | bool
Fields = Mapping[str, Value]

CONTROL_BITS = (("syn", "SYN"), ("rst", "RST"), ("fin", "FIN"), ("ackbit", "ACK"))
"""The control bits in the order in which the figures name them."""


def written(fields: Fields) -> str:
    """The segment as the RFC writes it; the acknowledgment number only where the ACK bit is set."""
    control = ",".join(shown for name, shown in CONTROL_BITS if fields[name])
    parts = [f"SEQ={fields['seq']}"]
    parts += [f"ACK={fields['ack']}"] if fields["ackbit"] else []
    parts += [f"CTL={control}"] if control else []
    parts += [data_of(int(fields["text"]))] if fields["text"] else []
    return "".join(f"<{part}>" for part in parts)


def data_of(octets: int) -> str:
    """The text of a segment as the figures write it, with the number of octets where there are several."""
    return "DATA" if octets == 1 else f"DATA({octets})"


def ends_of(bag: str) -> tuple[str, str]:
    """The sender into a bag such as `A_to_B`, and the receiver."""
    sender, _, receiver = bag.partition("_to_")
    return sender, receiver


def incarnation(fields: Fields) -> int:
    """The sender's incarnation that sent the segment; 0 if an end without a connection did."""
    return int(fields.get("inc", 0))


def is_stale(system: TransitionSystem, state: State, sender: str, fields: Fields) -> bool:
    """Whether the incarnation that sent the segment is no more; nobody's, and one to come, is not."""
    who, now = incarnation(fields), int(system.value(state, f"{sender}.inc"))
    if who == 0 or who > now:
        return False
    return who < now or system.value(state, f"{sender}.state") == "CLOSED"
