"""Segments of any length: what is sent, what bad input is answered, and that old traces are still read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tcp.playing import spec

from tcpmodel import Network, User, Witness, connection, equal, explore
from tcpmodel.errors import DefinitionError
from tcpmodel.systems.claims import Claim
from tcpmodel.systems.itf import from_itf, to_itf
from tcpmodel.systems.trace import Trace
from tcpmodel.systems.verdicts import Witnessed
from tcpmodel.tcp import in_flight


def witness(claim: Claim, **sizes: Any) -> Trace | None:
    """The shortest run to what a claim says can happen, where A sends two octets and closes."""
    system = connection(
        a=User(sends=2, closes=1, retransmissions=1), b=User(), established=True, **{"bits": 4, "window": 2, **sizes}
    )
    verdict = explore(system, [claim]).verdicts[claim.name]
    return verdict.trace if isinstance(verdict, Witnessed) else None


def of_length(octets: int, *, fin: bool = False) -> Witness:
    """A segment of so many octets is in flight, with a FIN behind them or without."""

    def is_such(s: Any, sender: Any) -> Any:
        return equal(s.text, octets) & (s.ctl.fin if fin else ~s.ctl.fin)

    return Witness("in_flight", in_flight("A", is_such), says="such a segment is in flight")


@pytest.mark.parametrize(("octets", "fin"), [(1, False), (2, False), (1, True), (2, True)])
def test_a_segment_takes_any_number_of_octets_that_fits_with_fin_or_without(octets: int, fin: bool) -> None:
    assert witness(of_length(octets, fin=fin), segments="any")


@pytest.mark.parametrize(("octets", "fin"), [(2, False), (1, True)])
def test_a_segment_takes_one_octet_and_no_fin_unless_it_is_asked_for(octets: int, fin: bool) -> None:
    assert witness(of_length(octets, fin=fin)) is None


def test_no_segment_is_longer_than_the_window() -> None:
    assert witness(of_length(3), segments="any") is None
    assert witness(of_length(3), segments="any", window=3, bits=5)


def test_an_end_has_a_window_of_its_own() -> None:
    system = connection(
        a=User(sends=1), b=User(window=1), network=Network(), established=True, segments="any", bits=4, window=2
    )
    found = explore(system, [of_length(1), Witness("two", of_length(2).predicate, says="two octets are in flight")])
    assert [found.verdicts[name].word for name in ("in_flight", "two")] == ["witnessed", "fails"]


@pytest.mark.parametrize("window", [-1, (1 << 31) + 1, "wide"])
def test_a_window_out_of_range_is_refused(window: Any) -> None:
    with pytest.raises(DefinitionError, match=r"^window=.* is out of range: write a number from 0 to 2147483648, or"):
        User(window=window)


def test_numbers_that_do_not_suffice_for_what_one_send_takes_are_refused() -> None:
    with pytest.raises(DefinitionError, match="write bits=5 or more"):
        connection(a=User(sends=3), b=User(), segments="any", bits=4, window=2)


def test_a_way_of_cutting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(DefinitionError, match="segments='many' is out of range"):
        connection(a=User(), b=User(), segments="many")


def test_a_trace_of_version_1_is_read_where_text_is_true_or_false() -> None:
    system = spec("half_close").system
    trace = explore(system, [of_text()]).verdicts["text"].trace  # type: ignore[union-attr]
    document = to_itf(trace, spec="half_close")
    del document["#meta"]["version"]
    old = json.loads(json.dumps(document), object_hook=_with_truth_values)
    assert '"text": true' in json.dumps(old)
    assert from_itf(old, system) == trace


def of_text() -> Witness:
    return Witness("text", in_flight("B", lambda s, sender: s.has_text), says="text is in flight")


def _with_truth_values(entry: dict[str, Any]) -> dict[str, Any]:
    number = entry.get("text")
    return {**entry, "text": number["#bigint"] != "0"} if isinstance(number, dict) else entry
