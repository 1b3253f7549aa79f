"""Hash compaction: the same counts on every spec tried, never "holds", and still the shortest traces."""

import json

import pytest

from tcpmodel.cli.main import main
from tcpmodel.explore.exploration import counts
from tcpmodel.explore.native import program, steps, table
from tcpmodel.explore.native import search as native
from tcpmodel.explore.native.code import Value
from tcpmodel.judging.load import load, spec_paths
from tcpmodel.systems.verdicts import trace_of

SPECS = ["two_way_stale_reply", "no_time_wait", "handshake", "half_close"]


@pytest.fixture(params=SPECS)
def both(request):
    spec = load(spec_paths()[request.param])
    return tuple(native.explore(spec.system, spec.claims, compact=compact) for compact in (False, True))


def test_the_counts_are_the_exact_ones(both) -> None:
    exact, compact = both
    assert counts(compact) == counts(exact)
    assert (compact.rows, compact.new_by_row, compact.bounds) == (exact.rows, exact.new_by_row, exact.bounds)


def test_what_was_shown_is_shown_by_a_shortest_trace_and_the_rest_is_unknown(both) -> None:
    exact, compact = both
    assert compact.limit == "compaction"
    assert not compact.complete
    for name, verdict in compact.verdicts.items():
        exactly = exact.verdicts[name]
        trace, same = trace_of(verdict), trace_of(exactly)
        if verdict.word == "unknown":
            assert same is None or same.loop is not None
            assert "probability" in verdict.why
        else:
            assert verdict.word == exactly.word
            assert trace is not None
            assert same is not None
            assert len(trace) == len(same)


def test_the_program_calls_it_inconclusive_and_says_the_probability(capsys) -> None:
    assert main(["verify", "handshake", "--compact", "--json"]) == 20
    document = json.loads(capsys.readouterr().out)["specs"][0]
    words = {c["verdict"] for c in document["claims"]}
    assert "holds" not in words
    assert "unknown" in words
    assert not document["complete"]
    assert main(["verify", "handshake", "--compact", "--no-ladders"]) == 20
    assert "hash compaction may have left out states, probability 6e-13" in capsys.readouterr().out


def test_the_probability_said_bounds_that_of_any_two_hashes_being_equal() -> None:
    found = native.explore(load(spec_paths()["no_time_wait"]).system, compact=True)
    assert found.omission == pytest.approx(found.states * (found.states - 1) / 2**65)


def test_hashes_of_few_bits_would_leave_out_states(monkeypatch) -> None:
    """So the counts above tell something."""
    of, in_python = table.hash_of, table.hash_in_python

    def few(words: list[Value]) -> Value:
        return of(words) & 0x3FF00000000

    for module in (table, steps):
        monkeypatch.setattr(module, "hash_of", few)
    monkeypatch.setattr(program, "hash_in_python", lambda words: in_python(words) & 0x3FF00000000)
    system = load(spec_paths()["handshake"]).system
    exact, compact = (native.explore(system, compact=compact).states for compact in (False, True))
    assert compact <= 1 << 10 < exact == 4695
