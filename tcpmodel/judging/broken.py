"""Sanity check of claims (mutation testing): the sibling of a spec's system on which a claim that holds must fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from tcpmodel.errors import UsageError, choices
from tcpmodel.judging.load import Spec
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.systems.verdicts import Verdict
from tcpmodel.tcp.knobs.variants import KNOBS
from tcpmodel.tcp.world.connection import sibling

MECHANISMS = {"rules", *(knob.name for knob in KNOBS)}
"""The arguments of `connection` that make TCP what it is, as against users, network, time and sizes."""


def broken(spec: Spec, claim: str) -> TransitionSystem:
    """The system of the spec, changed by what breaks the claim."""
    changes = _changes(spec, claim)
    if callable(changes.get("rules")):
        changes["rules"] = changes["rules"](spec.system.origin["rules"])
    return sibling(spec.system, **changes)


def broken_verdict(spec: Spec, claim: str) -> Verdict:
    """The verdict on the claim where it is broken."""
    from tcpmodel.explore.native.search import explore  # numpy and LLVM come with it

    return explore(broken(spec, claim), [spec.claim(claim)]).verdicts[claim]


def breaking_text(spec: Spec, claim: str) -> str:
    """The change that breaks the claim, in a few words: a mutant's name, a knob's value, or each value that differs."""
    changes, world = _changes(spec, claim), world_of(spec, claim)
    told = {k: v for k, v in changes.items() if k not in world}
    return ", ".join(text for k, v in told.items() for text in _differing(k, spec.system.origin.get(k), v))


def world_of(spec: Spec, claim: str) -> dict[str, Any]:
    """Changes besides the rules or knobs that break the claim: in a system with these alone, it holds."""
    changes = _changes(spec, claim)
    return {k: v for k, v in changes.items() if k not in MECHANISMS} if MECHANISMS & set(changes) else {}


def _changes(spec: Spec, claim: str) -> dict[str, Any]:
    if claim not in spec.broken_by:
        raise UsageError(f"{spec.name} names nothing that breaks {claim!r}: {choices(claim, spec.broken_by)}")
    breaking = spec.broken_by[claim]
    return dict(breaking) if isinstance(breaking, Mapping) else {"rules": breaking}


def _differing(name: str, was: object, now: object) -> list[str]:
    if callable(now):
        return [getattr(now, "__name__", name)]
    if type(was) is type(now) and is_dataclass(now):
        pairs = [(f.name, getattr(was, f.name), getattr(now, f.name)) for f in fields(now)]
        return [f"{name}.{key}={new}" for key, old, new in pairs if old != new]
    return [f"{name}={now}"]
