"""`trace` says of a claim what its steps decide, and nothing else."""

import json
from dataclasses import replace

import pytest

from tcpmodel import explore, load, trace_of
from tcpmodel.explore.deciding import decides


def test_a_claim_that_the_run_does_not_decide_is_not_said_to_fail(said, tmp_path):
    said("verify", "ack_loop", "--out", str(tmp_path))
    path = tmp_path / "ack_loop.falls_silent.itf.json"
    assert "falls_silent fails: " in said("trace", str(path))[1]
    document = json.loads(path.read_text())
    for other in ("typing", "deadlock_free", "silent_and_established"):
        document["#meta"]["claim"] = other
        path.write_text(json.dumps(document))
        code, out, _ = said("trace", str(path))

        assert (code, "fail" in out.lower(), other in out) == (0, False, False)
        assert json.loads(said("trace", str(path), "--json")[1])["claim"] is None


@pytest.mark.parametrize("name", ["ack_loop", "close_wait_leak", "early_close_unrepeated", "no_time_wait"])
def test_every_trace_decides_its_claim_and_no_shorter_one_does(name):
    spec = load(name)
    found = explore(spec.system, spec.claims)
    for claim in spec.claims:
        trace = trace_of(found.verdicts[claim.name])
        if trace is not None and len(trace):
            shorter = replace(trace, states=trace.states[:-1], steps=trace.steps[:-1], loop=None)
            assert (decides(trace, claim), decides(shorter, claim)) == (True, False)


def test_a_lasso_that_puts_off_what_is_promised_decides_nothing():
    spec = load("close_wait_leak")
    fails, holds = spec.claim("leaves_close_wait"), spec.claim("leaves_close_wait_if_closed")
    trace = trace_of(explore(spec.system, [fails]).verdicts[fails.name])

    assert decides(trace, fails)
    assert not decides(trace, holds)
