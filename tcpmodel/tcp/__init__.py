"""RFC 9293's connection lifecycle in seven rooms: `rfc9293` is read first, `world` makes it a transition system.

What specs use most is here under its own name, and loaded when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tcpmodel.tcp.claims import fairness, hygiene, promises, provable, service
    from tcpmodel.tcp.mistakes import mutants

__all__ = ["fairness", "hygiene", "mutants", "promises", "provable", "service"]

if not TYPE_CHECKING:  # else every name would pass for one that there is

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f"{__name__}.{'mistakes' if name == 'mutants' else 'claims'}.{name}")
