"""Export of a proof's transition system as one SMT-LIB file, from which `check.py` derives all that is to be shown.

The first lines of the file say what its parts mean.  It is written from the rules' ways and from the clauses, not from
the obligations, so the verification conditions derived from it are a second, independent account.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tcpmodel.language.bare import bare
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import BOOL, COUNT, Enum, Sort
from tcpmodel.language.terms import Term, both, constant, equal, substitute, variable, variables, walk
from tcpmodel.prove.covering import enabled, opaque, said_of_bags
from tcpmodel.prove.making import Maker, name_of
from tcpmodel.prove.names import Names
from tcpmodel.prove.obligations import Part, conjuncts, rests_on
from tcpmodel.prove.smtlib import SMTLIB, head, literal, sort_text, symbol
from tcpmodel.systems.claims import Always
from tcpmodel.systems.paths import Way
from tcpmodel.systems.system import Rule, Sweep

FORMAT = """\
; A transition system and what is claimed of it.  A line `;! {...}` says what the lines behind it are:
;   variable    of a state, with all its values; a state is a value of each, and a set of records in each bag
;   bag         the fields of its records.  What is in a set may be lost, repeated and kept for ever
;   alike       whether two records of a bag are one and the same
;   init        what holds at the start, where the bags are empty
;   limit       what is assumed of every state
;   new         what is assumed of a count that only names, where it is counted up: nobody has the name yet
;   some        what is said of some record of a bag: |there is ...| stands for it.  For what is sent there is room
;   clause      of the invariant: said of all records that it is `of`, each in its bag
;   lemma, claim    what follows from the clauses `by`, and what follows from all clauses and lemmas
;   needs       with which records and where a claim says something: that must be possible
;   assumption  to be read only: what limits, picks and new names assume, of either end
;   crowd       with whom about each way, or one that picks something, is to be possible: the first, or all of them
;   rule        with the record that it takes, if any.  One that does `as` another leaves the record in its bag besides;
;               nothing here relies on a record's being gone, so that is the same to show
;   swept       what a record of a bag is when the rule has fired: whether it is dropped, and its fields
;   there       whether there is a record in the bag, but for the one taken; if not, what is known of each
;   enabled     where the rule can fire: in one of its ways
;   way, step   where it can be taken; what may be picked then, v' for each v that changes, and the records sent"""


def system_file(maker: Maker, *, spec: str) -> str:
    """The text of the file."""
    return "\n".join((FORMAT, *head(bits=maker.proof.system.bits), *_File(maker, spec).lines())) + "\n"


class _File:
    """The file's lines."""

    def __init__(self, maker: Maker, spec: str) -> None:
        self.maker, self.spec, self.system = maker, spec, maker.proof.system
        self.bits = self.system.bits
        self.somes = {
            said: variable(f"there is {witness.name}", BOOL) for said, witness in maker.frame.witnesses.items()
        }

    def lines(self) -> Iterator[str]:
        yield _header(spec=self.spec)
        yield from self._state()
        yield from self._said()
        for rule in self.system.rules:
            yield from self._rule(rule)

    # Texts.

    def _sort(self, sort: Sort) -> str:
        return sort_text(sort, bits=self.bits)

    def _function(self, name: str, term: Term) -> str:
        """A definition of the term as a function of the variables in it."""
        speaks_of = sorted(variables(term), key=lambda v: v.name)
        given = " ".join(f"({symbol(v.name)} {self._sort(v.sort)})" for v in speaks_of)
        return f"(define-fun {symbol(name)} ({given}) {self._sort(term.sort)} {expression(term, bits=self.bits)})"

    def _constant(self, name: str, term: Term) -> str:
        return f"(define-fun {symbol(name)} () {self._sort(term.sort)} {expression(term, bits=self.bits)})"

    def _declared(self, name: str, sort: Sort) -> Iterator[str]:
        yield f"(declare-const {symbol(name)} {self._sort(sort)})"
        if isinstance(sort, Enum) and len(sort.values) < 1 << (len(sort.values) - 1).bit_length():
            yield f"(assert (bvult {symbol(name)} {literal(len(sort.values), sort, bits=self.bits)}))"

    # Of states.

    def _state(self) -> Iterator[str]:
        for v in self.system.variables:
            yield _header(variable=v.name, ghost=v.ghost)
            yield from self._declared(v.name, v.term.sort)
        for bag in self.system.bags:
            yield _header(bag=bag.name)
            for f in bag.fields:
                yield from self._declared(f"{bag.name}.{f.name}", f.term.sort)
            one, other = ([variable(f"{e}.{f.name}", f.term.sort) for f in bag.fields] for e in ("one", "other"))
            yield _header(alike=bag.name, of=[(bag.name, "one"), (bag.name, "other")])
            yield self._function(f"alike in {bag.name}", both(*map(equal, one, other)))
        start = zip(self.system.variables, self.system.initial.values, strict=True)
        yield _header(init=self.system.name)
        yield self._function("init", both(*(equal(bare(v.term), constant(x, v.term.sort)) for v, x in start)))
        for number, (limit, holds) in enumerate(zip(self.system.limits, self.maker.frame.limits, strict=True), 1):
            yield _header(limit=f"no state in which {limit.name}")
            yield self._function(f"limit {number}", holds)
        for names in self.maker.names:
            yield from self._new(names)

    def _new(self, names: Names) -> Iterator[str]:
        """A name that is given is neither nobody's nor held by anyone."""
        counter = names.counter.name
        new = variable(f"{counter}'", COUNT)
        held = sorted((v for v in names.variables if v is not names.counter), key=lambda v: v.name)
        yield _header(new=counter, of=[])
        yield self._function(f"new {counter}", both(*(~equal(new, v) for v in (constant(0, COUNT), *held))))
        for bag, field in sorted(names.fields):
            yield _header(new=counter, of=[(bag, "r")])
            yield self._function(f"new {counter} to {bag}.{field}", ~equal(new, variable(f"r.{field}", COUNT)))

    # What is said of them.

    def _said(self) -> Iterator[str]:
        for said, token in self.somes.items():
            assert isinstance(said.payload, tuple)
            yield _header(some=token.name.removeprefix("there is "), of=[said.payload])
            yield self._function(f"said of {token.name}", said.args[0])
        proof = self.maker.proof
        for clause in proof.invariant:
            yield from self._parts(clause, clause=clause.name, says=clause.says)
        for lemma in proof.lemmas:
            yield from self._parts(lemma.claim, lemma=lemma.claim.name, says=lemma.claim.says, by=lemma.by)
        for claim in proof.claims:
            yield from self._parts(claim, claim=claim.name, says=claim.says)
            records, needed = self.maker.frame.needed(claim.needs)
            yield _header(needs=claim.name, of=records)
            yield self._function(f"needs {claim.name}", both(*needed))
        for number, crowd in enumerate(proof.crowds, 1):
            yield _header(crowd=crowd.says, of=crowd.records)
            yield self._function(f"crowd {number}", bare(crowd.term))
        for a in rests_on(proof):
            if a.term is None:
                yield _header(assumption=a.name, says=a.says)
            else:
                yield from self._parts(Always(a.name, a.term), assumption=a.name, says=a.says)

    def _parts(self, said: Always, **says: Any) -> Iterator[str]:
        kind = next(iter(says))
        for number, part in enumerate(conjuncts(said)):
            yield _header(**says, of=part.records)
            yield self._function(f"{kind} {said.name}.{number}", self._token(part))

    def _token(self, part: Part) -> Term:
        own = {t: variable("there is such a record", BOOL) for t in walk(part.term) if t.op is Op.SOME}
        return substitute(part.term, {**own, **self.somes})

    # Rules.

    def _rule(self, rule: Rule) -> Iterator[str]:
        take = [] if rule.take is None else [rule.take[:2]]
        same = self.maker.same[rule.name]
        if same != rule.name:
            yield _header(rule=rule.name, **{"as": same})
            return
        ways = [way for way in self.maker.ways if way.rule.name == rule.name]
        guards = [both(*way.guards) for way in ways]
        among = [both(*(term for _, term in way.picks)) for way in ways]
        said = said_of_bags((where := enabled(rule), *guards, *among))
        yield _header(rule=rule.name, of=take)
        yield "(push 1)"
        for bag, element in take:
            for f in self.system.bag(bag).fields:
                yield from self._declared(f"{element}.{f.name}", f.term.sort)
        yield from self._there(said)
        for sweep in rule.sweeps:
            yield from self._swept(sweep)
        yield _header(enabled=rule.name)
        yield self._constant("enabled", opaque(where, said))
        for number, (way, guard) in enumerate(zip(ways, guards, strict=True), 1):
            yield _header(way=name_of(way))
            yield self._function(f"way {number}", opaque(guard, said))
        for way, may in zip(ways, among, strict=True):
            yield from self._step(way, opaque(may, said))
        yield "(pop 1)"

    def _there(self, said: Mapping[Term, Term]) -> Iterator[str]:
        for term, token in said.items():
            assert isinstance(term.payload, tuple)
            yield _header(there=token.name, of=[term.payload])
            yield f"(declare-const {symbol(token.name)} Bool)"
            yield self._function(f"known of {token.name}", token | ~term.args[0])

    def _swept(self, sweep: Sweep) -> Iterator[str]:
        """Every field of a record of the bag after the sweep, and whether it is dropped."""
        afterwards: dict[str, Term] = {" dropped": bare(sweep.drop)}
        for f in self.system.bag(sweep.bag).fields:
            own = variable(f"{sweep.element}.{f.name}", f.term.sort)
            afterwards[f".{f.name}"] = bare(sweep.set.get(f.name, own))
        for what, term in afterwards.items():
            yield _header(swept=what, of=[(sweep.bag, sweep.element)], sort=self._sort(term.sort))
            yield self._function(f"swept {sweep.bag}{what}", term)

    def _step(self, way: Way, may: Term) -> Iterator[str]:
        sent = [(send.bag, f"sent{number}") for number, send in enumerate(way.sends, 1)]
        yield _header(step=name_of(way), of=sent)
        yield "(push 1)"
        for picked, _ in way.picks:
            yield from self._declared(picked.name, picked.sort)
        yield self._constant("may be picked", may)
        for v, term in way.set.items():
            yield self._constant(f"{v.name}'", term)
        for (_, name), send in zip(sent, way.sends, strict=True):
            for f, term in send.fields.items():
                yield self._constant(f"{name}.{f}", term)
        yield "(pop 1)"


def _header(**says: object) -> str:
    return f";! {json.dumps(says, ensure_ascii=False)}"


def expression(term: Term, *, bits: int) -> str:
    """The term as one expression; what occurs more than once in it is bound first."""
    lines, texts = list[str](), dict[Term, str]()
    shared = _shared(term)
    for t in walk(term):
        texts[t] = _text(t, [texts[a] for a in t.args], bits)
        if t in shared:
            lines.append(f"(let ((?{len(lines)} {texts[t]})) ")
            texts[t] = f"?{len(lines) - 1}"
    return "".join(lines) + texts[term] + ")" * len(lines)


def _shared(term: Term) -> set[Term]:
    uses: dict[Term, int] = {}
    for a in (a for t in walk(term) for a in t.args if a.args):
        uses[a] = uses.get(a, 0) + 1
    return {t for t, number in uses.items() if number > 1}


def _text(t: Term, args: Sequence[str], bits: int) -> str:
    if t.op is Op.VALUE:
        assert isinstance(t.payload, int)
        return literal(t.payload, t.sort, bits=bits)
    return symbol(t.name) if t.op is Op.VARIABLE else SMTLIB[t.op](t, list(args), bits)
