import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tcpmodel.draw.flights import flights
from tcpmodel.draw.ladder import WIDTH, ladder
from tcpmodel.draw.ladder_svg import ladder_svg
from tcpmodel.draw.segments import written
from tcpmodel.draw.telling import cited
from tcpmodel.explore.search import explore
from tcpmodel.systems.claims import LeadsTo, strong, weak
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.trace import Trace, firing
from tcpmodel.tcp import promises
from tcpmodel.tcp.rfc9293.segment import seg
from tcpmodel.tcp.rfc9293.tcb import ESTABLISHED, SYN_SENT
from tcpmodel.tcp.world.clock import Time
from tcpmodel.tcp.world.connection import Network, User, connection

GOLDEN = Path(__file__).parent / "golden"
FALSE_ESTABLISHED = promises.no_false_established(expected="fails")
BOTH = promises.both_established()


def played(system, *script):
    """The trace of the named rules; `(name, picks)` chooses among what may be picked, `(name, seq)` what is taken."""
    states, steps = [system.initial], []
    for entry in script:
        name, choice = entry if isinstance(entry, tuple) else (entry, None)
        found = [
            o
            for o in Reference(system).steps(states[-1])
            if o.state is not None
            and system.rules[o.step.rule].name == name
            and (choice is None or choice == o.step.picked or (o.step.taken and choice == o.step.taken[0]))
        ]
        assert found, f"{name} is not enabled after step {len(steps)}"
        states.append(found[0].state)
        steps.append(found[0].step)
    return Trace(system, tuple(states), tuple(steps))


@cache
def figure_6():
    system = connection(name="figure_6", a=User(active_opens=1, sends=1), b=User(passive_opens=1), bits=9)
    arrivals = (("B: segment arrives", (300,)), "A: segment arrives", "B: segment arrives")
    return played(system, "B: passive OPEN", ("A: active OPEN", (100,)), *arrivals, "A: SEND", "B: segment arrives")


@pytest.fixture(scope="module")
def stale_syn():
    system = connection(
        name="two_way_stale_syn", a=User(active_opens=1, aborts=1), b=User(passive_opens=1), handshake="two_blind"
    )
    return explore(system, [FALSE_ESTABLISHED]).verdicts["no_false_established"].trace


def handshake_over(**network):
    """A calls B again and again over this network."""
    users = {"a": User(active_opens=1, retransmissions=2), "b": User(passive_opens=1)}
    return connection(**users, network=Network(**network))


def closing_in_time(**network):
    """An established connection that A closes, with clocks."""
    users = {"a": User(closes=1, retransmissions=1), "b": User(retransmissions=1)}
    clock = Time(msl=1, time_wait=2, rto=2, prompt=False)
    return connection(**users, bits=3, established=True, network=Network(**network), time=clock)


@pytest.fixture(scope="module")
def many_traces():
    found = [explore(handshake_over(lose=1, duplicate=1)), explore(closing_in_time(lose=1, duplicate=1))]
    return [e.trace_to(state) for e in found for state in list(e.reached)[:: max(1, e.states // 12)]]


def deliveries(trace):
    fired = [firing(trace.system, step) for step in trace.steps]
    return [(i, written(f.taken)) for i, f in enumerate(fired, 1) if f.taken and f.rule.agent in ("A", "B")]


def arrival_lines(text):
    return re.findall(r"\.\.\. <SEQ.*-->|<-- <SEQ.*\.\.\.", text)


def elements(svg, kind):
    """The picture's lines of a class, by the names that the drawing gives them."""
    return [e for e in ElementTree.fromstring(svg).iter() if e.get("class") == kind]


# How a segment is written.


def test_a_segment_is_written_as_in_the_figures_of_the_rfc():
    bits = {"syn": True, "ackbit": True, "rst": False, "fin": False}
    assert written({"seq": 300, "ack": 101, **bits, "text": False}) == "<SEQ=300><ACK=101><CTL=SYN,ACK>"
    assert written({"seq": 1, "ack": 0, **bits, "ackbit": False, "text": True}) == "<SEQ=1><CTL=SYN><DATA>"


# Golden ladders.


def test_the_ladder_of_figure_6_is_the_golden_one():
    assert ladder(figure_6(), title="RFC 9293 figure 6", claim=BOTH) == (GOLDEN / "figure_6.txt").read_text()


def test_the_ladder_of_the_two_way_stale_syn_is_the_golden_one(stale_syn):
    text = ladder(stale_syn, title="a stale SYN opens a connection", claim=FALSE_ESTABLISHED)
    assert text == (GOLDEN / "two_way_stale_syn.txt").read_text()


# What becomes of segments.


def test_a_lost_segment_ends_in_a_cross():
    trace = played(handshake_over(lose=1), "A: active OPEN", "network: loses a segment from A")
    (flight,) = flights(trace)
    assert (flight.emitted, flight.ending, flight.ended, flight.arrivals) == (1, "lost", 2, ())
    assert re.search(r"\.\.\. <SEQ=0><CTL=SYN>  \(lost, sent at 1\) +XXX", ladder(trace))
    assert len(elements(ladder_svg(trace), "cross")) == 1


def test_a_segment_sent_into_a_full_direction_is_said_to_find_no_room():
    trace = played(handshake_over(capacity=1), "A: active OPEN", "A: retransmission timeout")
    waiting, lost = flights(trace)
    assert waiting.in_flight
    assert (lost.ending, lost.emitted, lost.text) == ("no room", 2, "<SEQ=0><CTL=SYN>")
    assert re.search(r"--> <SEQ=0><CTL=SYN>  \(lost: no room\) +XXX", ladder(trace))


def test_a_segment_that_grows_too_old_is_said_to_expire():
    trace = played(closing_in_time(), "A: CLOSE", "time: a tick", "time: a tick")
    (flight,) = flights(trace)
    assert (flight.ending, flight.ended) == ("expired", 3)
    assert re.search(r"\.\.\. <SEQ=1>.*\(expired, sent at 1\) +XXX", ladder(trace))


def test_a_segment_that_grew_older_is_still_the_same():
    trace = played(closing_in_time(), "A: CLOSE", "time: a tick", "B: segment arrives")
    sent, answer = flights(trace)
    assert [arrival.step for arrival in sent.arrivals] == [3]
    assert (answer.sender, answer.emitted) == ("B", 3)


def test_a_segment_flushed_by_an_open_ends_in_a_cross():
    users = {"a": User(active_opens=2, aborts=1), "b": User()}
    system = connection(**users, network=Network(old_duplicates=False))
    trace = played(system, "A: active OPEN", "A: ABORT", "A: active OPEN")
    assert [flight.ending for flight in flights(trace)] == ["flushed", None]


def test_a_copy_that_arrives_is_a_duplicate():
    arrives = "B: segment arrives"
    system = handshake_over(duplicate=1)
    trace = played(system, "B: passive OPEN", "A: active OPEN", f"{arrives}, a copy stays", arrives)
    first, second = flights(trace)[0].arrivals
    assert first.copy_stays
    assert second.again
    assert "(a copy stays)" in ladder(trace)
    assert "(duplicate, sent at 2)" in ladder(trace)


def test_an_overtaken_segment_is_delayed():
    system = connection(a=User(sends=2), b=User(), established=True, bits=4)
    trace = played(system, "A: SEND", "A: SEND", ("B: segment arrives", 2), ("B: segment arrives", 1))
    assert [[a.delayed for a in f.arrivals] for f in flights(trace)[:2]] == [[True], [False]]
    assert ladder(trace).count("(delayed") == 1


def test_a_segment_of_an_ended_incarnation_is_stale(stale_syn):
    assert [[a.stale for a in f.arrivals] for f in flights(stale_syn)] == [[True], []]
    assert "(stale, sent at 1)" in ladder(stale_syn)
    assert len(elements(ladder_svg(stale_syn), "stale")) == 1


def test_a_segment_left_behind_is_still_in_flight(stale_syn):
    assert "(still in flight from B)" in ladder(stale_syn)
    assert len(elements(ladder_svg(stale_syn), "in flight")) == 1


def test_nothing_is_stale_or_lost_in_a_plain_handshake():
    assert not re.search("stale|lost|delayed|duplicate|XXX", ladder(figure_6()))


def test_every_delivered_segment_appears_once(many_traces):
    for trace in many_traces:
        wanted = deliveries(trace)
        followed = [(a.step, f.text) for f in flights(trace) for a in f.arrivals]
        assert sorted(followed) == wanted
        assert len(arrival_lines(ladder(trace))) == len(wanted)
        svg = ladder_svg(trace)
        assert len(elements(svg, "arrives")) + len(elements(svg, "stale")) == len(wanted)


def test_every_segment_has_one_end(many_traces):
    for flight in (f for trace in many_traces for f in flights(trace)):
        assert bool(flight.arrivals) or flight.in_flight or flight.ending
        assert not (flight.in_flight and flight.ending)


# The page.


def test_a_ladder_is_plain_and_narrow(many_traces):
    for trace in many_traces:
        for line in ladder(trace, claim=FALSE_ESTABLISHED, full=True).splitlines():
            assert len(line) <= WIDTH
            assert line.isascii()
            assert line == line.rstrip()


def test_remarks_without_room_stand_below_their_segment(stale_syn):
    assert re.search(r"\.\.\. <SEQ=0><CTL=SYN> +--> .*\n +\(stale, sent at 1\)\n", ladder(stale_syn, width=73))


def test_budgets_are_never_shown_and_ghosts_on_request(stale_syn):
    plain, full = ladder(stale_syn), ladder(stale_syn, full=True)
    assert "LEFT" not in full
    assert "END open -> aborted" in full
    assert "END open -> aborted" not in plain


def test_every_step_names_its_row_and_its_section(stale_syn):
    text = ladder(stale_syn)
    for step in stale_syn.steps:
        fired = firing(stale_syn.system, step)
        assert re.search(f"{re.escape(fired.title)} +{re.escape(f'[{cited(fired.rfc)}]')}", text)


def test_a_failed_claim_is_told_with_the_values_that_break_it(stale_syn):
    for text in (ladder(stale_syn, claim=FALSE_ESTABLISHED), ladder_svg(stale_syn, claim=FALSE_ESTABLISHED)):
        assert "no_false_established fails: " in text
        assert "the peer took this connection" in text
        assert "A.STATE     = CLOSED" in text


def test_a_claim_that_the_trace_does_not_break_is_not_told():
    assert "fails" not in ladder(figure_6(), claim=FALSE_ESTABLISHED)
    assert "fails" not in ladder_svg(figure_6(), claim=FALSE_ESTABLISHED)


def test_a_lasso_says_where_it_goes_back_to():
    system = connection(a=User(wrong_calls=True), b=User())
    once = played(system, "A: SEND, wrongly")
    lasso = Trace(system, once.states, once.steps, loop=0)
    for text in (ladder(lasso), ladder_svg(lasso)):
        assert "for ever: from here step 1 repeats" in text
    assert ladder(lasso).index("what repeats for ever") < ladder(lasso).index("A: SEND")
    assert len(elements(ladder_svg(lasso), "round")) == 1


def test_several_steps_that_repeat_are_numbered_and_marked():
    system = connection(a=User(active_opens=1, retransmissions=None), b=User(), network=Network(lose=None))
    again = ("network: loses a segment from A", "A: retransmission timeout")
    trace = played(system, "A: active OPEN", *again)
    lasso = Trace(system, trace.states, trace.steps, loop=1)
    assert "for ever: from here steps 2 to 3 repeat" in ladder(lasso)
    lines = ladder(lasso).splitlines()
    (mark,) = (i for i, line in enumerate(lines) if "what repeats for ever" in line)
    assert lines[mark + 2].startswith("2.")


def test_a_run_that_stops_says_so_and_marks_nothing():
    system = connection(a=User(active_opens=1), b=User())
    trace = played(system, "A: active OPEN")
    lasso = Trace(system, trace.states, trace.steps, loop=1)
    for text in (ladder(lasso), ladder_svg(lasso)):
        assert "for ever: from here on nothing more happens" in text
        assert "repeat" not in text
    assert elements(ladder_svg(lasso), "round") == []


def test_a_lasso_says_what_never_comes_and_what_was_promised():
    system = connection(a=User(active_opens=1, retransmissions=None), b=User(), network=Network(lose=None))
    trace = played(system, "A: active OPEN", "network: loses a segment from A", "A: retransmission timeout")
    lasso = Trace(system, trace.states, trace.steps, loop=1)
    fair = (weak("A: retransmission timeout"), strong("B: segment arrives", taking=seg.ctl.rst))
    claim = LeadsTo("connects", promises.is_in("A", SYN_SENT), promises.is_in("A", ESTABLISHED), fair)
    text = ladder(lasso, claim=claim)
    assert "connects FAILS" in text
    assert "wherever" in text
    assert "but this run goes on for ever, and it never comes to that" in text
    assert "promised, and kept: A: retransmission timeout fires if it may from some point on" in text
    assert "promised, and kept: B: segment arrives, the RST bit is set, fires if it may again and again" in text
    bare = ladder(Trace(system, trace.states, trace.steps, loop=3), claim=replace(claim, fair=()))
    assert "but this run stops, and it never comes to that" in bare
    assert "nothing is promised to fire" in bare


# The picture.


def test_a_picture_is_well_formed_and_says_where_it_comes_from(many_traces):
    for trace in many_traces:
        svg = ladder_svg(trace, title="<A & B>", claim=FALSE_ESTABLISHED)
        root = ElementTree.fromstring(svg)
        assert root.findtext("{http://www.w3.org/2000/svg}title") == "<A & B>"
        assert svg.splitlines()[1] == "<!-- generated by tcpmodel; do not edit -->"


def test_a_picture_depends_on_the_trace_alone(stale_syn):
    assert ladder_svg(stale_syn, claim=FALSE_ESTABLISHED) == ladder_svg(stale_syn, claim=FALSE_ESTABLISHED)


def test_a_trace_without_steps_can_be_drawn():
    system = connection(a=User(), b=User())
    start = Trace(system, (system.initial,), ())
    assert "0 steps" in ladder(start)
    ElementTree.fromstring(ladder_svg(start))


def test_a_mark_stands_above_its_step_and_a_heading_is_the_first_line(stale_syn):
    lines = ladder(stale_syn, heading="a run", marks={2: "here", len(stale_syn) + 1: "the end"}).splitlines()
    here = next(i for i, line in enumerate(lines) if " here " in line)

    assert lines[0] == "a run"
    assert lines[here + 2].startswith("2.")
    assert sum(" the end " in line for line in lines) == 1
