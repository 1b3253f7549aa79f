"""A Mealy machine read from a dot file, as automata learners write it.

Two forms are read: labels as text, `[label="SYN(V,V,0)/TIMEOUT"]`, and labels as HTML tables, whose cells hold the
input, a slash and the output.  The machine begins where an arrow from `__start0` points, or in the state coloured red.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import NamedTuple, NoReturn

from tcpmodel.conform.learned.words import Reply, is_call, reply_of, stimulus_of
from tcpmodel.errors import UnreadableInput

LARGEST = 1 << 24
"""So many bytes a file may have: a hundred times the largest machine that was ever published."""


class Edge(NamedTuple):
    """A transition: in a state, an input draws an output and leads to a state."""

    source: str
    given: str
    reply: Reply | None
    target: str


class Machine:
    """A deterministic machine that answers every input in every state."""

    def __init__(self, name: str, start: str, edges: tuple[Edge, ...]) -> None:
        self.name, self.start, self.edges = name, start, edges
        self.steps: Mapping[tuple[str, str], Edge] = {(e.source, e.given): e for e in edges}

    @cached_property
    def states(self) -> tuple[str, ...]:
        """The names of the states, in the order in which they have transitions."""
        return tuple(dict.fromkeys(e.source for e in self.edges))

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The input letters: calls first, then segments, each in alphabetical order."""
        return tuple(sorted({e.given for e in self.edges}, key=lambda letter: (not is_call(letter), letter)))

    @property
    def serves(self) -> bool:
        """The learner's application listens; otherwise it calls."""
        return "LISTEN" in self.inputs


def load(path: Path) -> Machine:
    """The machine in a file; `UnreadableInput` says in a sentence what is wrong."""
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableInput(f"{path} has more than {LARGEST >> 20} MiB: give a dot file of one learned machine")
        text = path.read_bytes().decode("utf-8")
    except OSError as wrong:
        raise UnreadableInput(f"{path} cannot be read ({wrong.strerror}): give a dot file") from wrong
    except UnicodeDecodeError as wrong:
        raise UnreadableInput(f"{path} is not text: give a dot file of a learned machine") from wrong
    return read(text, name=path.name)


def read(text: str, *, name: str = "the machine") -> Machine:
    """The machine that the text of a dot file describes."""
    try:
        return _machine(name, _statements(text))
    except _Wrong as wrong:
        raise UnreadableInput(f"{name}: {wrong}") from None


class _Wrong(Exception):
    """What is wrong with a dot file."""


def _refuse(sentence: str) -> NoReturn:
    raise _Wrong(sentence)


# The text.

_TOKEN = re.compile(
    r"""\s+ | //[^\n]* | /\*.*?\*/ | ^\#[^\n]*
      | (?P<quoted>"(?:\\.|[^"\\])*") | (?P<arrow>->) | (?P<mark>[{}\[\];,=]) | (?P<html><) | (?P<name>[\w.]+)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
Token = tuple[str, str]


def _tokens(text: str) -> Iterator[Token]:
    """The words and marks of dot: `"word"` for names, quoted and HTML texts, the mark itself for marks."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            line = text.count("\n", 0, at) + 1
            _refuse(f"line {line} is no dot at {text[at : at + 12]!r}: close every quote and bracket")
        at = found.end()
        if found.lastgroup == "html":
            at = _html_ends(text, at)
            yield "word", _cells(text[found.end() : at - 1])
        elif found.lastgroup == "quoted":
            yield "word", re.sub(r"\\(.)", r"\1", found["quoted"][1:-1])
        elif found.lastgroup == "name":
            yield "word", found["name"]
        elif found.lastgroup is not None:
            yield found[found.lastgroup], ""


def _html_ends(text: str, at: int) -> int:
    """The place behind an HTML text that has begun with `<`."""
    deep = 1
    for found in re.compile("[<>]").finditer(text, at):
        deep += 1 if found[0] == "<" else -1
        if deep == 0:
            return found.end()
    return _refuse("an HTML label is not closed: write '>' behind it")


def _cells(html: str) -> str:
    return unescape("".join(re.sub(r"<[^>]*>", "", html).split()))


class _Statement(NamedTuple):
    names: tuple[str, ...]
    attributes: Mapping[str, str]


def _statements(text: str) -> list[_Statement]:
    tokens = [*_tokens(text)]
    kinds = [kind for kind, _ in tokens]
    if not tokens or tokens[0] not in (("word", "digraph"), ("word", "strict")) or "{" not in kinds:
        _refuse('it does not begin as a dot file does: write digraph NAME { s0 -> s1 [label="INPUT/OUTPUT"]; }')
    if kinds[-1] != "}":
        _refuse("it ends in the middle: write '}' behind the last transition")
    return [*_parsed(tokens[kinds.index("{") + 1 : -1])]


def _parsed(tokens: list[Token]) -> Iterator[_Statement]:
    at = 0
    while at < len(tokens):
        kind, word = tokens[at]
        at += 1
        if kind != "word":
            if kind in (";", ","):
                continue
            _refuse(f'{kind!r} stands where a state\'s name is expected: write s0 -> s1 [label="INPUT/OUTPUT"]')
        names = [word]
        while at + 1 < len(tokens) and tokens[at][0] == "->" and tokens[at + 1][0] == "word":
            names.append(tokens[at + 1][1])
            at += 2
        if at < len(tokens) and tokens[at][0] == "=":
            at += 2
            continue
        attributes: dict[str, str] = {}
        while at < len(tokens) and tokens[at][0] == "[":
            at = _attributes(tokens, at + 1, attributes)
        yield _Statement(tuple(names), attributes)


def _attributes(tokens: list[Token], at: int, found: dict[str, str]) -> int:
    """Read `name=value` up to the bracket; the place behind it."""
    while at < len(tokens) and tokens[at][0] != "]":
        if tokens[at][0] in (",", ";"):
            at += 1
        elif [kind for kind, _ in tokens[at : at + 3]] == ["word", "=", "word"]:
            found[tokens[at][1]] = tokens[at + 2][1]
            at += 3
        else:
            _refuse(f'an attribute near {tokens[at][1] or tokens[at][0]!r} has no value: write [label="INPUT/OUTPUT"]')
    if at == len(tokens):
        _refuse("a list of attributes is not closed: write ']' behind it")
    return at + 1


# The machine.

_SETTINGS = {"node", "edge", "graph"}


def _machine(name: str, statements: list[_Statement]) -> Machine:
    arrows = [s for s in statements if len(s.names) > 1]
    edges = tuple(_edge(s) for s in arrows if not s.names[0].startswith("__start"))
    if not edges:
        _refuse('it has no transition: write s0 -> s1 [label="INPUT/OUTPUT"]')
    machine = Machine(name, _start(statements), edges)
    _deterministic(edges)
    _complete(machine)
    return machine


def _start(statements: list[_Statement]) -> str:
    pointed = [s.names[1] for s in statements if len(s.names) > 1 and s.names[0].startswith("__start")]
    red = [s.names[0] for s in statements if len(s.names) == 1 and s.attributes.get("color") == "red"]
    starts = pointed or red
    if len(starts) != 1:
        _refuse(f'it has {len(starts)} initial states: write __start0 -> s0, or s0 [color="red"], once')
    return starts[0]


def _edge(statement: _Statement) -> Edge:
    if len(statement.names) != 2:
        _refuse(f"{' -> '.join(statement.names)} is a chain: write each transition by itself")
    source, target = statement.names
    label = "".join(statement.attributes.get("label", "").split())
    given, slash, output = label.partition("/")
    if not slash or not given or not output:
        _refuse(f'the label {label!r} of {source} -> {target} is no input and output: write "SYN(V,V,0)/TIMEOUT"')
    try:
        if not is_call(given):
            stimulus_of(given)
        return Edge(source, given, reply_of(output), target)
    except ValueError as wrong:
        return _refuse(f"{source} -> {target}: {wrong}")


def _deterministic(edges: tuple[Edge, ...]) -> None:
    met: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        other = met.setdefault((edge.source, edge.given), edge)
        if other != edge:
            _refuse(
                f"{edge.source} has two transitions for {edge.given}: write one, a learned machine is deterministic"
            )


def _complete(machine: Machine) -> None:
    named = dict.fromkeys([machine.start, *machine.states, *(edge.target for edge in machine.edges)])
    for state in named:
        for given in machine.inputs:
            if (state, given) not in machine.steps:
                _refuse(f"{state} has no transition for {given}: write one for each input in each state")
