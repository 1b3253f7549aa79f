"""Names of the two endpoints, A and B: of their variables, of the bags between them, and of the segments in a bag."""

from __future__ import annotations

from collections.abc import Callable

from tcpmodel.errors import DefinitionError
from tcpmodel.language.sorts import COUNT
from tcpmodel.language.terms import TRUE, Term, a_term, bags_in, both, either, some, substitute, variable, variables
from tcpmodel.tcp.rfc9293.segment import IN, OUT, Segment, fields_of

ENDS = ("A", "B")


def an_end(end: str) -> str:
    """Give back what is an endpoint's name; else raise `DefinitionError`."""
    if end not in ENDS:
        raise DefinitionError(f"there is no end {end!r}: write 'A' or 'B'")
    return end


def other_end(end: str) -> str:
    """The other endpoint."""
    return "B" if an_end(end) == "A" else "A"


def bag_from(end: str) -> str:
    """The bag that this endpoint sends into."""
    return f"{end}_to_{other_end(end)}"


def at(end: str, term: Term) -> Term:
    """A term about an endpoint's own variables as one about this endpoint's."""
    a_term(term, f"what is said of {an_end(end)}")
    elements = {"seg", "each", *(element for _, element in bags_in(term))}
    values = {}
    for v in variables(term):
        owner, _, rest = v.name.partition(".")
        if owner in elements:
            continue
        whose, name = (other_end(end), rest) if owner == "other" else (end, v.name)
        assert isinstance(v.payload, tuple)
        values[v] = variable(f"{whose}.{name}", v.sort, **_phrases(whose, v.payload))
    bags = {OUT: bag_from(end), IN: bag_from(other_end(end))}
    return substitute(term, values, bags=bags, label=f"{end}: ")


def each_end(predicate: Term) -> Term:
    """A term about an endpoint's own variables holds at both."""
    return both(*(at(end, predicate) for end in ENDS))


def some_end(predicate: Term) -> Term:
    """A term about an endpoint's own variables holds at one of them."""
    return either(*(at(end, predicate) for end in ENDS))


def in_flight(sender: str, what: Callable[[Segment, Term], Term]) -> Term:
    """A segment from `sender` is in flight of which `what(fields, sender's incarnation when sent)` is true."""
    each = fields_of("each")
    return at(sender, some(bag_from(sender), "each", what(each, variable("each.inc", COUNT))))


def nothing_in_flight() -> Term:
    """No segment is in flight in either direction."""
    return both(*(~in_flight(end, lambda segment, sender: TRUE) for end in ENDS))


def _phrases(end: str, payload: tuple[str, ...]) -> dict[str, str]:
    said = {"says": payload[1], "denies": payload[2]}
    return {k: f"{end}: {v}" for k, v in said.items() if v}
