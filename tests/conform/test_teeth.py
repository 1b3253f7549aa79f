"""A changed ACK or a SYN bit is noticed at the exact frame, in conversations that the rows make by themselves."""

import pytest
from conform.legal import run
from conform.teeth import CHANGES, DEMANDED, Case, bite, share

from tcpmodel.captures.segments import Address, Conversation

ENDS = Conversation((Address("10.0.0.1", 4000), Address("10.0.0.2", 80)))


@pytest.mark.parametrize("change", [change for change in CHANGES if change.name in DEMANDED], ids=lambda c: c.name)
def test_a_change_that_is_not_legal_is_rejected_at_the_exact_frame(change):
    known = [Case(ENDS, run(seed), 0) for seed in range(200)]
    known = [case for case in known if any(c.sender == 0 and change.fits(c) for c in case.segments)]
    counts = bite(known, [change], number=400, seed=1)[change.name]
    assert share(counts) >= 0.95, counts
    assert counts["legal"] < 200
