"""The explored states as a networkx graph, for those who want to compute on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tcpmodel.errors import BadConfiguration, UsageError
from tcpmodel.explore.exploration import Exploration
from tcpmodel.systems.firing import reference_of
from tcpmodel.systems.trace import firing

if TYPE_CHECKING:
    import networkx as nx

MOST_STATES = 100_000
"""Beyond this networkx needs minutes and gigabytes."""


def graph(found: Exploration) -> nx.MultiDiGraph:
    """A node per state, in the order found, with its variables and `depth`; an edge per step with its rule.

    Node attributes: every variable by name, every bag as a list of records.  Edge attributes: `rule`,
    `agent`, `rows`, `rfc`.  Raises `UsageError` beyond 100,000 states.
    """
    try:
        import networkx as nx
    except ImportError as wrong:
        raise BadConfiguration("networkx is not installed: pip install 'tcpmodel[graph]'") from wrong
    if found.reduced:
        raise UsageError(f"only some of the states of {found.system.name} were visited: leave out the reductions")
    if found.states > MOST_STATES:
        raise UsageError(
            f"{found.system.name} has {found.states} states and a graph object takes {MOST_STATES} at most: "
            "lower the budgets, or work on Exploration.reached"
        )
    system = found.system
    number = {state: i for i, state in enumerate(found.reached)}
    result = nx.MultiDiGraph(name=system.name)
    for state, i in number.items():
        attributes: dict[str, object] = {v.name: system.value(state, v.name) for v in system.variables}
        attributes |= {b.name: system.records(state, b.name) for b in system.bags}
        result.add_node(i, **(attributes | {"depth": found.reached[state][0]}))
    reference = reference_of(system)
    for state, i in number.items():
        for outcome in reference.steps(state):
            if outcome.state in number:
                fired = firing(system, outcome.step)
                result.add_edge(
                    i,
                    number[outcome.state],
                    rule=fired.rule.name,
                    agent=fired.rule.agent,
                    rows=tuple(row.name for row in fired.rows),
                    rfc=fired.rfc,
                )
    return result
