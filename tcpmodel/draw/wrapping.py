"""Lines as wide as a terminal shows them: a Chinese character takes two columns and needs no blank to break at.

Text breaks at blanks and between wide characters, but never in front of a closing punctuation mark
nor behind an opening one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

CLOSING, OPENING = "，。、；：？！）」』》”…", "（「『《“"
WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
PIECES = re.compile(rf"\s+|(?:[{OPENING}]*(?:{WIDE}|(?:(?!{WIDE})\S)+))(?:[{CLOSING}])*")


def columns(text: str) -> int:
    """Number of columns that the text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def filled(text: str, width: int) -> str:
    """The text in lines of at most this many columns, where its words allow it."""
    return "\n".join(_lines(text, width))


def _lines(text: str, width: int) -> Iterator[str]:
    line = ""
    for piece in PIECES.findall(text.strip()):
        if columns((line + piece).rstrip()) > width and line.strip():
            yield line.rstrip()
            line = ""
        line += "" if piece.isspace() and not line else " " if piece.isspace() else piece
    yield line.rstrip()


def fitted(text: str, width: int) -> str:
    """The text with every line broken that is too wide; the rest of it stands deeper."""
    return "\n".join(_broken(line, width) for line in text.split("\n"))


def _broken(line: str, width: int) -> str:
    if columns(line) <= width:
        return line
    indent = len(line) - len(line.lstrip())
    deeper, lines, here = " " * min(indent + 4, width // 2), [], " " * min(indent, width // 2)
    for piece in PIECES.findall(line.strip()):
        if columns((here + piece).rstrip()) > width and here.strip():
            lines.append(here.rstrip())
            here = deeper
        here += "" if piece.isspace() and not here.strip() else piece
    return "\n".join([*lines, here.rstrip()])


def centred(text: str, width: int, *, fill: str) -> str:
    """The text in the middle of a line of `fill`."""
    room = max(0, width - columns(text))
    return fill * (room // 2) + text + fill * (room - room // 2)
