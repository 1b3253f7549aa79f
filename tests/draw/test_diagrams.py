"""State diagrams: what is drawn comes from rows, agrees with figure 5, and is what explorations do."""

import re
from dataclasses import replace

import pytest

from tcpmodel.draw.diagram import (
    endpoint_dot,
    figure5_dot,
    joint_dot,
    joint_mermaid,
    kind,
    mermaid,
    spec_dot,
)
from tcpmodel.draw.edges import endpoint_edges, explored_edges
from tcpmodel.draw.figure5 import FIGURE_5, NOTE_2, NOTE_3_RECEIVED, REASONS, UNEXPLAINED, compare, key_of
from tcpmodel.draw.layout import how, picture, svg
from tcpmodel.errors import UsageError
from tcpmodel.explore.search import explore
from tcpmodel.tcp.knobs.variants import KNOBS, vary
from tcpmodel.tcp.rfc9293.rules import RFC_9293
from tcpmodel.tcp.rfc9293.tcb import STATE
from tcpmodel.tcp.world.connection import User, connection

EDGES = endpoint_edges()


def _small(name, a, b, established=False):
    if not established:
        a, b = replace(a, first_isn=0), replace(b, first_isn=4)
    return explore(connection(name=name, a=a, b=b, established=established))


CALLED = _small("called", User(active_opens=1, closes=1, aborts=1), User(passive_opens=1, closes=1))
LISTENER_CALLS = _small("listener_calls", User(active_opens=1), User(passive_opens=1, active_opens=1, aborts=1))
CRASH = _small("crash", User(closes=1), User(closes=1, crashes=1), established=True)
CLOSE = _small("close", User(closes=1), User(closes=1), established=True)
ALL = (CALLED, LISTENER_CALLS, CRASH, CLOSE)


def _explored(found):
    return explored_edges(found, "A") | explored_edges(found, "B")


# Edges.


def test_every_row_that_goes_to_a_state_is_on_an_edge():
    on_edges = {name for edge in EDGES for name in edge.rows}
    assert {row.name for _, _, row in RFC_9293.rows() if row.goto is not None} == on_edges


def test_no_edge_is_derived_twice():
    assert len({key_of(edge) for edge in EDGES}) == len(EDGES)


def test_no_edge_leads_back_to_its_own_state():
    assert all(edge.source != edge.target for edge in EDGES)


def test_a_fin_that_acknowledges_our_fin_passes_through_fin_wait_2():
    (edge,) = (e for e in EDGES if (e.source, e.target) == ("FIN-WAIT-1", "TIME-WAIT"))
    assert edge.through == ("FIN-WAIT-2",)
    assert edge.label == "rcv ACK of FIN and FIN / snd ACK"
    assert edge.rows == ("FIN-WAIT-1 learns that its FIN arrived", "a FIN ends the wait of FIN-WAIT-2")


def test_a_row_behind_one_that_always_matches_makes_no_edge():
    opening = RFC_9293.row("a passive OPEN creates a TCB")
    rules = RFC_9293.preceded(opening.name, replace(opening, name="nothing happens", goto=None))
    assert not [edge for edge in endpoint_edges(rules) if opening.name in edge.rows]


def test_a_variant_that_drops_the_third_segment_draws_listen_to_established():
    edges = endpoint_edges(vary(RFC_9293, {"handshake": "two_echo"}))
    (edge,) = (e for e in edges if (e.source, e.target) == ("LISTEN", "ESTABLISHED"))
    assert edge.label == "rcv SYN / snd SYN,ACK"
    assert kind(edge) == "variant"


@pytest.mark.parametrize(("knob", "value"), [(k.name, v) for k in KNOBS for v in k.values])
def test_every_variant_can_be_drawn(knob, value):
    assert endpoint_dot(endpoint_edges(vary(RFC_9293, {knob: value})))


# Figure 5.


def test_figure_5_has_twenty_arrows_between_eleven_states():
    assert len(FIGURE_5) == len({key_of(arrow) for arrow in FIGURE_5}) == 20
    assert {name for arrow in FIGURE_5 for name in (arrow.source, arrow.target)} == set(STATE.values)


def test_every_arrow_of_figure_5_comes_from_a_row():
    assert {key_of(arrow) for arrow in FIGURE_5} <= {key_of(edge) for edge in EDGES}


def test_note_2_comes_from_two_rows():
    assert {key_of(arrow) for arrow in NOTE_2} <= {key_of(edge) for edge in EDGES if len(edge.rows) == 2}


def test_what_note_3_says_of_received_resets_comes_from_rows():
    assert {key_of(arrow) for arrow in NOTE_3_RECEIVED} <= {key_of(edge) for edge in EDGES}


def test_the_rows_do_what_figure_5_does_on_every_arrow_but_the_last_ack():
    (difference,) = (d for d in compare(EDGES) if d.where == "with another action")
    assert (difference.edge.source, difference.edge.action) == ("LAST-ACK", "delete TCB")


def test_no_difference_from_figure_5_is_unexplained():
    assert [d for d in compare(EDGES) if d.reason == UNEXPLAINED] == []


def test_only_what_note_3_says_of_sent_resets_is_not_in_the_rows():
    missing = [d.edge for d in compare(EDGES) if d.where == "only in figure 5"]
    assert {(arrow.event, arrow.target, arrow.note) for arrow in missing} == {("snd RST", "TIME-WAIT", 3)}


def test_every_reason_explains_a_difference():
    differing = [key_of(d.edge) for d in compare(EDGES)]
    assert [r for r in REASONS if not any(r.explains(key) for key in differing)] == []


def test_a_row_that_goes_elsewhere_is_an_unexplained_difference():
    accept = RFC_9293.row("a FIN closes the peer's half")
    target = RFC_9293.row("a FIN crosses ours").goto
    found = compare(endpoint_edges(RFC_9293.replaced(accept.name, replace(accept, goto=target))))
    unexplained = {(d.edge.source, d.edge.target, d.where) for d in found if d.reason == UNEXPLAINED}
    assert ("ESTABLISHED", "CLOSING", "only in the rows") in unexplained
    assert ("ESTABLISHED", "CLOSE-WAIT", "only in figure 5") in unexplained


# Explorations.


@pytest.mark.parametrize("found", ALL, ids=lambda found: found.system.name)
def test_every_edge_explored_is_drawn(found):
    assert _explored(found) <= {(edge.source, edge.target) for edge in EDGES}


def test_every_edge_drawn_is_explored_somewhere():
    assert {(edge.source, edge.target) for edge in EDGES} <= frozenset().union(*map(_explored, ALL))


def test_the_projection_shows_every_pair_of_states_once():
    place = [CALLED.system.position[f"{end}.state"] for end in "AB"]
    pairs = {tuple(state.values[p] for p in place) for state in CALLED.reached}
    assert len(re.findall(r"tooltip=\"A is in", joint_dot(CALLED))) == len(pairs)


def test_the_whole_graph_shows_every_state_and_marks_its_beginning_and_its_rests():
    dot = spec_dot(CLOSE)
    assert len(re.findall(r"^\ts\d+ \[", dot, re.MULTILINE)) == CLOSE.states
    assert dot.count('style="rounded,filled"') == 1
    assert dot.count("peripheries=2") == len(CLOSE.stuck)


def test_a_projection_beyond_the_cap_is_refused():
    with pytest.raises(UsageError, match=r"lower the budgets, or raise max_nodes \(--max-nodes\)"):
        joint_dot(CALLED, max_nodes=5)
    with pytest.raises(UsageError, match=r"lower the budgets, or raise max_nodes \(--max-nodes\)"):
        joint_mermaid(CALLED, max_nodes=5)


def test_a_graph_beyond_the_cap_is_refused_with_the_projection_as_a_way_out():
    with pytest.raises(UsageError, match="draw the pairs of states"):
        spec_dot(CALLED)


# Text and pictures.


def test_a_diagram_says_first_that_it_is_generated():
    for dot in (endpoint_dot(EDGES), figure5_dot(), joint_dot(CLOSE), spec_dot(CLOSE)):
        assert dot.startswith("// generated by tcpmodel; do not edit\n")
    assert mermaid(EDGES).startswith("%% generated by tcpmodel; do not edit\nstateDiagram-v2\n")


def test_a_diagram_is_the_same_each_time():
    assert endpoint_dot(endpoint_edges()) == endpoint_dot(EDGES)
    assert figure5_dot() == figure5_dot()
    again = explore(CLOSE.system)
    assert joint_dot(again) == joint_dot(CLOSE)
    assert spec_dot(again) == spec_dot(CLOSE)


def test_every_edge_names_its_rows_where_one_hovers():
    dot = endpoint_dot(EDGES)
    assert all("; ".join(edge.rows) in dot and edge.rfc in dot for edge in EDGES)


def test_mermaid_names_are_identifiers_and_its_labels_hold_no_punctuation_that_ends_them():
    for text in (mermaid(EDGES), joint_mermaid(CALLED)):
        arrows = re.findall(r"^    (\S+) --> (\S+): (.*)$", text, re.MULTILINE)
        assert arrows
        assert all(source.isidentifier() and target.isidentifier() for source, target, _ in arrows)
        assert not any(set(label) & set(":;#") for *_, label in arrows)


def test_without_anything_to_draw_with_there_is_no_picture_but_advice(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda program: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda module: None)
    assert svg(figure5_dot()) is None
    assert "pip install 'tcpmodel[pictures]'" in how()


@pytest.mark.parametrize("dot", [endpoint_dot(EDGES), figure5_dot(), joint_dot(CLOSE), spec_dot(CLOSE)])
def test_every_diagram_is_drawn_where_something_draws(dot):
    if picture(dot, "svg") is None:
        pytest.skip(how())
    drawn = svg(dot)
    assert drawn is not None
    assert "<svg" in drawn
    assert "ESTABLISHED" in drawn
