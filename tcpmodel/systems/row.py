"""A row is a value: what one step of processing needs, changes, sends and tells.

Rows stand in the source's order and the first whose `when` holds fires, so a block is disjoint by
construction.  Within a row `set` reads the state before it, all at once; `send` reads the state
after `set` and `goto`; `forget` comes last.  A row with `more` lets processing go on to the next
block; any other row ends it.  A row that `refuses` keeps its place in the order, but where it is the
one to fire its rule is not enabled.

What else a row means is noted for those who observe it: what it tells the user; whether that is an `error`, with
which a wrong call is answered and nothing changed; whether it `delivers` text or `consumes` the peer's FIN; and how
the connection `ends`.

*Problem.*  A standard such as RFC 9293 is prose in an order: first check this, then that, otherwise do so.  A program
that follows it hides the order in control flow, where nobody can print it, count it, change one step of it, or ask a
solver about it.

*Idea.*  A step of processing is a guarded command (Dijkstra 1975) written as a value, and what the prose means by
"otherwise" is its place in a list.  The effective guard of a row is its own condition and the negation of those before
it, so the rows of a block exclude each other, and a block whose last row has no condition leaves nothing out.
SEGMENT ARRIVES is a sequence of such blocks, one for each check: a row ends the processing or hands on to the next.

*When things are read.*  Guards, picks and `set` of a row see the state in which its block is reached, so a later block
sees what the rows of earlier blocks have set; within one row all of `set` happens at once.  `send` sees the state after
`set` and `goto`, as the RFC sends <ACK=RCV.NXT> with the number that has just advanced.  `forget` gives variables their
first values last of all, so that a reset may still carry the numbers of the connection that it ends.

*Choice.*  A row is deterministic but for its `pick`.  Which row fires is never a choice: two things that may happen in
one state are two rules, or one rule with a pick.  If no value satisfies `among` the rule is not enabled; the search
counts that, since a claim may hold for want of a value.  A row that `refuses` disables its rule as well: with it a call
that a user does not make keeps its place in the order, and hides the rows behind it as it would have done.

*Why it pays.*  One text is read in many ways: by an interpreter (`firing`, the reference), as native code, as paths for
the solver and for exports (`paths`), as prose, as arrows of a diagram; and a change of one row, a knob or a mutant, is
`dataclasses.replace`.  Each reading is compared with the reference in the tests.

*What it costs.*  No loops and no arithmetic but that of sequence numbers and small counts: a row is decided in a number
of operations that is known beforehand.  What needs more, such as a queue of any length, is abstracted or left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import NamedTuple

from tcpmodel.errors import DefinitionError
from tcpmodel.language.terms import TRUE, Substitution, Term, a_term, a_variable, among, both, negation, truth


class Pick(NamedTuple):
    """A value chosen freely among those that satisfy `among`."""

    variable: Term
    among: Term


@dataclass(frozen=True, eq=False)
class Emission:
    """A record put into a bag: one term per field."""

    bag: str
    fields: Mapping[str, Term]

    def __post_init__(self) -> None:
        if not isinstance(self.fields, Mapping):
            raise DefinitionError(f'what is sent into {self.bag!r} must be a mapping: write {{"field": term}}')
        for name, term in self.fields.items():
            a_term(term, f"the field {name!r} of what is sent into {self.bag!r}")


@dataclass(frozen=True, eq=False)
class Row:
    """One step of processing, with where it is written.

    Where all of `when` is true, `pick` chooses a value; `set` gives variables theirs, `goto` is the next state, `send`
    what is sent, `forget` what is deleted.  `tell` is what the user is told, be it an `error` that answers a wrong
    call; `delivers` and `consumes` say that text or the peer's FIN is taken, `ends` how the connection ends.  `more`
    lets processing go on to the next block; a row that `refuses` is no step at all.  `reading` says why, where the
    source leaves a choice, and `departs` that the row is not what the source says.
    """

    name: str
    rfc: str
    _: KW_ONLY
    when: tuple[Term, ...] = ()
    pick: Pick | None = None
    set: Mapping[Term, Term] = field(default_factory=dict)
    goto: Term | None = None
    send: Emission | None = None
    forget: tuple[Term, ...] = ()
    more: bool = False
    refuses: bool = False
    tell: str | None = None
    error: bool = False
    delivers: bool = False
    consumes: bool = False
    ends: str | None = None
    reading: str | None = None
    departs: bool = False

    def __post_init__(self) -> None:
        whose = f"the row {self.name!r}"
        for term in a_tuple(self.when, f"when of {whose}"):
            truth(term, f"when of {whose}")
        for v in a_tuple(self.forget, f"what {whose} forgets"):
            a_variable(v, f"what {whose} forgets")
        if self.pick is not None:
            truth(self.pick.among, f"what {whose} picks among")
            a_variable(self.pick.variable, f"what {whose} picks")
        if self.goto is not None:
            a_term(self.goto, f"goto of {whose}")
        updates(self.set, whose)
        if not isinstance(self.send, Emission | None):
            raise DefinitionError(f"what {whose} sends is no Emission: write send=Emission(bag, fields)")

    @property
    def goes_on(self) -> bool:
        """Whether processing goes on to the next block behind the row; where it refuses, it does not."""
        return self.more and not self.refuses

    @property
    def acts(self) -> bool:
        """Whether the row does more than let processing pass or end."""
        return bool(self.set or self.goto is not None or self.send or self.forget or self.tell)


def a_tuple(given: tuple[Term, ...], whose: str) -> tuple[Term, ...]:
    """Give back what is a tuple; else raise `DefinitionError`, as where a comma was forgotten."""
    if not isinstance(given, tuple):
        raise DefinitionError(f"{whose} must be a tuple, not {given!r}: write (x,), with a comma")
    return given


def updates(given: Mapping[Term, Term], whose: str) -> Mapping[Term, Term]:
    """Give back what is a mapping from variables to terms; else raise `DefinitionError`."""
    if not isinstance(given, Mapping):
        raise DefinitionError(f"what {whose} sets must be a mapping, not {given!r}: write {{variable: term}}")
    for v, term in given.items():
        a_term(term, f"what {whose} sets {a_variable(v, f'what {whose} sets').name} to")
    return given


@dataclass(frozen=True, eq=False)
class FirstMatch:
    """Rows in order, for the values of a control variable in which they apply (without one: always)."""

    title: str
    control: Term | None
    states: tuple[Term, ...]
    rows: tuple[Row, ...]

    def effective(self, row: Row) -> Term:
        """The row's guard with its place and order applied: here, and no earlier row."""
        earlier = self.rows[: self.rows.index(row)]
        place = TRUE if self.control is None else among(self.control, self.states)
        return both(place, *row.when, *(negation(both(*r.when)) for r in earlier))


def renamed(block: FirstMatch, new: Substitution) -> FirstMatch:
    """The block with variables and bags replaced throughout."""

    def sent(send: Emission) -> Emission:
        return Emission(new.bags.get(send.bag, send.bag), {f: new(t) for f, t in send.fields.items()})

    def row(r: Row) -> Row:
        return replace(
            r,
            when=tuple(map(new, r.when)),
            pick=r.pick and Pick(r.pick.variable, new(r.pick.among)),
            set={new(k): new(v) for k, v in r.set.items()},
            send=r.send and sent(r.send),
            forget=tuple(map(new, r.forget)),
        )

    control = block.control if block.control is None else new(block.control)
    return replace(block, control=control, rows=tuple(map(row, block.rows)))
