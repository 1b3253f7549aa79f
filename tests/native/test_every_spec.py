"""The plain and the native explorer agree on every spec: counts, rows, verdicts and the lengths of their traces."""

import pytest
from native.test_random_systems import told, verdicts

from tcpmodel.explore.native import search as native
from tcpmodel.explore.search import explore
from tcpmodel.spec.load import load, spec_paths


@pytest.mark.parametrize("name", spec_paths())
def test_the_explorers_agree(name) -> None:
    spec = load(spec_paths()[name])
    one, other = explore(spec.system, spec.claims), native.explore(spec.system, spec.claims)
    assert told(one) == told(other)
    assert one.new_by_row == other.new_by_row
    assert one.stuck == other.stuck
    assert verdicts(one) == verdicts(other)
