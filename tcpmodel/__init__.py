"""A formal model and model checker of the TCP connection lifecycle (RFC 9293).

The library in one breath: `load("handshake")` gives a spec, `explore(spec.system, spec.claims)` its
reachable states with a verdict for each claim, and a verdict carries its trace.
"""

from __future__ import annotations

from importlib.metadata import version

from tcpmodel.beginning import guard

guard()  # before what takes its time

# ruff: noqa: E402
from tcpmodel.explore.exploration import Exploration, Limits
from tcpmodel.explore.graph import graph
from tcpmodel.explore.native.search import explore
from tcpmodel.judging.judge import judge
from tcpmodel.judging.load import Spec, load
from tcpmodel.judging.report import Report
from tcpmodel.systems.claims import Always, AlwaysEventually, Claim, DeadlockFree, LeadsTo, Witness, strong, weak
from tcpmodel.systems.proof import Assumption, Proof, Tooth
from tcpmodel.systems.trace import Trace, replay
from tcpmodel.systems.verdicts import trace_of
from tcpmodel.tcp.world.clock import Time
from tcpmodel.tcp.world.connection import connection
from tcpmodel.tcp.world.environment import Attacker, Network, User

__version__ = version("tcpmodel")

__all__ = [
    "Always",
    "AlwaysEventually",
    "Assumption",
    "Attacker",
    "Claim",
    "DeadlockFree",
    "Exploration",
    "LeadsTo",
    "Limits",
    "Network",
    "Proof",
    "Report",
    "Spec",
    "Time",
    "Tooth",
    "Trace",
    "User",
    "Witness",
    "__version__",
    "connection",
    "explore",
    "graph",
    "judge",
    "load",
    "replay",
    "strong",
    "trace_of",
    "weak",
]
