"""What the rows themselves do is explained by the profile whose rows they are, at either vantage, for these seeds.

Of 3,000 seeds two or three are rejected, all at a far end that is still in SYN-SENT or SYN-RECEIVED: of what reaches it
there the judge does not try everything.
"""

from __future__ import annotations

import pytest
from conform.legal import run

from tcpmodel.conform.judge import Judge, judged
from tcpmodel.conform.profiles import STRICT, allowed
from tcpmodel.conform.stack import stack_of
from tcpmodel.tcp.knobs.stacks import profiles

SEEDS = range(100)


@pytest.mark.parametrize("near", [0, None])
@pytest.mark.parametrize("name", [STRICT, *profiles()])
def test_what_rows_do_is_explained(name: str, near: int | None) -> None:
    stack, frames = stack_of(allowed(name)), 0
    for seed in SEEDS:
        captured = run(seed, None if name == STRICT else name)
        judge = Judge(stack, near=near)
        judged(judge, captured)
        assert judge.divergence is None, f"seed {seed}: {judge.divergence}"
        frames += judge.frames
        assert judge.frames == len(captured)
    assert frames > 5 * len(SEEDS)
