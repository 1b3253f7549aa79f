"""Layout of DOT as pictures, by Graphviz's own program where it is installed, else by the one inside pygraphviz.

Neither is needed to write DOT; without both there is no picture, and `how` says what to install.
"""

from __future__ import annotations

import importlib.util
import shutil
import warnings
from typing import Literal

import graphviz

Format = Literal["svg", "png", "pdf"]


def picture(dot: str, format: Format) -> bytes | None:
    """The drawing of a DOT text, laid out by Graphviz's `dot`; None where there is nothing to lay it out with."""
    if _has_program():
        drawn: bytes = graphviz.pipe("dot", format, dot.encode())
        return drawn
    return _by_pygraphviz(dot, format) if _has_pygraphviz() else None


def svg(dot: str) -> str | None:
    """The drawing as SVG text, if there is something to draw with."""
    drawn = picture(dot, "svg")
    return None if drawn is None else drawn.decode()


def can_draw() -> bool:
    """Whether there is something to draw with."""
    return _has_program() or _has_pygraphviz()


def how() -> str:
    """A sentence that names the program that draws, or what to install where there is none."""
    if _has_program():
        return f"pictures are drawn by {shutil.which('dot')}"
    if _has_pygraphviz():
        return "pictures are drawn by the Graphviz inside pygraphviz"
    return "no pictures: install Graphviz, or pip install 'tcpmodel[pictures]'"


def _has_program() -> bool:
    return shutil.which("dot") is not None


def _has_pygraphviz() -> bool:
    return importlib.util.find_spec("pygraphviz") is not None


def _by_pygraphviz(dot: str, format: Format) -> bytes:
    """Drawn in this process; what Graphviz has to say about fonts is not passed on."""
    import pygraphviz

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        drawn: bytes = pygraphviz.AGraph(string=dot).draw(format=format, prog="dot")
    return drawn
