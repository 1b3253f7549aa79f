"""Colours and small pieces of SVG that more than one picture is made of."""

from __future__ import annotations

from html import escape

from tcpmodel.draw.fonts import SANS

INK, GREY, RED, BLUE = "#1f2933", "#5f6b7a", "#c62828", "#1f4e8c"

COLOURS = {
    "CLOSED": "#e4e7eb",
    "LISTEN": "#fff3c4",
    "SYN-SENT": "#ffe0b2",
    "SYN-RECEIVED": "#ffcc9c",
    "ESTABLISHED": "#c8e6c9",
    "FIN-WAIT-1": "#cfe3fb",
    "FIN-WAIT-2": "#b3d1f5",
    "CLOSE-WAIT": "#d1c4e9",
    "CLOSING": "#b8c4f0",
    "LAST-ACK": "#e1bee7",
    "TIME-WAIT": "#b2dfdb",
}


def lettering(
    x: float,
    y: float,
    text: str,
    *,
    size: int = 13,
    anchor: str = "start",
    fill: str = INK,
    weight: str = "",
    family: str = SANS,
) -> str:
    """Text at a place."""
    more = f' font-weight="{weight}"' if weight else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" xml:space="preserve"'
    look = f'font-family="{family}" font-size="{size}" fill="{fill}"{more}'
    return f"<text {place} {look}>{escape(text, quote=False)}</text>"


def arrowhead(name: str, colour: str) -> str:
    """The head of an arrow, for lines that name it as their end."""
    shape = f'<path d="M0 0L10 4L0 8z" fill="{colour}"/>'
    box = 'viewBox="0 0 10 8" refX="10" refY="4" markerWidth="10" markerHeight="8"'
    return f'<marker id="{name}" {box} markerUnits="userSpaceOnUse" orient="auto">{shape}</marker>'
