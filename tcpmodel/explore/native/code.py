"""Native code as text: functions of LLVM's intermediate language, written through values and blocks.

A `Value` is the name of a result with its type; Python's operators on values write instructions.
Variables that change are stack slots, which the optimiser turns into registers, so that no one here
writes a phi.  All integers are `i64` and unsigned, truth is `i1`, addresses are `ptr`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Union

Number = Union["Value", int]

NEUTRAL_ZERO = ("or", "add", "sub", "xor", "shl", "lshr")
FOLD: Mapping[str, Callable[[int, int], int]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "shl": operator.lshift,
    "lshr": operator.rshift,
}


@dataclass(frozen=True, eq=False)
class Value:
    """A result of the function that `code` writes."""

    code: Code
    text: str
    type: str

    def __add__(self, other: Number) -> Value:
        return self.code.binary("add", self, other)

    def __sub__(self, other: Number) -> Value:
        return self.code.binary("sub", self, other)

    def __mul__(self, other: Number) -> Value:
        return self.code.binary("mul", self, other)

    def __and__(self, other: Number) -> Value:
        return self.code.binary("and", self, other)

    def __or__(self, other: Number) -> Value:
        return self.code.binary("or", self, other)

    def __xor__(self, other: Number) -> Value:
        return self.code.binary("xor", self, other)

    def __lshift__(self, other: Number) -> Value:
        return self.code.binary("shl", self, other)

    def __rshift__(self, other: Number) -> Value:
        return self.code.binary("lshr", self, other)

    def __invert__(self) -> Value:
        return self.code.binary("xor", self, -1)

    @property
    def number(self) -> int | None:
        """The number, where it is known."""
        return None if self.text[0] == "%" else int(self.text)

    def equals(self, other: Number) -> Value:
        """True where both are the same."""
        return self.code.compare("eq", self, other)

    def differs(self, other: Number) -> Value:
        """True where they are not."""
        return self.code.compare("ne", self, other)

    def below(self, other: Number) -> Value:
        """True where this is less, unsigned."""
        return self.code.compare("ult", self, other)

    def choose(self, yes: Value, no: Number) -> Value:
        """`yes` where this is true, else `no`."""
        return self.code.result(yes.type, f"select i1 {self.text}, {yes.type} {yes.text}, {yes.type} {text_of(no)}")

    def to(self, type: str) -> Value:
        """The integer, widened with zeros or cut to another width."""
        if self.type == type:
            return self
        if self.number is not None:
            return self.code.constant(self.number % (1 << int(type[1:])), type)
        operation = "zext" if int(self.type[1:]) < int(type[1:]) else "trunc"
        return self.code.result(type, f"{operation} {self.type} {self.text} to {type}")

    def at(self, index: Number, type: str = "i64") -> Place:
        """The element of this address's array of `type`."""
        address = self.code.result("ptr", f"getelementptr inbounds {type}, ptr {self.text}, i64 {text_of(index)}")
        return Place(address, type)


@dataclass(frozen=True, eq=False)
class Place:
    """Place of a value: an element of an array, or a variable of the function."""

    address: Value
    type: str

    def get(self) -> Value:
        """The value there."""
        return self.address.code.result(self.type, f"load {self.type}, ptr {self.address.text}")

    def set(self, value: Number) -> None:
        """Put a value there."""
        self.address.code.line(f"store {self.type} {text_of(value)}, ptr {self.address.text}")

    def add(self, value: Number) -> None:
        """Add to the value there."""
        self.set(self.get() + value)


def text_of(value: Number) -> str:
    """The operand's text."""
    return value.text if isinstance(value, Value) else str(value)


class Code:
    """A function as it is written."""

    def __init__(
        self,
        name: str,
        parameters: Mapping[str, str],
        returns: str = "void",
        *,
        public: bool = False,
        inline: bool = False,
    ) -> None:
        self.name, self.returns = name, returns
        self._lines: list[str] = []
        self._slots: list[str] = []
        self._prologue: list[str] = []
        self._count = 0
        self._linkage = "" if public else "internal "
        self._attributes = "alwaysinline nounwind" if inline else "nounwind"
        self._parameters = dict(parameters)
        self.arguments = {p: Value(self, f"%{p}", type) for p, type in parameters.items()}
        self._ended = False

    def line(self, text: str) -> None:
        """Write an instruction; what follows a jump cannot be reached and is left out."""
        if not self._ended:
            self._lines.append(f"  {text}")

    def result(self, type: str, text: str) -> Value:
        """Write an instruction with a result."""
        self._count += 1
        self.line(f"%v{self._count} = {text}")
        return Value(self, f"%v{self._count}", type)

    def binary(self, operation: str, left: Value, right: Number) -> Value:
        """Write an operation on two values of one type, or do it now where both are known."""
        one, other = left.number, right.number if isinstance(right, Value) else right
        if other == 0 and operation in NEUTRAL_ZERO:
            return left
        if one == 0 and operation in ("or", "add", "xor") and isinstance(right, Value):
            return right
        if one is not None and other is not None:
            bits = int(left.type[1:])
            return self.constant(FOLD[operation](one, other) % (1 << bits), left.type)
        return self.result(left.type, f"{operation} {left.type} {left.text}, {text_of(right)}")

    def compare(self, how: str, left: Value, right: Number) -> Value:
        """Write a comparison."""
        return self.result("i1", f"icmp {how} {left.type} {left.text}, {text_of(right)}")

    def constant(self, value: int, type: str = "i64") -> Value:
        """A constant."""
        return Value(self, str(value), type)

    def variable(self, initial: Number | None = None, type: str = "i64", *, length: int = 1) -> Place:
        """A variable, or an array of them, in the function's frame."""
        self._count += 1
        name = f"%v{self._count}"
        self._slots.append(f"  {name} = alloca {type}, i64 {length}, align 16")
        place = Place(Value(self, name, "ptr"), type)
        if initial is not None:
            place.set(initial)
        return place

    def call(self, name: str, *arguments: Value, returns: str = "void") -> Value:
        """Call another function."""
        given = ", ".join(f"{a.type} {a.text}" for a in arguments)
        if returns == "void":
            self.line(f"call void @{name}({given})")
            return self.constant(0)
        return self.result(returns, f"call {returns} @{name}({given})")

    def define(self, name: str, value: Callable[[], Value]) -> None:
        """Give a value that was named before the name, ahead of everything else in the function."""
        lines, ended = self._lines, self._ended
        self._lines, self._ended = [], False
        found = value()
        self._prologue += [*self._lines, f"  %{name} = add {found.type} {found.text}, 0"]
        self._lines, self._ended = lines, ended

    # Control.

    def label(self, what: str = "l") -> str:
        """A new label."""
        self._count += 1
        return f"{what}{self._count}"

    def place(self, label: str) -> None:
        """Here is the label; what comes before falls through to it."""
        self.jump(label)
        self._lines.append(f"{label}:")
        self._ended = False

    def jump(self, label: str) -> None:
        """Go on at the label."""
        self.line(f"br label %{label}")
        self._ended = True

    def branch(self, condition: Value, yes: str, no: str) -> None:
        """Go on at one of two labels."""
        if condition.number is not None:
            self.jump(yes if condition.number else no)
            return
        self.line(f"br i1 {condition.text}, label %{yes}, label %{no}")
        self._ended = True

    def switch(self, value: Value, otherwise: str, cases: Mapping[int, str]) -> None:
        """Go on where the value says."""
        listed = " ".join(f"{value.type} {n}, label %{label}" for n, label in cases.items())
        self.line(f"switch {value.type} {value.text}, label %{otherwise} [{listed}]")
        self._ended = True

    def give(self, value: Number | None = None) -> None:
        """Return."""
        self.line("ret void" if value is None else f"ret {self.returns} {text_of(value)}")
        self._ended = True

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """Branch: the code written inside runs where the condition is true."""
        yes, after = self.label("then"), self.label("after")
        self.branch(condition, yes, after)
        self.place(yes)
        yield
        self.place(after)

    @contextmanager
    def loop(self) -> Iterator[Loop]:
        """Loop: the code written inside repeats until it leaves."""
        again, after = self.label("again"), self.label("after")
        self.place(again)
        yield Loop(self, after)
        self.jump(again)
        self.place(after)

    @contextmanager
    def counting(self, first: Number, end: Number) -> Iterator[Value]:
        """Counted loop: the code written inside runs for each number from `first` to before `end`."""
        counter = self.variable(first)
        with self.loop() as loop:
            number = counter.get()
            loop.leave(~number.below(end))
            yield number
            counter.set(number + 1)

    def text(self) -> str:
        """The function's text."""
        given = ", ".join(f"{type} %{p}" for p, type in self._parameters.items())
        end = [] if self._ended else ["  unreachable"]
        body = "\n".join(["entry:", *self._slots, *self._prologue, *self._lines, *end])
        return f"define {self._linkage}{self.returns} @{self.name}({given}) {self._attributes} {{\n{body}\n}}\n"


@dataclass(frozen=True)
class Loop:
    """A loop as it is written."""

    code: Code
    after: str

    def leave(self, condition: Value) -> None:
        """Leave the loop where the condition is true."""
        on = self.code.label("on")
        self.code.branch(condition, self.after, on)
        self.code.place(on)


def all_of(code: Code, conditions: Sequence[Value]) -> Value:
    """True where all are true."""
    found = code.constant(1, "i1")
    for condition in conditions:
        found = condition if found.text == "1" else found & condition
    return found
