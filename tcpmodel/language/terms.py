"""Terms: the text of guards, updates and claims, as interned values.

Two terms built alike are the same object, so identity is equality and a term can be a dictionary
key.  A term is not a truth value: `if x == y` on terms is a mistake that Python would let pass
for its structure, hence `bool(term)` raises and equality is written `equal(x, y)`.
Sequence numbers have no `<`: only the interval tests `within` and `upto`, and `before` where the
RFC itself compares half of the number space (RFC 9293 3.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Union, cast
from weakref import WeakValueDictionary

from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum, Sort

Operand = Union["Term", int]
Payload = Union[int, str, tuple[str, ...], None]

_interned: WeakValueDictionary[tuple[object, ...], Term] = WeakValueDictionary()


class Term:
    """An operator applied to terms, with its sort.  Built by the functions of this module only."""

    __slots__ = ("__weakref__", "args", "op", "payload", "sort")

    op: Op
    sort: Sort
    args: tuple[Term, ...]
    payload: Payload

    def __invert__(self) -> Term:
        return negation(self)

    def __and__(self, other: Term) -> Term:
        return both(self, other)

    def __or__(self, other: Term) -> Term:
        return either(self, other)

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

    @property
    def name(self) -> str:
        """The name of a variable or of a named definition."""
        assert self.op in (Op.VARIABLE, Op.NAMED)
        return self.payload[0] if isinstance(self.payload, tuple) else str(self.payload)


def _make(op: Op, sort: Sort, args: tuple[Term, ...] = (), payload: Payload = None) -> Term:
    key = (op, sort, payload, *map(id, args))
    found = _interned.get(key)
    if found is None:
        found = Term()
        found.op, found.sort, found.args, found.payload = op, sort, args, payload
        _interned[key] = found
    return found


def _all(sort: Sort, *operands: Operand) -> tuple[Term, ...]:
    terms = tuple(x if isinstance(x, Term) else constant(x, sort) for x in operands)
    for term in terms:
        if term.sort != sort:
            raise TypeError(f"{term!r} is a {term.sort.name}: a {sort.name} belongs here")
    return terms


def constant(value: int, sort: Sort) -> Term:
    """The value as a term: an integer for `SEQ` and `COUNT`, 0 or 1 for `BOOL`, an index for an `Enum`."""
    return _make(Op.VALUE, sort, payload=int(value))


def variable(name: str, sort: Sort, *, says: str = "", denies: str = "") -> Term:
    """A variable; `says` and `denies` are how prose states that it is true or that it is false."""
    return _make(Op.VARIABLE, sort, payload=(name, says, denies))


def alternatives(sort: Enum) -> tuple[Term, ...]:
    """The values of an enumeration as terms, in its order."""
    return tuple(constant(i, sort) for i in range(len(sort.values)))


def named(name: str, definition: Term) -> Term:
    """The definition under a phrase that prose prints in its place."""
    return _make(Op.NAMED, definition.sort, (definition,), name)


TRUE = constant(1, BOOL)
FALSE = constant(0, BOOL)


def negation(term: Term) -> Term:
    """True where `term` is false."""
    (term,) = _all(BOOL, term)
    if term in (TRUE, FALSE):
        return FALSE if term is TRUE else TRUE
    return term.args[0] if term.op is Op.NOT else _make(Op.NOT, BOOL, (term,))


def _junction(op: Op, neutral: Term, terms: tuple[Term, ...]) -> Term:
    absorbing = FALSE if neutral is TRUE else TRUE
    kept: list[Term] = []
    for term in _all(BOOL, *terms):
        kept += [a for a in (term.args if term.op is op else (term,)) if a is not neutral and a not in kept]
    if absorbing in kept:
        return absorbing
    return neutral if not kept else kept[0] if len(kept) == 1 else _make(op, BOOL, tuple(kept))


def both(*terms: Term) -> Term:
    """True where all are true; true of nothing at all."""
    return _junction(Op.AND, TRUE, terms)


def either(*terms: Term) -> Term:
    """True where one is true; false of nothing at all."""
    return _junction(Op.OR, FALSE, terms)


def implies(condition: Term, consequence: Term) -> Term:
    """True where the consequence holds or the condition does not."""
    return either(negation(condition), consequence)


def choose(condition: Term, yes: Term, no: Operand) -> Term:
    """`yes` where the condition holds, else `no`."""
    (condition,) = _all(BOOL, condition)
    yes, no = _all(yes.sort, yes, no)
    if condition in (TRUE, FALSE):
        return yes if condition is TRUE else no
    return yes if yes is no else _make(Op.CHOOSE, yes.sort, (condition, yes, no))


def equal(left: Term, right: Operand) -> Term:
    """True where both have the same value."""
    left, right = _all(left.sort, left, right)
    if left is right:
        return TRUE
    if left.op is Op.VALUE and right.op is Op.VALUE and left.sort != SEQ:
        return FALSE
    return _make(Op.EQUAL, BOOL, (left, right))


def one_of(term: Term, values: tuple[Term, ...]) -> Term:
    """True where the term has one of the values."""
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
    return _make(Op.SOME, BOOL, _all(BOOL, satisfies), (bag, element))


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


def variables(term: Term) -> frozenset[Term]:
    """The variables that occur in the term, fields of bag records included."""
    return frozenset(t for t in walk(term) if t.op is Op.VARIABLE)


def rebuild(term: Term, args: tuple[Term, ...]) -> Term:
    """The same operator on other arguments, simplified as its builder does."""
    if args == term.args:
        return term
    if term.op in (Op.AND, Op.OR, Op.NOT, Op.CHOOSE, Op.EQUAL):
        build = {Op.AND: both, Op.OR: either, Op.NOT: negation, Op.CHOOSE: choose, Op.EQUAL: equal}
        return cast(Term, build[term.op](*args))  # type: ignore[operator]
    return _make(term.op, term.sort, args, term.payload)


def substitute(
    term: Term, values: Mapping[Term, Term], *, bags: Mapping[str, str] | None = None, label: str = ""
) -> Term:
    """The term with variables replaced by terms, bags renamed, and `label` put before definitions' names."""
    bags = bags or {}
    done: dict[Term, Term] = {}
    for t in walk(term):
        new = values[t] if t in values else rebuild(t, tuple(done[a] for a in t.args))
        if new.op is Op.SOME and isinstance(new.payload, tuple) and new.payload[0] in bags:
            new = _make(Op.SOME, BOOL, new.args, (bags[new.payload[0]], new.payload[1]))
        if new.op is Op.NAMED and label:
            new = named(label + new.name, new.args[0])
        done[t] = new
    return done[term]
