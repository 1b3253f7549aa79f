"""Process pool for questions: each that is stopped before it is asked gets a stand-in for its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tcpmodel.sharing import onlooker, share

Task = Callable[[], Any]


def in_parallel(
    tasks: Sequence[Task], *, workers: int | None = None, undone: Callable[[int, str], Any] | None = None
) -> list[Any]:
    """The results of the tasks, in their order; `workers` is how many work at a time (all cores).

    `undone` gives the stand-in for the result of a task that was not done, by its place and the reason.
    """
    watch = onlooker()
    if watch is None and (workers == 1 or len(tasks) <= 1):
        return [task() for task in tasks]
    done = share(tasks, workers=workers)
    if len(done) < len(tasks) and undone is None:
        raise KeyboardInterrupt(watch.stopped if watch else "interrupted")
    why = watch.stopped if watch else "interrupted"
    return [done[i] if i in done else undone and undone(i, why) for i in range(len(tasks))]
