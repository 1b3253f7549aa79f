"""Parts in the path: what they take, look at, hold back and send, and what a path may not be."""

from __future__ import annotations

from typing import Any

import pytest
from tcp.playing import spec

from tcpmodel import BOOL, TRUE, Network, Part, Row, User, Variable, Witness, connection, equal, explore, variable
from tcpmodel.errors import DefinitionError
from tcpmodel.explore.native.search import explore as natively
from tcpmodel.explore.search import explore as plainly
from tcpmodel.tcp import acts, at, delivered, emit, in_flight, in_name_of, promises, rcv, seg, takes

shut = variable("wall.shut", BOOL)
DROP = Row("the wall drops a segment", "RFC 9293 3.1")


def wall(**fields: Any) -> Part:
    """A part that shuts once, and then holds back what `fields` say."""
    closes = acts("wall", "shuts", Row("the wall shuts", "RFC 9293 3.1", set={shut: TRUE}), when=(~shut,))
    return Part("wall", variables=(Variable(shut),), **{"rules": (closes,), **fields})


def between(*parts: Part, **more: Any) -> Any:
    return connection(
        **{"a": User(sends=1), "b": User(), "path": parts, "network": Network(), "bits": 4, "established": True, **more}
    )


TAKEN = takes("wall", "A", "drops text", DROP)


def test_a_part_that_holds_back_an_end_lets_nothing_of_it_arrive() -> None:
    arrives = Witness("delivered", at("B", equal(delivered, 1)), says="B has delivered A's octet")
    shut_at_once = Witness("shut", shut & in_flight("A", lambda s, sender: s.has_text), says="text meets a shut wall")
    found = explore(between(wall(holds_back={"A": shut})), [arrives, shut_at_once])
    assert [v.word for v in found.verdicts.values()] == ["witnessed", "witnessed"]
    stuck = connection(a=User(active_opens=1), b=User(passive_opens=1), path=[wall(rules=(), holds_back={"A": ~shut})])
    assert explore(stuck, [promises.both_established()]).verdicts["both_established"].word == "fails"


def test_a_part_takes_a_segment_or_looks_at_one_that_stays() -> None:
    looking = takes("wall", "A", "sees text", Row("the wall sees text", "RFC 9293 3.1", set={shut: TRUE}), stays=True)
    seen_and_there = Witness("seen", shut & in_flight("A", lambda s, sender: s.has_text), says="text is seen and stays")
    assert explore(between(wall(rules=(looking,))), [seen_and_there]).verdicts["seen"].word == "witnessed"
    gone = Witness("gone", ~in_flight("A", lambda s, sender: TRUE) & ~promises.has_ended("A", "reset"), says="gone")
    assert explore(between(wall(rules=(TAKEN,))), [gone]).verdicts["gone"].word == "witnessed"


def test_what_a_part_sends_in_an_ends_name_is_nobodys() -> None:
    forged = Row("the wall forges a reset", "RFC 9293 3.1", send=in_name_of("A", emit(seq=seg.seq, ctl=("rst",))))
    system = between(wall(rules=(takes("wall", "A", "answers text", forged),)))
    nobodys = Witness("nobodys", in_flight("A", lambda s, sender: s.ctl.rst), says="a reset in A's name is in flight")
    found = explore(system, [nobodys, promises.no_stale_control(expected="fails")])
    assert found.verdicts["nobodys"].word == "witnessed"
    assert found.verdicts["no_stale_control"].word == "fails"


@pytest.mark.parametrize(
    "name", ["firewall_resets_with_old_number", "tracker_forgets_idle_flow", "proxy_answers_for_host", "nat_rebinding"]
)
def test_the_compiled_search_and_the_plain_one_agree_on_a_path(name: str) -> None:
    system, claims = spec(name).system, [promises.typing()]
    compiled, plain = natively(system, claims), plainly(system, claims)
    assert (compiled.states, compiled.steps, compiled.depth) == (plain.states, plain.steps, plain.depth)


def test_a_network_that_rebinds_is_a_path_with_a_nat() -> None:
    system = between(network=Network(rebinds=1))
    assert "nat: forgets A" in [rule.name for rule in system.rules]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("wall", "path='wall' is no sequence of parts: write path=.Part"),
        ([3], "is no sequence of parts"),
        ([Part("A")], "a part in the path cannot be called 'A': give it a name of its own"),
        ([Part("wall"), Part("wall")], "cannot be called 'wall'"),
    ],
)
def test_a_path_that_is_none_is_refused(path: Any, sentence: str) -> None:
    with pytest.raises(DefinitionError, match=sentence):
        connection(a=User(), b=User(), path=path)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda: Part("wall", rules=(DROP,)), "has Row.* for a rule: write takes"),  # type: ignore[arg-type]
        (lambda: Part("wall", holds_back={"C": shut}), "there is no end 'C': write 'A' or 'B'"),
        (lambda: Part("wall", holds_back={"A": rcv.nxt}), "must be a term that is true or false"),
        (lambda: takes("wall", "C", "drops", DROP), "there is no end 'C': write 'A' or 'B'"),
        (lambda: in_name_of("C", emit(seq=seg.seq, ctl=())), "there is no end 'C': write 'A' or 'B'"),
    ],
)
def test_a_part_that_makes_no_sense_is_refused(made: Any, sentence: str) -> None:
    with pytest.raises(DefinitionError, match=sentence):
        made()
