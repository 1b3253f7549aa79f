"""A formal model and model checker of the TCP connection lifecycle (RFC 9293).

The library in one breath: `load("handshake")` gives a spec, `explore(spec.system, spec.claims)` its
reachable states with a verdict for each claim, and a verdict carries its trace.
"""

from __future__ import annotations

from tcpmodel.beginning import guard

guard()  # before what takes its time

# ruff: noqa: E402
from typing import TYPE_CHECKING, Any

from tcpmodel import about, public

if TYPE_CHECKING:
    from tcpmodel import errors
    from tcpmodel.conform.checking import Judged, Settings
    from tcpmodel.conform.endpoint import Endpoint, Fields, Fired, Tcb
    from tcpmodel.conform.verdict import judge_capture
    from tcpmodel.draw.ladder import ladder
    from tcpmodel.explore.exploration import Exploration, Limits
    from tcpmodel.explore.graph import graph
    from tcpmodel.explore.native.search import explore
    from tcpmodel.judging.judge import judge
    from tcpmodel.judging.load import Spec, load
    from tcpmodel.judging.report import Report
    from tcpmodel.language.sorts import BOOL, COUNT, SEQ
    from tcpmodel.language.terms import (
        FALSE,
        TRUE,
        Term,
        at_least,
        before,
        both,
        choose,
        constant,
        down,
        either,
        equal,
        every,
        implies,
        named,
        one_of,
        some,
        up,
        upto,
        variable,
        within,
    )
    from tcpmodel.systems.claims import Always, AlwaysEventually, Claim, DeadlockFree, LeadsTo, Witness, strong, weak
    from tcpmodel.systems.proof import Assumption, Proof, Tooth
    from tcpmodel.systems.row import FirstMatch, Row
    from tcpmodel.systems.system import Variable
    from tcpmodel.systems.trace import Trace, replay
    from tcpmodel.systems.verdicts import trace_of
    from tcpmodel.tcp.world.clock import Time
    from tcpmodel.tcp.world.connection import connection
    from tcpmodel.tcp.world.environment import Attacker, Network, User
    from tcpmodel.tcp.world.path import Part
else:
    from tcpmodel import explore

    del explore  # the package: once it is there, no import of it takes the name of the function again

    def __getattr__(name: str) -> Any:
        return public.attribute(__name__, name)


__version__ = about.VERSION

__all__ = [
    "BOOL",
    "COUNT",
    "FALSE",
    "SEQ",
    "TRUE",
    "Always",
    "AlwaysEventually",
    "Assumption",
    "Attacker",
    "Claim",
    "DeadlockFree",
    "Endpoint",
    "Exploration",
    "Fields",
    "Fired",
    "FirstMatch",
    "Judged",
    "LeadsTo",
    "Limits",
    "Network",
    "Part",
    "Proof",
    "Report",
    "Row",
    "Settings",
    "Spec",
    "Tcb",
    "Term",
    "Time",
    "Tooth",
    "Trace",
    "User",
    "Variable",
    "Witness",
    "__version__",
    "at_least",
    "before",
    "both",
    "choose",
    "connection",
    "constant",
    "down",
    "either",
    "equal",
    "errors",
    "every",
    "explore",
    "graph",
    "implies",
    "judge",
    "judge_capture",
    "ladder",
    "load",
    "named",
    "one_of",
    "replay",
    "some",
    "strong",
    "trace_of",
    "up",
    "upto",
    "variable",
    "weak",
    "within",
]


def __dir__() -> list[str]:
    return __all__
