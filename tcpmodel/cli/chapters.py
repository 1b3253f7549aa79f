"""Lines told during a run over all specs: one per chapter, once its last spec is judged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tcpmodel.cli.arguments import show
from tcpmodel.cli.progress import Progress
from tcpmodel.draw.runs import chapter_text
from tcpmodel.judging.load import chapter_of
from tcpmodel.judging.report import Report


class Chapters:
    """The reports of each chapter so far; each chapter is told, if `aloud`, once all of its specs are judged."""

    def __init__(self, paths: Sequence[Path], progress: Progress, *, aloud: bool) -> None:
        self._progress, self._aloud = progress, aloud
        self._chapter = list(map(chapter_of, paths))
        self._reports: dict[str, dict[int, Report]] = {chapter: {} for chapter in self._chapter}

    def found(self, number: int, report: Report) -> None:
        """A spec is judged."""
        chapter = self._chapter[number]
        self._reports[chapter][number] = report
        if len(self._reports[chapter]) == self._chapter.count(chapter):
            self._tell(chapter)

    def rest(self) -> None:
        """No more will come: tell of the chapters that were begun."""
        for chapter, reports in self._reports.items():
            if 0 < len(reports) < self._chapter.count(chapter):
                self._tell(chapter)

    def _tell(self, chapter: str) -> None:
        reports = [report for _, report in sorted(self._reports[chapter].items())]
        if self._aloud:
            self._progress.clear()
            show(chapter_text(chapter, reports, of=self._chapter.count(chapter)))
