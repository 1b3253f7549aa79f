"""Every hazard of the catalogue is shown by a spec or left out with a reason."""

from functools import cache

from tcp.playing import spec

from tcpmodel.judging.load import spec_paths
from tcpmodel.tcp.rfc9293.left_out import HAZARDS, LEFT_OUT_HAZARDS


@cache
def shown() -> frozenset[str]:
    return frozenset(hazard for name in spec_paths() for hazard in spec(name).hazards)


def test_every_hazard_is_shown_or_left_out_with_a_reason():
    assert sorted(set(HAZARDS) - shown() - set(LEFT_OUT_HAZARDS)) == []


def test_no_hazard_is_both_shown_and_left_out():
    assert sorted(shown() & set(LEFT_OUT_HAZARDS)) == []


def test_only_hazards_of_the_catalogue_are_left_out_each_with_a_reason():
    assert set(LEFT_OUT_HAZARDS) <= set(HAZARDS)
    assert all(LEFT_OUT_HAZARDS.values())
