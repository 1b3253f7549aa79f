"""The plain and the native explorer agree on every spec that is not large: counts, rows, verdicts and lengths."""

import pytest
from native.test_random_systems import told, verdicts

from tcpmodel.explore.native import search as native
from tcpmodel.explore.search import explore
from tcpmodel.judging.load import load, spec_paths
from tcpmodel.judging.pins import VERDICTS

LARGEST = 10_000
"""How many states the plain explorer may be asked to visit here; larger specs are compared with SPIN or not at all."""
PINS = VERDICTS.read()
SIZES = {name: PINS.get(name, {"states": 0})["states"] for name in spec_paths()}
SMALL = [name for name, states in SIZES.items() if states <= LARGEST]
LONG = 500
"""From how many states on a spec is left to `make long`."""


def test_most_specs_are_compared():
    assert len(SMALL) > 2 * len(spec_paths()) / 3


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.long] * (SIZES[n] > LONG)) for n in SMALL])
def test_the_explorers_agree(name) -> None:
    spec = load(spec_paths()[name])
    one, other = explore(spec.system, spec.claims), native.explore(spec.system, spec.claims)
    assert told(one) == told(other)
    assert one.new_by_row == other.new_by_row
    assert one.stuck == other.stuck
    assert verdicts(one) == verdicts(other)
