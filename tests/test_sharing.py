"""Work shared among processes: told as it is done, kept where it is interrupted, whole where a worker dies."""

import os
import signal
import threading
import time
from functools import partial

import pytest

from tcpmodel.errors import BadConfiguration
from tcpmodel.sharing import PATIENCE, share, watched


def squared(n: int) -> int:
    return n * n


def sleeps(seconds: float) -> str:
    time.sleep(seconds)
    return "slept"


def test_every_result_is_told_and_kept_by_its_place():
    told = {}
    found = share([partial(squared, n) for n in range(20)], workers=3, found=told.__setitem__)

    assert found == told == {n: n * n for n in range(20)}


def test_what_is_done_is_told_while_other_tasks_go_on():
    told, looks = [], []
    tasks = [partial(sleeps, 60), partial(squared, 2)]
    with watched(lambda done, of: looks.append((done, of)), seconds=0.5) as watch:
        found = share(tasks, workers=2, found=lambda number, value: told.append((number, value)))
        assert share(tasks, workers=2) == {}

    assert found == {1: 4}
    assert told == [(1, 4)]
    assert (looks[-1], watch.stopped) == ((1, 2), "the time was over")


def test_ctrl_c_keeps_what_there_is_and_begins_nothing_more():
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    found = share([partial(squared, 3), *(partial(sleeps, 60) for _ in range(5))], workers=2)

    assert found == {0: 9}
    assert time.monotonic() - began < 10


class SlowToGo:
    def __del__(self):
        time.sleep(60)


def test_ctrl_c_is_heard_by_a_worker_that_was_deleting_something(capfd):
    def task():
        SlowToGo()
        time.sleep(60)

    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()

    assert share([task], workers=1) == {}
    assert time.monotonic() - began < PATIENCE
    assert "Traceback" not in capfd.readouterr().err


def test_a_worker_that_dies_takes_only_its_own_task_with_it():
    tasks = [partial(squared, 1), partial(os._exit, 0), partial(squared, 2)]
    found = share(tasks, workers=1, lost=lambda number, why: (number, why))

    assert found == {0: 1, 1: (1, "exit 0"), 2: 4}
    with pytest.raises(BadConfiguration, match="a worker was ended by exit 0: write fewer --workers"):
        share(tasks, workers=1)


@pytest.mark.parametrize("raised", [ValueError("wrong"), SystemExit(0), GeneratorExit()])
def test_what_a_task_raises_is_raised(raised):
    def task():
        raise raised

    with pytest.raises(type(raised) if isinstance(raised, Exception) else RuntimeError):
        share([task, partial(squared, 1)], workers=2)


def test_shared_work_may_be_shared_again():
    inner = partial(share, [partial(squared, n) for n in range(3)], workers=2)

    assert share([inner, inner], workers=2) == {n: {0: 0, 1: 1, 2: 4} for n in range(2)}
