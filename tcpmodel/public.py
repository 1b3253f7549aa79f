"""The names that specs and programs may rely on, and the module that defines each: lazy imports of the public API.

`tcpmodel` has the language and the engines, `tcpmodel.tcp` what there is to say of TCP.  A name is looked up when it is
asked for, and nothing is imported that nobody asked for.  Modules may move; these names stay.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from tcpmodel.errors import choices


def _homes(names: Mapping[str, str]) -> Mapping[str, str]:
    return {name: module for module, listed in names.items() for name in listed.split()}


TCPMODEL = _homes(
    {
        "tcpmodel": "errors",
        "tcpmodel.conform.checking": "Judged Settings",
        "tcpmodel.conform.endpoint": "Endpoint Fields Fired Tcb",
        "tcpmodel.conform.verdict": "judge_capture",
        "tcpmodel.draw.ladder": "ladder",
        "tcpmodel.explore.exploration": "Exploration Limits",
        "tcpmodel.explore.graph": "graph",
        "tcpmodel.explore.native.search": "explore",
        "tcpmodel.judging.judge": "judge",
        "tcpmodel.judging.load": "Spec load",
        "tcpmodel.judging.report": "Report",
        "tcpmodel.language.sorts": "BOOL COUNT SEQ",
        "tcpmodel.language.terms": "FALSE TRUE Term at_least before both choose constant down either equal every "
        "implies named one_of some up upto variable within",
        "tcpmodel.systems.claims": "Always AlwaysEventually Claim DeadlockFree LeadsTo Witness strong weak",
        "tcpmodel.systems.proof": "Assumption Proof Tooth",
        "tcpmodel.systems.row": "FirstMatch Row",
        "tcpmodel.systems.system": "Variable",
        "tcpmodel.systems.trace": "Trace replay",
        "tcpmodel.systems.verdicts": "trace_of",
        "tcpmodel.tcp.world.clock": "Time",
        "tcpmodel.tcp.world.connection": "connection",
        "tcpmodel.tcp.world.environment": "Attacker Network User",
        "tcpmodel.tcp.world.path": "Part",
    }
)
TCP = _homes(
    {
        "tcpmodel.tcp.claims": "fairness hygiene promises provable service",
        "tcpmodel.tcp.claims.fairness": "BARE_ACKS FINS KINDS RESETS SYNS SYN_ACKS TEXTS arrive calls_close repeats "
        "some_arrive time_wait_runs_out",
        "tcpmodel.tcp.claims.situations": "synchronized",
        "tcpmodel.tcp.knobs.extensions": "held",
        "tcpmodel.tcp.knobs.isn": "reach",
        "tcpmodel.tcp.mistakes": "mutants",
        "tcpmodel.tcp.observers.ghosts": "delivered inc misdelivered peer stale_fin",
        "tcpmodel.tcp.observers.told": "SAYINGS told",
        "tcpmodel.tcp.proofs": "clocked invariant outlasting repairing unbounded",
        "tcpmodel.tcp.rfc9293.calls": "MOST_QUEUED",
        "tcpmodel.tcp.rfc9293.checks": "REFUSED RESET",
        "tcpmodel.tcp.rfc9293.ends": "at each_end in_flight nothing_in_flight other_end some_end",
        "tcpmodel.tcp.rfc9293.notation": "segment",
        "tcpmodel.tcp.rfc9293.rewriting": "row",
        "tcpmodel.tcp.rfc9293.rules": "RFC_9293 Rules",
        "tcpmodel.tcp.rfc9293.segment": "ACK FIN OUT RST SYN Segment emit fields_of seg",
        "tcpmodel.tcp.rfc9293.tcb": "CLOSED CLOSE_WAIT CLOSING ESTABLISHED EVERY_STATE FIN_WAIT_1 FIN_WAIT_2 LAST_ACK "
        "LISTEN STATE SYN_RECEIVED SYN_SENT TIME_WAIT all_acknowledged in_state irs isn_clock iss passive queued rcv "
        "rtx_budget sent_fin snd something_outstanding state syn_outstanding theirs time_wait_elapsed",
        "tcpmodel.tcp.rfc9293.timeouts": "TIMED_OUT",
        "tcpmodel.tcp.world": "wrapping",
        "tcpmodel.tcp.world.path": "acts in_name_of takes",
    }
)
REFERENCE = "docs/reference.md"
DOORS = {"tcpmodel": TCPMODEL, "tcpmodel.tcp": TCP}
"""What users import from, each with its names and the module of each; a package stands for the modules in it."""


def attribute(door: str, name: str) -> Any:
    """The object that a door has under this name, imported now and kept; `AttributeError` says which name was meant."""
    home = DOORS[door].get(name)
    if home is None:
        raise AttributeError(f"module {door!r} has no attribute {name!r}{'' if name[:2] == '__' else hint(name, door)}")
    module = import_module(home)
    found = import_module(f"{home}.{name}") if hasattr(module, "__path__") else getattr(module, name)
    setattr(sys.modules[door], name, found)
    return found


def hint(name: str, door: str) -> str:
    """The end of an error about a name that a door does not have: where it is, or what it is called."""
    other = [there for there, names in DOORS.items() if name in names]
    return f": write {imports([name])}" if other else f": {choices(name, DOORS[door], listed_by=REFERENCE)}"


def imports(names: Iterable[str]) -> str:
    """The lines that import these names, in a sentence; "" where there is none of them."""
    wanted = {door: [name for name in names if name in there] for door, there in DOORS.items()}
    return " and ".join(f"from {door} import {', '.join(found)}" for door, found in wanted.items() if found)
