"""The Informal Trace Format: a trace as plain JSON, out and in.

Integers are `{"#bigint": "..."}`; dots in names become underscores.  Each state but the first says,
in its `#meta` and in the variable `action_taken`, which rule, endpoint, arguments and RFC section
led to it.  What is read is matched with the system it names, step by step.

Version 2 of these documents has a segment's text as a number of octets; in version 1, which says no version and is
still read, it is true where there is an octet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tcpmodel.errors import UnreadableInput
from tcpmodel.language.reference import identifier
from tcpmodel.language.sorts import BOOL, SEQ, Enum
from tcpmodel.systems.firing import Reference, Step, reference_of
from tcpmodel.systems.system import Bag, Record, State, TransitionSystem, Variable
from tcpmodel.systems.trace import Trace, firing

MOST_DIGITS = 20
"""How long a number may be; no variable holds more than 64 bits."""
VERSION = 2
DESCRIPTION = "https://apalache-mc.org/docs/adr/015adr-trace.html"


def to_itf(trace: Trace, *, spec: str, claim: str = "", status: str = "ok", tool: str = "tcpmodel") -> dict[str, Any]:
    """The trace as a JSON document."""
    system = trace.system
    names = [identifier(v.name) for v in system.variables] + [b.name for b in system.bags]
    states = []
    for i, state in enumerate(trace.states):
        action = _action(system, trace.steps[i - 1]) if i else {"rule": "init"}
        states.append({"#meta": {"index": i, **action}, **_state(system, state), "action_taken": action["rule"]})
    document: dict[str, Any] = {
        "#meta": {
            "format": "ITF",
            "format-description": DESCRIPTION,
            "version": VERSION,
            "source": tool,
            "spec": spec,
            "claim": claim,
            "status": status,
            "varTypes": _types(system),
        },
        "params": [],
        "vars": [*names, "action_taken"],
        "states": states,
    }
    if trace.loop is not None:
        document["loop"] = trace.loop
    return document


def _types(system: TransitionSystem) -> dict[str, str]:
    word = {v.name: _type(v) for v in system.variables}
    types = {identifier(name): text for name, text in word.items()}
    for bag in system.bags:
        types[bag.name] = "Seq({ " + ", ".join(f"{f.name}: {_type(f)}" for f in bag.fields) + " })"
    return types | {"action_taken": "Str"}


def _type(v: Variable) -> str:
    return "Bool" if v.term.sort == BOOL else "Str" if isinstance(v.term.sort, Enum) else "Int"


def _action(system: TransitionSystem, step: Step) -> dict[str, Any]:
    fired = firing(system, step)
    action: dict[str, Any] = {
        "rule": fired.rule.name,
        "endpoint": fired.rule.agent,
        "rows": [row.name for row in fired.rows],
        "rfc": fired.rfc,
        "arguments": {"picked": [_out(p) for p in fired.picked]},
    }
    if fired.rule.take and step.taken is not None:
        action["arguments"]["segment"] = _record(system.bag(fired.rule.take.bag), step.taken)
    return action


def _state(system: TransitionSystem, state: State) -> dict[str, Any]:
    values = {identifier(v.name): _value(v, x) for v, x in zip(system.variables, state.values, strict=True)}
    bags = {b.name: [_record(b, r) for r in rs] for b, rs in zip(system.bags, state.bags, strict=True)}
    return values | bags


def _record(bag: Bag, record: Record) -> dict[str, Any]:
    return {f.name: _value(f, x) for f, x in zip(bag.fields, record, strict=True)}


def _value(v: Variable, x: int) -> Any:
    if isinstance(v.term.sort, Enum):
        return v.term.sort.values[x]
    return bool(x) if v.term.sort == BOOL else _out(x)


def _out(x: int) -> dict[str, str]:
    return {"#bigint": str(x)}


# Reading.


def spec_of(document: Any) -> str:
    """The spec that an ITF document says it is a trace of."""
    meta = document.get("#meta") if isinstance(document, Mapping) else None
    name = meta.get("spec") if isinstance(meta, Mapping) else None
    if not isinstance(name, str):
        raise UnreadableInput('the trace does not say which spec it is of: give "#meta" a member "spec"')
    return name


def from_itf(document: Any, system: TransitionSystem) -> Trace:
    """The trace in a JSON document, if it is a run of the system; `UnreadableInput` says what is wrong."""
    if not isinstance(document, Mapping) or not isinstance(document.get("states"), list) or not document["states"]:
        raise UnreadableInput('the file is not an ITF trace: it must be an object with a non-empty list "states"')
    document = document if "version" in document.get("#meta", {}) else _of_version_2(document, system)
    states = [_read_state(system, entry, i) for i, entry in enumerate(document["states"])]
    if states[0] != system.initial:
        raise UnreadableInput(f"state 0 is not where {system.name} starts")
    reference = reference_of(system)
    steps = [_read_step(reference, document["states"][i + 1], i, states) for i in range(len(states) - 1)]
    loop = document.get("loop")
    if loop is not None and (type(loop) is not int or not 0 <= loop < len(states)):
        raise UnreadableInput(f'"loop" is {loop!r}: it must be the index of a state')
    if loop is not None and states[loop] != states[-1]:
        raise UnreadableInput(f'"loop" is {loop}, but the last state is not state {loop}: repeat it at the end')
    return Trace(system, tuple(states), tuple(steps), loop)


def _of_version_2(document: Mapping[str, Any], system: TransitionSystem) -> Mapping[str, Any]:
    """A document of version 1 with numbers for what has become one: in the records of bags, and of those taken."""
    numbers = {f.name for bag in system.bags for f in bag.fields if f.term.sort == SEQ}

    def numbered(x: Any, name: str = "") -> Any:
        if isinstance(x, Mapping):
            return {key: numbered(value, key) for key, value in x.items()}
        if isinstance(x, list):
            return [numbered(entry) for entry in x]
        return _out(int(x)) if isinstance(x, bool) and name in numbers else x

    return {**document, "states": numbered(document["states"])}


def _read_step(reference: Reference, entry: Mapping[str, Any], i: int, states: list[State]) -> Step:
    """A step from state i to the next, by the rule and with the arguments that the entry gives, if it does."""
    wanted, meta = entry.get("action_taken"), entry.get("#meta")
    arguments = meta.get("arguments") if isinstance(meta, Mapping) else None
    found = [o.step for o in reference.steps(states[i]) if o.state == states[i + 1]]
    named = [s for s in found if wanted in (None, reference.system.rules[s.rule].name)]
    exact = [s for s in named if arguments in (None, _action(reference.system, s)["arguments"])]
    if not exact:
        by = (f" {wanted!r}" if wanted else "") + (" with these arguments" if named else "")
        raise UnreadableInput(f"no rule{by} leads from state {i} to state {i + 1}")
    return exact[0]


def _read_state(system: TransitionSystem, entry: Any, i: int) -> State:
    if not isinstance(entry, Mapping):
        raise UnreadableInput(f"state {i} is not an object")
    values = tuple(_read(v, _member(entry, identifier(v.name), f"state {i}"), f"state {i}") for v in system.variables)
    bags = []
    for bag in system.bags:
        records = _member(entry, bag.name, f"state {i}")
        if not isinstance(records, list) or not all(isinstance(r, Mapping) for r in records):
            raise UnreadableInput(f"{bag.name} in state {i} must be a list of objects")
        read = [
            tuple(_read(f, _member(r, f.name, f"{bag.name} of state {i}"), f"state {i}") for f in bag.fields)
            for r in records
        ]
        bags.append(tuple(read) if bag.ordered else tuple(sorted(read)))
    return State(values, tuple(bags))


def _member(entry: Mapping[str, Any], name: str, where: str) -> Any:
    if name not in entry:
        raise UnreadableInput(f"{where} lacks {name!r}: every state gives every variable of its spec")
    return entry[name]


def _read(v: Variable, x: Any, where: str) -> int:
    sort = v.term.sort
    if isinstance(sort, Enum):
        if x in sort.values:
            return sort.values.index(x)
    elif sort == BOOL:
        if isinstance(x, bool):
            return int(x)
    elif isinstance(x, Mapping) and set(x) == {"#bigint"}:
        text = str(x["#bigint"])
        if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
            return int(text)
    raise UnreadableInput(f"{v.name} in {where} is {x!r}: write {_example(sort)}")


def _example(sort: object) -> str:
    if isinstance(sort, Enum):
        return f"one of {', '.join(sort.values)}"
    return "true or false" if sort == BOOL else 'an integer as {"#bigint": "..."}'
