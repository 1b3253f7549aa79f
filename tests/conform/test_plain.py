"""Plain stretches are judged at once as they are one by one: same verdict, frame, assumptions and states."""

import random

import pytest
from captures.bulk import columns, transfer

from tcpmodel.captures.segments import Address, Conversation
from tcpmodel.conform import checking, plain
from tcpmodel.conform.checking import Settings, Trial
from tcpmodel.conform.vantage import Vantages

ENDS = Conversation((Address("10.0.0.1", 4000), Address("10.0.0.2", 80)))
VANTAGES = {0: "10.0.0.1", 1: "10.0.0.2", None: "unknown"}


def judged(segments, near, *, at_once, profile="any"):
    settings = Settings(profile=profile, vantage=VANTAGES[near], at_once=at_once)
    trial = Trial(ENDS, settings, Vantages(settings.vantage))
    for begin in range(0, len(segments), 700):
        trial.take(columns(segments[begin : begin + 700]))
    return trial.judged()


def said(found):
    rejected = found.rejection and found.rejection[:6]
    return found.verdict, found.needs, found.uses, rejected, found.doubt, [*found.timeline]


@pytest.fixture
def counted(monkeypatch):
    """How many segments were passed at once."""
    passed = []

    def counting(judge, block):
        found = plain.pass_plain(judge, block)
        passed.append(len(found.which) if found else 0)
        return found

    monkeypatch.setattr(checking, "pass_plain", counting)
    return passed


@pytest.mark.parametrize("near", [0, 1, None])
@pytest.mark.parametrize("both_ways", [False, True])
@pytest.mark.parametrize("loss", [0.0, 0.01])
def test_what_is_judged_at_once_is_judged_as_one_by_one(near, both_ways, loss, counted):
    segments = transfer(7, size=900, near=near, both_ways=both_ways, loss=loss)
    at_once = judged(segments, near, at_once=True)
    assert said(at_once) == said(judged(segments, near, at_once=False))
    assert at_once.verdict == "explainable"
    assert sum(counted) > (500 if not loss else 0)


CHANGES = {
    "ack": lambda c: c._replace(ack=(c.ack + 1000) % 2**32),
    "old ack": lambda c: c._replace(ack=(c.ack - 9) % 2**32),
    "seq": lambda c: c._replace(seq=(c.seq + 1) % 2**32),
    "flags": lambda c: c._replace(flags=c.flags ^ 16),
    "syn": lambda c: c._replace(flags=c.flags | 2),
    "window": lambda c: c._replace(window=0),
    "time": lambda c: c._replace(time=c.time + 5),
    "length": lambda c: c._replace(length=c.length + 3),
}


@pytest.mark.parametrize("near", [0, 1, None])
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_segment_is_judged_alike(near, change):
    rng = random.Random(f"{near} {change}")
    segments = transfer(rng.randrange(99), size=900, near=near, both_ways=rng.random() < 0.5)
    place = rng.randrange(200, 850)
    segments[place] = CHANGES[change](segments[place])
    assert said(judged(segments, near, at_once=True)) == said(judged(segments, near, at_once=False))


@pytest.mark.parametrize("near", [0, 1])
def test_a_missing_segment_is_judged_alike(near):
    for place in (301, 302, 303):
        segments = transfer(3, size=900, near=near)
        del segments[place]
        assert said(judged(segments, near, at_once=True)) == said(judged(segments, near, at_once=False))


def test_a_transfer_of_more_octets_than_there_are_numbers_is_explainable():
    segments = transfer(5, size=400, near=0, wrap=False)
    far = [c._replace(length=0) if c.frame > 3 else c for c in segments]
    assert judged(far, 0, at_once=True).segments == len(segments)


def stop_and_go(size):
    """A transfer to the near end, whose window each segment fills."""
    syn, syn_ack, third, first = transfer(4, size=4, near=0)[:4]
    seq, ack, time = first.seq, first.ack, first.time
    begun = [syn, syn_ack, third._replace(window=10)]
    for _ in range(size):
        time += 0.02
        begun.append(first._replace(time=time, seq=seq, length=1280, text=b""))
        seq = (seq + 1280) % 2**32
        for window in (0, 10):
            reply = first._replace(time=time + 0.0001, sender=0, seq=ack, ack=seq, length=0, text=b"")
            begun.append(reply._replace(window=window))
    return [c._replace(frame=frame) for frame, c in enumerate(begun, 1)]


def test_states_are_told_alike_while_the_window_closes_and_opens(counted):
    segments = stop_and_go(100)
    at_once = judged(segments, 0, at_once=True)
    assert at_once.verdict == "explainable"
    assert said(at_once) == said(judged(segments, 0, at_once=False))
    assert sum(counted) > 100


@pytest.mark.parametrize("near", [0, 1, None])
def test_a_capture_whose_times_go_back_is_judged_alike(near, monkeypatch):
    monkeypatch.setattr(plain, "SHORTEST", 3)
    rng = random.Random(near)
    segments = transfer(6, size=400, near=near, both_ways=True)
    shaken = [c._replace(time=c.time + rng.choice((0, 0, 0.002, 0.006))) for c in segments]
    assert said(judged(shaken, near, at_once=True)) == said(judged(shaken, near, at_once=False))
