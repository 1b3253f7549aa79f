"""Too many hypotheses: the dearest are dropped, and what nothing explains from then on is inconclusive."""

from conform.conversations import B, judge_of, segments
from conform.deviations import OPENED

from tcpmodel.conform import far, near
from tcpmodel.conform.judge import Judge, judged
from tcpmodel.conform.profiles import ANY, allowed
from tcpmodel.conform.stack import stack_of

RESETS = OPENED + "B FIN,ACK\n" + "+0.0001 A RST seq=1\n" * 12 + "+0.003 A ACK seq=5 ack=2\n+0.0001 B RST seq=2"


def test_many_resets_at_once_are_explained():
    judge = judge_of(RESETS, allowed(ANY), near=B)
    assert judge.conclusion == "explainable"
    assert judge.needs() == ()


def test_what_nothing_explains_is_inconclusive_once_hypotheses_were_dropped(monkeypatch):
    for module in (near, far):
        monkeypatch.setattr(module, "MOST_HYPOTHESES", 1)
    judge = Judge(stack_of(allowed(ANY)), near=B)
    judged(judge, segments(RESETS + "\nB ACK ack=900", near=B))
    assert judge.divergence is None
    assert judge.conclusion == "inconclusive"
    assert "more hypotheses than are looked at" in judge.doubt
