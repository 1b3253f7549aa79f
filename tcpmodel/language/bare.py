"""Terms as provers read them: without the phrases that prose prints, and as what must all be true."""

from __future__ import annotations

from tcpmodel.language.operators import Op
from tcpmodel.language.terms import TRUE, Term, rebuild, variable, walk


def bare(term: Term) -> Term:
    """The term without phrases: definitions in place of their names, variables as their names alone."""
    done: dict[Term, Term] = {}
    for t in walk(term):
        args = tuple(done[a] for a in t.args)
        done[t] = args[0] if t.op is Op.NAMED else variable(t.name, t.sort) if t.op is Op.VARIABLE else rebuild(t, args)
    return done[term]


def conjuncts_of(term: Term) -> tuple[Term, ...]:
    """Conjuncts of a term: the terms that must all be true for it to be; none for one that always is."""
    return () if term is TRUE else term.args if term.op is Op.AND else (term,)
