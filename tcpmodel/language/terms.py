"""Terms: the text of guards, updates and claims, as interned values.

Two terms built alike are the same object, so identity is equality and a term can be a dictionary
key.  A term is not a truth value: `bool(term)` raises, and equality is written `equal(x, y)`, since
Python's `==` looks at the structure.  What it gives, a number, a Python truth value or a value out of
range is refused wherever a term belongs.
Sequence numbers have no `<`: only the interval tests `within` and `upto`, and `before` where the
RFC itself compares half of the number space (RFC 9293 3.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn, Union, cast
from weakref import WeakValueDictionary

from tcpmodel.errors import DefinitionError
from tcpmodel.language.mistakes import Comparison, compared_with, no_term, not_ordered
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum, Sort

Operand = Union["Term", int]
Payload = Union[int, str, tuple[str, ...], None]

_interned: WeakValueDictionary[tuple[object, ...], Term] = WeakValueDictionary()


class Term:
    """An operator applied to terms, with its sort: what the functions here make, and `&`, `|`, `~`, `+` and `-`."""

    __slots__ = ("__weakref__", "args", "name", "named_in", "op", "payload", "sort")

    op: Op
    sort: Sort
    args: tuple[Term, ...]
    payload: Payload
    name: str
    """The name of a variable or of a named definition; nothing else has one."""
    named_in: Names | None
    """What is named in it, once somebody has asked."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int | float | str):
            raise TypeError(compared_with("==", other))
        return cast(bool, Comparison("==", self is other)) if isinstance(other, Term) else NotImplemented

    def __ne__(self, other: object) -> bool:
        if isinstance(other, int | float | str):
            raise TypeError(compared_with("!=", other))
        return cast(bool, Comparison("!=", self is not other)) if isinstance(other, Term) else NotImplemented

    def __lt__(self, other: Any) -> NoReturn:
        raise TypeError(not_ordered("<", self.sort.name))

    def __gt__(self, other: Any) -> NoReturn:
        raise TypeError(not_ordered(">", self.sort.name))

    def __le__(self, other: Any) -> NoReturn:
        raise TypeError(not_ordered("<=", self.sort.name))

    def __ge__(self, other: Any) -> NoReturn:
        raise TypeError(not_ordered(">=", self.sort.name))

    def __invert__(self) -> Term:
        return negation(self)

    def __and__(self, other: Term) -> Term:
        return both(self, other)

    def __or__(self, other: Term) -> Term:
        return either(self, other)

    def __rand__(self, other: object) -> NoReturn:
        raise TypeError(no_term(other))

    __ror__ = __rand__

    def __add__(self, other: Operand) -> Term:
        return _make(Op.ADD, SEQ, _all(SEQ, self, other))

    def __sub__(self, other: Operand) -> Term:
        return _make(Op.SUBTRACT, SEQ, _all(SEQ, self, other))

    def __bool__(self) -> bool:
        raise TypeError(f"{self!r} is a term, not a truth value: write equal(x, y), x & y, x | y or ~x")

    def __repr__(self) -> str:
        inside = ", ".join([repr(self.payload)] * (self.payload is not None) + [repr(a) for a in self.args])
        return f"{self.op.value}({inside})"

    def __reduce__(self) -> tuple[object, ...]:
        return _make, (self.op, self.sort, self.args, self.payload)


def _make(op: Op, sort: Sort, args: tuple[Term, ...] = (), payload: Payload = None) -> Term:
    key = (op, sort, payload, *map(id, args))
    found = _interned.get(key)
    if found is None:
        found = Term()
        found.op, found.sort, found.args, found.payload, found.named_in = op, sort, args, payload, None
        if op in (Op.VARIABLE, Op.NAMED):
            found.name = payload[0] if isinstance(payload, tuple) else str(payload)
        _interned[key] = found
    return found


def _all(sort: Sort, *operands: Operand) -> tuple[Term, ...]:
    terms = tuple(x if isinstance(x, Term) else _written(x, sort) for x in operands)
    for term in terms:
        if term.sort is not sort and term.sort != sort:
            raise TypeError(f"{_called(term)} is a {term.sort.name}: a {sort.name} belongs here")
    return terms


def _called(term: Term) -> str:
    return repr(term.name if term.op in (Op.VARIABLE, Op.NAMED) else term)


def _written(value: object, sort: Sort) -> Term:
    """A number written where a term belongs; other than a count or a sequence number, values have names."""
    if isinstance(sort, Enum):
        raise TypeError(f"{value!r} is no {sort.name}: write the term of one of {', '.join(sort.values)}")
    if type(value) is not int:
        whole = isinstance(value, float)
        raise TypeError(f"{value!r} is no {sort.name}: write a whole number" if whole else no_term(value))
    return constant(value, sort)


def constant(value: int, sort: Sort) -> Term:
    """The value as a term: an integer for `SEQ` and `COUNT`, 0 or 1 for `BOOL`, an index for an `Enum`."""
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no value of a {sort.name}: write a whole number")
    top = len(sort.values) - 1 if isinstance(sort, Enum) else 1 if sort == BOOL else value
    if not 0 <= value <= top:
        least = "0 or more" if top == value else f"a number from 0 to {top}"
        raise TypeError(f"{value!r} is no value of a {sort.name}: write {least}")
    return _make(Op.VALUE, sort, payload=int(value))


def truth(given: Term, whose: str) -> Term:
    """Give a term back that is true or false; else raise `DefinitionError` saying whose it is and what to write."""
    if a_term(given, whose, "a term that is true or false").sort != BOOL:
        sort = given.sort.name
        raise DefinitionError(f"{whose} must be a term that is true or false, not a {sort}: compare it with a value")
    return given


def a_term(given: Term, whose: str, what: str = "a term") -> Term:
    """Give back what is a term; else raise `DefinitionError` saying whose it is and what to write."""
    if not isinstance(given, Term):
        raise DefinitionError(f"{whose} must be {what}: {no_term(given)}")
    return given


def a_variable(given: Term, whose: str) -> Term:
    """Give back what is a variable; else raise `DefinitionError` saying whose it is and what to write."""
    if a_term(given, whose).op is not Op.VARIABLE:
        raise DefinitionError(f"{whose} must be a variable, not {given!r}: write a variable of the system")
    return given


def variable(name: str, sort: Sort, *, says: str = "", denies: str = "") -> Term:
    """A variable; `says` and `denies` are how prose states that it is true or that it is false."""
    return _make(Op.VARIABLE, sort, payload=(name, says, denies))


def alternatives(sort: Enum) -> tuple[Term, ...]:
    """The values of an enumeration as terms, in its order."""
    return tuple(constant(i, sort) for i in range(len(sort.values)))


def named(name: str, definition: Term) -> Term:
    """The definition under a phrase that prose prints in its place."""
    a_term(definition, f"what is named {name!r}")
    return _make(Op.NAMED, definition.sort, (definition,), name)


TRUE = constant(1, BOOL)
"""The condition that always holds."""
FALSE = constant(0, BOOL)
"""The condition that never holds."""


def _terms(sort: Sort, *operands: Term) -> tuple[Term, ...]:
    """The operands, none of which may be a number."""
    for operand in operands:
        if not isinstance(operand, Term):
            raise TypeError(no_term(operand))
    return _all(sort, *operands)


def negation(term: Term) -> Term:
    """True where `term` is false."""
    (term,) = _terms(BOOL, term)
    if term is TRUE or term is FALSE:
        return FALSE if term is TRUE else TRUE
    return term.args[0] if term.op is Op.NOT else _make(Op.NOT, BOOL, (term,))


def _junction(op: Op, neutral: Term, terms: tuple[Term, ...]) -> Term:
    absorbing = FALSE if neutral is TRUE else TRUE
    parts = (a for term in _terms(BOOL, *terms) for a in (term.args if term.op is op else (term,)))
    kept = tuple(dict.fromkeys(a for a in parts if a is not neutral))
    if any(a is absorbing for a in kept):
        return absorbing
    return neutral if not kept else kept[0] if len(kept) == 1 else _make(op, BOOL, kept)


def both(*terms: Term) -> Term:
    """True where all are true; true of nothing at all."""
    return _junction(Op.AND, TRUE, terms)


def either(*terms: Term) -> Term:
    """True where one is true; false of nothing at all."""
    return _junction(Op.OR, FALSE, terms)


def implies(condition: Term, consequence: Term) -> Term:
    """True where the consequence holds or the condition does not."""
    return either(negation(condition), consequence)


def _sort_of(term: object, whose: str) -> Sort:
    if not isinstance(term, Term):
        raise TypeError(f"{whose} begins with a term, whose sort a number takes: {no_term(term)}")
    return term.sort


def choose(condition: Term, yes: Term, no: Operand) -> Term:
    """`yes` where the condition holds, else `no`."""
    (condition,) = _terms(BOOL, condition)
    yes, no = _all(_sort_of(yes, "choose(condition, yes, no)"), yes, no)
    if condition is TRUE or condition is FALSE:
        return yes if condition is TRUE else no
    return yes if yes is no else _make(Op.CHOOSE, yes.sort, (condition, yes, no))


def equal(left: Term, right: Operand) -> Term:
    """True where both have the same value."""
    left, right = _all(_sort_of(left, "equal(x, y)"), left, right)
    if left is right:
        return TRUE
    if left.op is Op.VALUE and right.op is Op.VALUE and left.sort != SEQ:
        return FALSE
    return _make(Op.EQUAL, BOOL, (left, right))


def one_of(term: Term, values: tuple[Term, ...]) -> Term:
    """True where the term has one of the values."""
    if not isinstance(values, tuple) or not values:
        raise TypeError(f"one_of({_called(term)}, {values!r}) names no values: write one_of(x, (first, second))")
    return among(term, values)


def among(term: Term, values: Iterable[Term]) -> Term:
    """True where the term has one of the values that were found; false where none was."""
    return either(*(equal(term, value) for value in values))


def within(x: Term, low: Term, size: Operand) -> Term:
    """Low =< x < low + size on sequence numbers, wherever the interval wraps."""
    return _make(Op.WITHIN, BOOL, _all(SEQ, x, low, size))


def upto(low: Term, x: Term, high: Term) -> Term:
    """Low < x =< high on sequence numbers, wherever the interval wraps; false where low = high."""
    return _make(Op.UPTO, BOOL, _all(SEQ, low, x, high))


def before(left: Term, right: Term) -> Term:
    """Left < right, where right lies in the half of the number space that follows left."""
    return _make(Op.BEFORE, BOOL, _all(SEQ, left, right))


def up(count: Term) -> Term:
    """The count plus one."""
    return _make(Op.UP, COUNT, _all(COUNT, count))


def down(count: Term) -> Term:
    """The count minus one; zero stays zero."""
    return _make(Op.DOWN, COUNT, _all(COUNT, count))


def at_least(left: Term, right: Operand) -> Term:
    """Left >= right, on counts."""
    return _make(Op.AT_LEAST, BOOL, _all(COUNT, left, right))


def some(bag: str, element: str, satisfies: Term) -> Term:
    """True where a record of the bag, its field f called `element`.f, satisfies the term."""
    return _make(Op.SOME, BOOL, _terms(BOOL, satisfies), (bag, element))


def every(bag: str, element: str, satisfies: Term) -> Term:
    """True where all records of the bag, their field f called `element`.f, satisfy the term."""
    return ~some(bag, element, ~satisfies)


def walk(term: Term) -> Iterator[Term]:
    """Every sub-term once, the term itself last."""
    seen: set[int] = set()

    def visit(t: Term) -> Iterator[Term]:
        if id(t) not in seen:
            seen.add(id(t))
            for arg in t.args:
                yield from visit(arg)
            yield t

    return visit(term)


class Names(NamedTuple):
    """Names in a term: its variables, fields of bag records included; its bags, each with what its record is called."""

    variables: frozenset[Term]
    bags: frozenset[tuple[str, str]]


def names(term: Term) -> Names:
    """Variables and bags that occur in the term; found once, since a term never changes."""
    if term.named_in is None:
        inside = [names(arg) for arg in term.args]
        own = [term] if term.op is Op.VARIABLE else []
        bag = [(term.payload[0], term.payload[1])] if term.op is Op.SOME and isinstance(term.payload, tuple) else []
        term.named_in = Names(
            frozenset(own).union(*(n.variables for n in inside)),
            frozenset(bag).union(*(n.bags for n in inside)),
        )
    return term.named_in


def variables(term: Term) -> frozenset[Term]:
    """The variables that occur in the term, fields of bag records included."""
    return names(term).variables


def bags_in(term: Term) -> frozenset[tuple[str, str]]:
    """The bags that the term looks into, each with what it calls a record there."""
    return names(term).bags


def rebuild(term: Term, args: tuple[Term, ...]) -> Term:
    """The same operator on other arguments, simplified as its builder does."""
    if all(new is old for new, old in zip(args, term.args, strict=True)):
        return term
    if term.op in (Op.AND, Op.OR, Op.NOT, Op.CHOOSE, Op.EQUAL):
        build = {Op.AND: both, Op.OR: either, Op.NOT: negation, Op.CHOOSE: choose, Op.EQUAL: equal}
        return cast(Term, build[term.op](*args))  # type: ignore[operator]
    return _make(term.op, term.sort, args, term.payload)


class Substitution:
    """Variables replaced by terms, bags renamed, and `label` put before definitions' names, in any number of terms."""

    def __init__(self, values: Mapping[Term, Term], *, bags: Mapping[str, str] | None = None, label: str = "") -> None:
        self.values, self.bags, self._label = values, bags or {}, label
        read = [variables(t) for t in values]
        self._everywhere = bool(label) or not all(read)
        self._read = frozenset[Term]().union(*read)
        self._done: dict[Term, Term] = {}

    def __call__(self, term: Term) -> Term:
        """The term with all of it done."""
        done = self._done.get(term)
        if done is None:
            done = self._done[term] = self._substituted(term) if self._concerns(term) else term
        return done

    def _concerns(self, term: Term) -> bool:
        """Whether anything in the term may be replaced or renamed."""
        named_in = names(term)
        return (
            self._everywhere
            or not self._read.isdisjoint(named_in.variables)
            or any(bag in self.bags for bag, _ in named_in.bags)
        )

    def _substituted(self, term: Term) -> Term:
        new = self.values[term] if term in self.values else rebuild(term, tuple(map(self, term.args)))
        if new.op is Op.SOME and isinstance(new.payload, tuple) and new.payload[0] in self.bags:
            new = _make(Op.SOME, BOOL, new.args, (self.bags[new.payload[0]], new.payload[1]))
        return named(self._label + new.name, new.args[0]) if self._label and new.op is Op.NAMED else new


def substitute(
    term: Term, values: Mapping[Term, Term], *, bags: Mapping[str, str] | None = None, label: str = ""
) -> Term:
    """The term with variables replaced by terms, bags renamed, and `label` put before definitions' names."""
    return Substitution(values, bags=bags, label=label)(term)
